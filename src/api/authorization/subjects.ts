import Type, { type Static } from 'typebox'
import { AppError } from '../../errors.ts'
import { findRole } from '../../roles.ts'
import type { Store } from '../../store/store.ts'
import { findRecord, notFound } from '../not-found.ts'
import { operation } from '../operation.ts'
import { presentHomeDivision } from '../organizations/present.ts'
import { Id } from '../schema.ts'
import { findSubject, presentAuthorization, type Subject, setRoles } from './grants.ts'

const readScopes = ['authorization', 'authorization:readonly'] as const
const subjectPath = '/api/v2/authorization/subjects/{subjectId}'
const SubjectPath = Type.Object({ subjectId: Id })
const GrantPath = Type.Object({ subjectId: Id, divisionId: Id, roleId: Id })

const SubjectSchema = Type.Object({
  id: Type.String(),
  name: Type.String(),
  grants: Type.Array(Type.Object({ subjectId: Type.String() })),
  version: Type.Integer(),
  selfUri: Type.String(),
})

const Authorization = Type.Object({
  roles: Type.Array(Type.Object({ id: Type.String(), name: Type.String() })),
  permissions: Type.Array(Type.String()),
})

const Grants = Type.Object({
  grants: Type.Array(Type.Object({ roleId: Id, divisionId: Type.Optional(Type.String()) }), {
    maxItems: 100,
  }),
})

export const getAuthorizationSubject = operation({
  id: 'getAuthorizationSubject',
  method: 'GET',
  path: subjectPath,
  summary: 'Reads which roles a user or client has been granted.',
  scopes: readScopes,
  permission: 'authorization:grant:view',
  input: { path: SubjectPath },
  reply: { status: 200, schema: SubjectSchema },
  async handle({ path: { subjectId } }, { store }) {
    return presentSubject(store, await findSubject(store, subjectId))
  },
})

export const getAuthorizationSubjectsMe = operation({
  id: 'getAuthorizationSubjectsMe',
  method: 'GET',
  path: '/api/v2/authorization/subjects/me',
  summary: 'Reads which roles the caller has been granted.',
  scopes: readScopes,
  reply: { status: 200, schema: SubjectSchema },
  examples: [{ title: 'My grants', input: {} }],
  async handle(_input, { store, principal }) {
    return presentSubject(store, await findSubject(store, principal.userId ?? principal.clientId))
  },
})

export const postAuthorizationSubjectDivisionRole = operation({
  id: 'postAuthorizationSubjectDivisionRole',
  method: 'POST',
  path: `${subjectPath}/divisions/{divisionId}/roles/{roleId}`,
  summary: 'Grants a role to a user or client, in the only division.',
  scopes: ['authorization'],
  permission: 'authorization:grant:add',
  input: { path: GrantPath },
  reply: { status: 204 },
  async handle({ path: { subjectId, divisionId, roleId } }, context) {
    requireDivision(context.store, divisionId)
    await setRoles(subjectId, (before) => [...before, roleId], context)
  },
})

export const deleteAuthorizationSubjectDivisionRole = operation({
  id: 'deleteAuthorizationSubjectDivisionRole',
  method: 'DELETE',
  path: `${subjectPath}/divisions/{divisionId}/roles/{roleId}`,
  summary: 'Takes a role from a user or client.',
  scopes: ['authorization'],
  permission: 'authorization:grant:delete',
  input: { path: GrantPath },
  reply: { status: 204 },
  async handle({ path: { subjectId, divisionId, roleId } }, context) {
    requireDivision(context.store, divisionId)
    await setRoles(subjectId, (before) => without(before, [roleId]), context)
  },
})

const bulk = {
  method: 'POST',
  scopes: ['authorization'],
  permission: 'authorization:grant:add',
  input: { path: SubjectPath, body: Grants },
  reply: { status: 204 },
} as const

export const postAuthorizationSubjectBulkadd = operation({
  ...bulk,
  id: 'postAuthorizationSubjectBulkadd',
  path: `${subjectPath}/bulkadd`,
  summary: 'Grants several roles to a user or client.',
  async handle({ path, body }, context) {
    const roleIds = rolesIn(context.store, body)
    await setRoles(path.subjectId, (before) => [...before, ...roleIds], context)
  },
})

export const postAuthorizationSubjectBulkremove = operation({
  ...bulk,
  id: 'postAuthorizationSubjectBulkremove',
  path: `${subjectPath}/bulkremove`,
  permission: 'authorization:grant:delete',
  summary: 'Takes several roles from a user or client.',
  async handle({ path, body }, context) {
    const roleIds = rolesIn(context.store, body)
    await setRoles(path.subjectId, (before) => without(before, roleIds), context)
  },
})

export const postAuthorizationSubjectBulkreplace = operation({
  ...bulk,
  id: 'postAuthorizationSubjectBulkreplace',
  path: `${subjectPath}/bulkreplace`,
  summary: 'Gives a user or client these roles and no others.',
  async handle({ path, body }, context) {
    const roleIds = rolesIn(context.store, body)
    await setRoles(path.subjectId, () => roleIds, context)
  },
})

export const getUserRoles = operation({
  id: 'getUserRoles',
  method: 'GET',
  path: '/api/v2/users/{subjectId}/roles',
  summary: 'Reads the roles of a user, and what he may do.',
  scopes: readScopes,
  permission: 'authorization:grant:view',
  input: { path: SubjectPath },
  reply: { status: 200, schema: Authorization },
  async handle({ path: { subjectId } }, { store }) {
    return presentAuthorization(store, await findRecord(store, 'user', subjectId))
  },
})

export const putUserRoles = operation({
  id: 'putUserRoles',
  method: 'PUT',
  path: '/api/v2/users/{subjectId}/roles',
  summary: 'Gives a user these roles and no others.',
  scopes: ['authorization'],
  permission: 'authorization:grant:add',
  input: { path: SubjectPath, body: Type.Array(Id, { maxItems: 100 }) },
  reply: { status: 200, schema: Authorization },
  async handle({ path: { subjectId }, body }, context) {
    await findRecord(context.store, 'user', subjectId)
    const { record } = await setRoles(subjectId, () => body, context)
    return presentAuthorization(context.store, record)
  },
})

function without(all: readonly string[], some: readonly string[]): readonly string[] {
  return all.filter((id) => !some.includes(id))
}

/** There is one division; `*` means all of them. */
function requireDivision({ organizationId }: Store, id: string): void {
  if (id !== organizationId && id !== '*') throw notFound('division', id)
}

function rolesIn(store: Store, { grants }: Static<typeof Grants>): readonly string[] {
  for (const { divisionId } of grants) {
    if (divisionId === undefined || divisionId === store.organizationId || divisionId === '*') {
      continue
    }
    throw new AppError('bad.request', 'There is no division {id}: name the home division.', {
      params: { id: divisionId },
      details: [{ errorCode: 'bad.request', fieldName: 'grants.divisionId' }],
    })
  }
  return grants.map(({ roleId }) => roleId)
}

async function presentSubject(store: Store, { record }: Subject) {
  const grants = []
  for (const id of record.roleIds ?? []) {
    const role = await findRole(store, id)
    if (role === undefined) continue
    grants.push({
      subjectId: record.id,
      division: { ...presentHomeDivision(store.organizationId), description: '' },
      role: { id, name: role.name, selfUri: `/api/v2/authorization/roles/${id}` },
    })
  }
  return {
    id: record.id,
    name: record.name,
    grants,
    version: record.version,
    selfUri: `/api/v2/authorization/subjects/${record.id}`,
  }
}
