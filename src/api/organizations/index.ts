import type { AnyOperation } from '../operation.ts'
import { getAuthorizationDivisionsHome } from './get-authorization-divisions-home.ts'
import { getOrganizationsMe } from './get-organizations-me.ts'

/** Operations on the organization itself. */
export const organizationOperations: readonly AnyOperation[] = [
  getAuthorizationDivisionsHome,
  getOrganizationsMe,
]
