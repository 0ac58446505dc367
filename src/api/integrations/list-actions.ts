import Type, { type Static } from 'typebox'
import { definitionOf } from '../../actions/action-record.ts'
import type { ActionRecord } from '../../store/records.ts'
import type { Store } from '../../store/store.ts'
import { everything, pageWithin } from '../everything.ts'
import { operation } from '../operation.ts'
import { Listing, listing, listingPath, Paging, pageOf } from '../schema.ts'
import { readScopes, viewActions } from './access.ts'
import { ActionSchema, type ActionState, actionsPath, presentAction } from './present-action.ts'
import { staticRecords } from './static-actions.ts'

const ListQuery = Type.Object({
  ...Paging,
  sortBy: Type.Optional(
    Type.Enum(['id', 'name', 'category', 'integrationId', 'version', 'secure']),
  ),
  sortOrder: Type.Optional(Type.Enum(['ASC', 'DESC', 'asc', 'desc'])),
  category: Type.Optional(Type.String()),
  name: Type.Optional(Type.String()),
  ids: Type.Optional(Type.Array(Type.String(), { maxItems: 50 })),
  secure: Type.Optional(Type.Boolean()),
  includeAuthActions: Type.Optional(Type.Boolean()),
  includeConfig: Type.Optional(Type.Boolean()),
})

const listed = {
  method: 'GET',
  scopes: readScopes,
  permission: viewActions,
  input: { query: ListQuery },
  reply: { status: 200, schema: Listing(ActionSchema) },
} as const

export const getIntegrationsActions = operation({
  ...listed,
  id: 'getIntegrationsActions',
  path: actionsPath,
  summary: 'Lists the published data actions; `name` finds a part of a name.',
  examples: [{ title: 'By name', input: { query: { sortBy: 'name', pageSize: '100' } } }],
  handle: ({ query }, { store }) => list(store, 'published', query),
})

export const getIntegrationsActionsDrafts = operation({
  ...listed,
  id: 'getIntegrationsActionsDrafts',
  path: `${actionsPath}/drafts`,
  summary: 'Lists the drafts of data actions, those of actions that were never published too.',
  examples: [{ title: 'All drafts', input: {} }],
  handle: ({ query }, { store }) => list(store, 'draft', query),
})

export const getIntegrationsActionsCategories = operation({
  id: 'getIntegrationsActionsCategories',
  method: 'GET',
  path: `${actionsPath}/categories`,
  summary: 'Lists the categories that published data actions are grouped under.',
  scopes: readScopes,
  permission: viewActions,
  input: {
    query: Type.Object({
      ...Paging,
      sortBy: Type.Optional(Type.Enum(['name'])),
      sortOrder: ListQuery.properties.sortOrder,
      secure: Type.Optional(Type.Boolean()),
    }),
  },
  reply: { status: 200, schema: Listing(Type.Object({ name: Type.String() })) },
  examples: [{ title: 'All categories', input: {} }],
  async handle({ query }, { store }) {
    const rows = await rowsOf(store, 'published')
    const asked = rows.filter(({ secure }) => query.secure === undefined || secure === query.secure)
    const names = [...new Set(asked.map(({ category }) => category))].filter((one) => one !== '')
    names.sort()
    if (isDescending(query.sortOrder)) names.reverse()
    const page = pageOf(query)
    const path = listingPath(`${actionsPath}/categories`, query)
    return listing(pageWithin(names, page), page, path, (name) => ({ name }))
  },
})

async function list(store: Store, state: ActionState, query: Static<typeof ListQuery>) {
  const rows = (await rowsOf(store, state)).filter((row) => fits(row, query))
  const { sortBy } = query
  if (sortBy !== undefined) {
    rows.sort((a, b) => compare(a[sortBy], b[sortBy]))
    if (isDescending(query.sortOrder)) rows.reverse()
  }
  const page = pageOf(query)
  const path = listingPath(state === 'draft' ? `${actionsPath}/drafts` : actionsPath, query)
  const view = { state, contract: false, config: query.includeConfig === true, flatten: false }
  return listing(pageWithin(rows, page), page, path, ({ action }) => presentAction(action, view))
}

interface ListRow {
  readonly action: ActionRecord
  readonly id: string
  readonly integrationId: string
  readonly name: string
  readonly category: string
  readonly version: number
  readonly secure: boolean
}

async function rowsOf(store: Store, state: ActionState): Promise<ListRow[]> {
  const all = [...(await everything(store, 'action')), ...(await staticRecords(store))]
  return all.flatMap((action) => {
    const revision = action[state]
    if (revision === undefined) return []
    const { name, category = '', secure } = definitionOf(revision)
    const { id, integrationId } = action
    return [{ action, id, integrationId, name, category, version: revision.version, secure }]
  })
}

function fits(row: ListRow, query: Static<typeof ListQuery>): boolean {
  const { category, name, ids, secure, includeAuthActions } = query
  return (
    (category === undefined || row.category === category) &&
    (name === undefined || row.name.toLowerCase().includes(name.toLowerCase())) &&
    (ids === undefined || ids.includes(row.id)) &&
    (secure === undefined || row.secure === secure) &&
    (includeAuthActions === true || row.action.actionKind !== 'customAuth')
  )
}

function isDescending(order: string | undefined): boolean {
  return order?.toUpperCase() === 'DESC'
}

function compare(a: string | number | boolean, b: string | number | boolean): number {
  return a < b ? -1 : a > b ? 1 : 0
}
