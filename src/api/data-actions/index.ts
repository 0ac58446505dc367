import type { AnyOperation } from '../operation.ts'
import {
  signalboxCreateDataAction,
  signalboxExecuteDataAction,
  signalboxGetDataAction,
  signalboxListDataActions,
} from './data-actions.ts'

/** Data actions that are written as scripts. The vendor has no such API; tutorials call it as if it had. */
export const dataActionOperations: readonly AnyOperation[] = [
  signalboxCreateDataAction,
  signalboxListDataActions,
  signalboxGetDataAction,
  signalboxExecuteDataAction,
]
