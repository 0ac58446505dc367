import type { AnyOperation } from '../operation.ts'
import {
  getPresenceDefinitions,
  getPresencedefinition,
  getPresencedefinitions,
  getSystempresences,
} from './presence-operations.ts'

/** Operations on the presences that there are. */
export const presenceOperations: readonly AnyOperation[] = [
  getPresenceDefinitions,
  getPresencedefinition,
  getPresencedefinitions,
  getSystempresences,
]
