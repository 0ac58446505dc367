import type { AnyOperation } from '../operation.ts'
import {
  getPresenceDefinitions,
  getPresencedefinitions,
  getSystempresences,
} from './presence-operations.ts'

/** Operations on the presences that there are. */
export const presenceOperations: readonly AnyOperation[] = [
  getPresenceDefinitions,
  getPresencedefinitions,
  getSystempresences,
]
