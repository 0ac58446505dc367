import type { AnyOperation } from '../api/operation.ts'
import { signalboxOperations } from '../api/signalbox/index.ts'

/** The operations that `signalbox api` can call by their ids. */
export const cliOperations: readonly AnyOperation[] = [...signalboxOperations]
