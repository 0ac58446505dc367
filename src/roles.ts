import type { Role } from './store/records.ts'
import type { Store } from './store/store.ts'

const defaultRole = (id: string, name: string, permissions: readonly string[]): Role => ({
  id,
  name,
  permissions,
  version: 1,
  createdMs: 0,
  modifiedMs: 0,
})

/** Roles that every organization has, and nobody can change; the vendor has more of them. */
export const defaultRoles: readonly Role[] = [
  defaultRole('admin', 'Admin', ['*']),
  defaultRole('agent', 'Agent', [
    'conversation:*',
    'messaging:integration:view',
    'routing:queue:view',
    'routing:wrapupCode:view',
  ]),
]

/** The role of that id: a default one, or one of the organization's own. */
export async function findRole(store: Store, id: string): Promise<Role | undefined> {
  return defaultRoles.find((role) => role.id === id) ?? (await store.records.known('role', id))
}

/** What a user or client may do: what was given directly, and what its roles give. */
export async function permissionsOf(
  store: Store,
  holder: { readonly permissions: readonly string[]; readonly roleIds?: readonly string[] },
): Promise<readonly string[]> {
  const all = new Set(holder.permissions)
  for (const id of holder.roleIds ?? []) {
    for (const permission of (await findRole(store, id))?.permissions ?? []) all.add(permission)
  }
  return [...all]
}
