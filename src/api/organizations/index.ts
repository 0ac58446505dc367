import type { AnyOperation } from '../operation.ts'
import { getOrganizationsMe } from './get-organizations-me.ts'
import {
  getOrganizationsLimitsNamespace,
  getOrganizationsLimitsNamespaceDefaults,
  getOrganizationsLimitsNamespaces,
} from './limits.ts'
import { putOrganizationsMe } from './put-organizations-me.ts'

/** Operations on the organization itself. */
export const organizationOperations: readonly AnyOperation[] = [
  getOrganizationsLimitsNamespace,
  getOrganizationsLimitsNamespaceDefaults,
  getOrganizationsLimitsNamespaces,
  getOrganizationsMe,
  putOrganizationsMe,
]
