import Type from 'typebox'
import { dropZips } from '../../actions/function-package.ts'
import { AppError } from '../../errors.ts'
import type { IntegrationRecord } from '../../store/records.ts'
import type { Store } from '../../store/store.ts'
import { everything, pageWithin } from '../everything.ts'
import { findRecord } from '../not-found.ts'
import { operation } from '../operation.ts'
import { changed, newRecord } from '../record-change.ts'
import { Id, Listing, listing, listingPath, Paging, pageOf } from '../schema.ts'
import { readScopes, writeScopes } from './access.ts'
import { catalog } from './catalog.ts'
import { presentIntegration, reportedStateOf } from './present-integration.ts'

const path = '/api/v2/integrations'
const byId = `${path}/{integrationId}`
const IntegrationSchema = Type.Object({
  id: Type.String(),
  name: Type.String(),
  intendedState: Type.String(),
  selfUri: Type.String(),
})
const State = Type.Optional(Type.Enum(['ENABLED', 'DISABLED']))
const Expand = Type.Optional(Type.Array(Type.String()))

export const getIntegrations = operation({
  id: 'getIntegrations',
  method: 'GET',
  path,
  summary: 'Lists the installed integrations by name, or in another order.',
  scopes: readScopes,
  permission: 'integrations:integration:view',
  input: {
    query: Type.Object({
      ...Paging,
      expand: Expand,
      sortBy: Type.Optional(
        Type.Enum(['id', 'name', 'integrationType', 'notes', 'intendedState', 'reportedState']),
      ),
      ids: Type.Optional(Type.Array(Type.String(), { maxItems: 50 })),
      integrationType: Type.Optional(Type.String()),
      reportedState: Type.Optional(Type.String()),
      credentialId: Type.Optional(Type.String()),
    }),
  },
  reply: { status: 200, schema: Listing(IntegrationSchema) },
  examples: [{ title: 'All integrations', input: { query: { pageSize: '100' } } }],
  async handle({ query }, { store }) {
    const { ids, integrationType, reportedState, credentialId, sortBy, expand = [] } = query
    const found = (await everything(store, 'integration')).filter(
      (one) =>
        (ids === undefined || ids.includes(one.id)) &&
        (integrationType === undefined || one.integrationType === integrationType) &&
        (reportedState === undefined || reportedStateOf(one) === reportedState) &&
        (credentialId === undefined || Object.values(one.credentials).includes(credentialId)),
    )
    const rootOf = (one: IntegrationRecord): string =>
      sortBy === 'reportedState' ? reportedStateOf(one) : one[sortBy ?? 'name']
    const sorted =
      sortBy === undefined
        ? found
        : found.toSorted((a, b) => (rootOf(a) < rootOf(b) ? -1 : rootOf(a) > rootOf(b) ? 1 : 0))
    const page = pageOf(query)
    const credentials = await everything(store, 'credential')
    return listing(pageWithin(sorted, page), page, listingPath(path, query), (one) =>
      presentIntegration(one, credentials, expand),
    )
  },
})

export const getIntegration = operation({
  id: 'getIntegration',
  method: 'GET',
  path: byId,
  summary: 'Reads one integration.',
  scopes: readScopes,
  permission: 'integrations:integration:view',
  input: { path: Type.Object({ integrationId: Id }), query: Type.Object({ expand: Expand }) },
  reply: { status: 200, schema: IntegrationSchema },
  async handle({ path: { integrationId }, query: { expand = [] } }, { store }) {
    const integration = await findRecord(store, 'integration', integrationId)
    return presentIntegration(integration, await everything(store, 'credential'), expand)
  },
})

export const postIntegrations = operation({
  id: 'postIntegrations',
  method: 'POST',
  path,
  summary: 'Installs an integration. It starts disabled: enable it before its actions are run.',
  scopes: writeScopes,
  permission: 'integrations:integration:add',
  input: {
    body: Type.Object({
      name: Type.Optional(Type.String({ maxLength: 256 })),
      integrationType: Type.Object({ id: Type.String() }),
    }),
  },
  reply: { status: 200, schema: IntegrationSchema },
  examples: [
    {
      title: 'Web services',
      input: { body: { name: 'Shop', integrationType: { id: 'custom-rest-actions' } } },
    },
  ],
  async handle({ body: { name, integrationType } }, context) {
    const type = catalog.find(({ id }) => id === integrationType.id)
    if (type === undefined) {
      throw new AppError('bad.request', 'There is no integration type {id}. There are: {known}.', {
        params: { id: integrationType.id, known: catalog.map(({ id }) => id).join(', ') },
        details: [{ errorCode: 'bad.request', fieldName: 'integrationType.id' }],
      })
    }
    const integration: IntegrationRecord = {
      ...newRecord(name?.trim() || type.name, context),
      integrationType: type.id,
      intendedState: 'DISABLED',
      notes: '',
      properties: {},
      advanced: {},
      credentials: {},
    }
    await context.store.records.add('integration', integration)
    return presentIntegration(integration, [], [])
  },
})

export const patchIntegration = operation({
  id: 'patchIntegration',
  method: 'PATCH',
  path: byId,
  summary: 'Renames an integration, or enables or disables it.',
  scopes: writeScopes,
  permission: 'integrations:integration:edit',
  input: {
    path: Type.Object({ integrationId: Id }),
    body: Type.Object({
      name: Type.Optional(Type.String({ minLength: 1, maxLength: 256 })),
      notes: Type.Optional(Type.String()),
      intendedState: State,
    }),
  },
  reply: { status: 200, schema: IntegrationSchema },
  handle: ({ path: { integrationId }, body: { name, notes, intendedState } }, context) =>
    context.store.transaction(async (store) => {
      const before = await findRecord(store, 'integration', integrationId)
      const after: Partial<IntegrationRecord> = {
        ...(name === undefined ? {} : { name }),
        ...(notes === undefined ? {} : { notes }),
        ...(intendedState === undefined ? {} : { intendedState }),
      }
      const integration = changed(before, after, context)
      await store.records.save('integration', integration)
      return presentIntegration(integration, await everything(store, 'credential'), [])
    }),
})

export const deleteIntegration = operation({
  id: 'deleteIntegration',
  method: 'DELETE',
  path: byId,
  summary: 'Deletes an integration with all its actions.',
  scopes: writeScopes,
  permission: 'integrations:integration:delete',
  input: { path: Type.Object({ integrationId: Id }) },
  reply: { status: 200, schema: IntegrationSchema },
  handle: ({ path: { integrationId } }, { store }) =>
    store.transaction(async (store) => {
      const integration = await findRecord(store, 'integration', integrationId)
      await removeActions(store, integrationId)
      await store.records.remove('integration', integrationId)
      return presentIntegration(integration, [], [])
    }),
})

async function removeActions(store: Store, integrationId: string): Promise<void> {
  for (const action of await everything(store, 'action')) {
    if (action.integrationId !== integrationId) continue
    await store.records.remove('action', action.id)
    await dropZips(store, action)
  }
}
