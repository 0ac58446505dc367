import type { AnyOperation } from '../operation.ts'
import { deleteTokensMe, getTokensMe, headTokensMe } from './tokens-me.ts'

/** Operations on the caller's own token. */
export const tokenOperations: readonly AnyOperation[] = [deleteTokensMe, getTokensMe, headTokensMe]
