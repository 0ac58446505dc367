import type { Context } from '../../context.ts'
import { AppError } from '../../errors.ts'
import { grants } from '../../principal.ts'
import { findRole, permissionsOf } from '../../roles.ts'
import type { OAuthClient, Role, User } from '../../store/records.ts'
import type { Store } from '../../store/store.ts'
import { notFound } from '../not-found.ts'
import { changed } from '../record-change.ts'

/** Who can be granted roles. */
export type Subject =
  | { readonly kind: 'user'; readonly record: User }
  | { readonly kind: 'oauthClient'; readonly record: OAuthClient }

/** The user or client of that id, or a 404. */
export async function findSubject(store: Store, id: string): Promise<Subject> {
  const user = await store.records.get('user', id)
  if (user !== undefined) return { kind: 'user', record: user }
  const client = await store.records.get('oauthClient', id)
  if (client !== undefined) return { kind: 'oauthClient', record: client }
  throw notFound('subject', id)
}

/** The role of that id, or a 404. */
export async function requireRole(store: Store, id: string): Promise<Role> {
  const role = await findRole(store, id)
  if (role === undefined) throw notFound('role', id)
  return role
}

/** Refuses to hand out what the caller may not do himself: nobody makes himself or others more than he is. */
export function requireCovers({ principal }: Context, permissions: readonly string[]): void {
  const beyond = permissions.filter((permission) => !grants(principal.permissions, permission))
  if (beyond.length === 0) return
  throw new AppError(
    'not.authorized',
    'You cannot pass on what you may not do yourself: {permissions}.',
    { params: { permissions: beyond.join(', ') } },
  )
}

/** Replaces the roles of a subject; roles that come or go must be within what the caller may do. */
export async function setRoles(
  subjectId: string,
  next: (before: readonly string[]) => readonly string[],
  context: Context,
): Promise<Subject> {
  return context.store.transaction(async (store) => {
    const { kind, record } = await findSubject(store, subjectId)
    const before = record.roleIds ?? []
    const roleIds = [...new Set(next(before))]
    const moved = [
      ...roleIds.filter((id) => !before.includes(id)),
      ...before.filter((id) => !roleIds.includes(id)),
    ]
    for (const id of moved) {
      if (before.includes(id) && (await findRole(store, id)) === undefined) continue
      requireCovers(context, (await requireRole(store, id)).permissions)
    }
    if (kind === 'user') {
      const user = changed(record, { roleIds }, context)
      await store.records.save('user', user)
      return { kind, record: user }
    }
    const client = changed(record, { roleIds }, context)
    await store.records.save('oauthClient', client)
    return { kind, record: client }
  })
}

/** The vendor's `UserAuthorization`. */
export async function presentAuthorization(
  store: Store,
  holder: Pick<User, 'permissions' | 'roleIds'>,
) {
  const roles = []
  for (const id of holder.roleIds ?? []) {
    const role = await findRole(store, id)
    if (role !== undefined) roles.push({ id, name: role.name })
  }
  const permissions = await permissionsOf(store, holder)
  return { roles, unusedRoles: [], permissions: [...permissions], permissionPolicies: [] }
}
