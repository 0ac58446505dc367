import Type, { type Static } from 'typebox'
import { AppError } from '../../errors.ts'
import { defaultRoles } from '../../roles.ts'
import type { Role } from '../../store/records.ts'
import { everything, pageWithin } from '../everything.ts'
import { findRecord } from '../not-found.ts'
import { operation } from '../operation.ts'
import { changed, newRecord } from '../record-change.ts'
import { requiredName } from '../routing/queue-body.ts'
import { Id, Listing, listing, Paging, pageOf } from '../schema.ts'
import { requireCovers, requireRole } from './grants.ts'

const path = '/api/v2/authorization/roles'
const byId = `${path}/{roleId}`
const readScopes = ['authorization', 'authorization:readonly'] as const

const Policy = Type.Object({
  domain: Type.String(),
  entityName: Type.String(),
  actionSet: Type.Array(Type.String()),
})

const RoleSchema = Type.Object({
  id: Type.String(),
  name: Type.String(),
  permissionPolicies: Type.Array(Policy),
  default: Type.Boolean(),
  selfUri: Type.String(),
})

const RoleBody = Type.Object({
  name: Type.Optional(Type.String({ maxLength: 200 })),
  description: Type.Optional(Type.String({ maxLength: 1000 })),
  permissionPolicies: Type.Optional(
    Type.Array(
      Type.Object({
        domain: Type.String({ minLength: 1, maxLength: 100 }),
        entityName: Type.Optional(Type.String({ maxLength: 100 })),
        actionSet: Type.Optional(Type.Array(Type.String({ maxLength: 100 }), { maxItems: 100 })),
      }),
      { maxItems: 500 },
    ),
  ),
})

export const getAuthorizationRoles = operation({
  id: 'getAuthorizationRoles',
  method: 'GET',
  path,
  summary: 'Lists the roles: the default ones first, then your own by name.',
  scopes: readScopes,
  permission: 'authorization:role:view',
  input: {
    query: Type.Object({
      ...Paging,
      name: Type.Optional(Type.String()),
      id: Type.Optional(Type.Array(Type.String())),
    }),
  },
  reply: { status: 200, schema: Listing(RoleSchema) },
  examples: [{ title: 'All roles', input: {} }],
  async handle({ query: { name, id: ids, ...paging } }, { store }) {
    const wanted = name?.toLowerCase().replaceAll('*', '')
    const found = [...defaultRoles, ...(await everything(store, 'role'))].filter(
      (role) =>
        (wanted === undefined || role.name.toLowerCase().includes(wanted)) &&
        (ids === undefined || ids.includes(role.id)),
    )
    const page = pageOf(paging)
    return listing(pageWithin(found, page), page, path, presentRole)
  },
})

export const getAuthorizationRole = operation({
  id: 'getAuthorizationRole',
  method: 'GET',
  path: byId,
  summary: 'Reads one role with what it allows.',
  scopes: readScopes,
  permission: 'authorization:role:view',
  input: { path: Type.Object({ roleId: Id }) },
  reply: { status: 200, schema: RoleSchema },
  examples: [{ title: 'What an agent may do', input: { path: { roleId: 'agent' } } }],
  async handle({ path: { roleId } }, { store }) {
    return presentRole(await requireRole(store, roleId))
  },
})

export const postAuthorizationRoles = operation({
  id: 'postAuthorizationRoles',
  method: 'POST',
  path,
  summary: 'Creates a role out of permission policies.',
  scopes: ['authorization'],
  permission: 'authorization:role:add',
  input: { body: RoleBody },
  reply: { status: 200, schema: RoleSchema },
  examples: [
    {
      title: 'May read conversations',
      input: {
        body: {
          name: 'Reader',
          permissionPolicies: [{ domain: 'conversation', entityName: '*', actionSet: ['view'] }],
        },
      },
    },
  ],
  async handle({ body }, context) {
    const permissions = patternsOf(body)
    requireCovers(context, permissions)
    const role: Role = {
      ...newRecord(requiredName(body.name), context),
      ...(body.description === undefined ? {} : { description: body.description }),
      permissions,
    }
    await context.store.records.add('role', role)
    return presentRole(role)
  },
})

export const putAuthorizationRole = operation({
  id: 'putAuthorizationRole',
  method: 'PUT',
  path: byId,
  summary: 'Replaces what a role of your own allows.',
  scopes: ['authorization'],
  permission: 'authorization:role:edit',
  input: { path: Type.Object({ roleId: Id }), body: RoleBody },
  reply: { status: 200, schema: RoleSchema },
  async handle({ path: { roleId }, body }, context) {
    refuseDefault(roleId)
    const permissions = patternsOf(body)
    requireCovers(context, permissions)
    return context.store.transaction(async (store) => {
      const { description: _, ...before } = await findRecord(store, 'role', roleId)
      requireCovers(context, before.permissions)
      const role = changed<Role>(
        {
          ...before,
          name: requiredName(body.name),
          ...(body.description === undefined ? {} : { description: body.description }),
          permissions,
        },
        {},
        context,
      )
      await store.records.save('role', role)
      return presentRole(role)
    })
  },
})

/** Who had the role keeps what else he was given. */
export const deleteAuthorizationRole = operation({
  id: 'deleteAuthorizationRole',
  method: 'DELETE',
  path: byId,
  summary: 'Deletes a role of your own; whoever had it loses what it allowed.',
  scopes: ['authorization'],
  permission: 'authorization:role:delete',
  input: { path: Type.Object({ roleId: Id }) },
  reply: { status: 204 },
  async handle({ path: { roleId } }, context) {
    refuseDefault(roleId)
    const { store } = context
    requireCovers(context, (await findRecord(store, 'role', roleId)).permissions)
    await store.records.remove('role', roleId)
  },
})

function refuseDefault(id: string): void {
  if (!defaultRoles.some((role) => role.id === id)) return
  throw new AppError('conflict', 'The role {id} is a default one: make a role of your own.', {
    params: { id },
  })
}

/** Policies as permission patterns: `conversation`, `message`, [`view`] is `conversation:message:view`. */
function patternsOf({ permissionPolicies = [] }: Static<typeof RoleBody>): readonly string[] {
  return permissionPolicies.flatMap(({ domain, entityName = '*', actionSet = ['*'] }) =>
    actionSet.map((action) => `${domain}:${entityName}:${action}`),
  )
}

/** The vendor's `DomainOrganizationRole`. */
function presentRole(role: Role) {
  const isDefault = defaultRoles.some(({ id }) => id === role.id)
  const policies = new Map<string, { domain: string; entityName: string; actionSet: string[] }>()
  for (const pattern of role.permissions) {
    const [domain = '*', entityName = '*', action = '*'] = pattern.split(':')
    const key = `${domain}:${entityName}`
    const policy = policies.get(key) ?? { domain, entityName, actionSet: [] }
    policy.actionSet.push(action)
    policies.set(key, policy)
  }
  return {
    id: role.id,
    name: role.name,
    ...(role.description === undefined ? {} : { description: role.description }),
    ...(isDefault ? { defaultRoleId: role.id } : {}),
    permissions: [],
    permissionPolicies: [...policies.values()].map((policy) => ({
      ...policy,
      allowConditions: false,
    })),
    default: isDefault,
    base: false,
    selfUri: `${path}/${role.id}`,
  }
}
