import Type from 'typebox'
import { grants } from '../../principal.ts'
import { pageWithin } from '../everything.ts'
import { notFound } from '../not-found.ts'
import { operation } from '../operation.ts'
import { presentHomeDivision } from '../organizations/present.ts'
import { Id, Listing, listing, Paging, pageOf } from '../schema.ts'

const path = '/api/v2/authorization/divisions'
const scopes = ['authorization', 'authorization:readonly'] as const

const Division = Type.Object({
  id: Type.String(),
  name: Type.String(),
  description: Type.String(),
  homeDivision: Type.Boolean(),
  selfUri: Type.String(),
})

export const getAuthorizationDivisionsHome = operation({
  id: 'getAuthorizationDivisionsHome',
  method: 'GET',
  path: `${path}/home`,
  summary: 'Reads the home division, to which everything belongs.',
  scopes,
  reply: { status: 200, schema: Division },
  examples: [{ title: 'The home division', input: {} }],
  async handle(_input, { store }) {
    return presentDivision(store.organizationId)
  },
})

export const getAuthorizationDivisions = operation({
  id: 'getAuthorizationDivisions',
  method: 'GET',
  path,
  summary: 'Lists the divisions: the home division is the only one.',
  scopes,
  input: {
    query: Type.Object({
      ...Paging,
      id: Type.Optional(Type.Array(Type.String())),
      name: Type.Optional(Type.String()),
    }),
  },
  reply: { status: 200, schema: Listing(Division) },
  examples: [{ title: 'All divisions', input: {} }],
  async handle({ query: { id: ids, name, ...paging } }, { store }) {
    const home = presentDivision(store.organizationId)
    const isWanted =
      (ids === undefined || ids.includes(home.id)) &&
      (name === undefined || home.name.toLowerCase().includes(name.toLowerCase()))
    const page = pageOf(paging)
    return listing(pageWithin(isWanted ? [home] : [], page), page, path, (division) => division)
  },
})

export const getAuthorizationDivision = operation({
  id: 'getAuthorizationDivision',
  method: 'GET',
  path: `${path}/{divisionId}`,
  summary: 'Reads one division.',
  scopes,
  input: { path: Type.Object({ divisionId: Id }) },
  reply: { status: 200, schema: Division },
  async handle({ path: { divisionId } }, { store }) {
    if (divisionId !== store.organizationId) throw notFound('division', divisionId)
    return presentDivision(store.organizationId)
  },
})

export const getAuthorizationDivisionspermittedMe = operation({
  id: 'getAuthorizationDivisionspermittedMe',
  method: 'GET',
  path: '/api/v2/authorization/divisionspermitted/me',
  summary: 'Lists the divisions in which the caller has a permission: the home division, or none.',
  scopes,
  input: { query: Type.Object({ permission: Type.String({ minLength: 1, maxLength: 300 }) }) },
  reply: { status: 200, schema: Type.Array(Division) },
  examples: [
    { title: 'May I read queues?', input: { query: { permission: 'routing:queue:view' } } },
  ],
  async handle({ query: { permission } }, { store, principal }) {
    return grants(principal.permissions, permission) ? [presentDivision(store.organizationId)] : []
  },
})

/** The vendor's `AuthzDivision`. */
function presentDivision(organizationId: string) {
  return { ...presentHomeDivision(organizationId), description: '', homeDivision: true }
}
