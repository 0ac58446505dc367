import type { AnyOperation } from '../operation.ts'
import { getFlow, getFlows } from './flows.ts'

/** Flows in the vendor's own form; they are written by `/api/signalbox/flows`. */
export const architectOperations: readonly AnyOperation[] = [getFlow, getFlows]
