import Type from 'typebox'
import { type ActionDefinition, integrationTypes } from '../../actions/action.ts'
import { customAuthId, storedDefinition } from '../../actions/action-record.ts'
import { exportAction, exportedName, exportFileName } from '../../actions/export.ts'
import { importAction } from '../../actions/import.ts'
import type { Context } from '../../context.ts'
import { AppError } from '../../errors.ts'
import type { ActionRecord, IntegrationRecord } from '../../store/records.ts'
import { everything } from '../everything.ts'
import { findRecord } from '../not-found.ts'
import { operation } from '../operation.ts'
import { changed } from '../record-change.ts'
import { Id } from '../schema.ts'
import { WrittenBody } from '../written-body.ts'
import { readScopes, viewActions, writeScopes } from './access.ts'
import { createAction } from './create-action.ts'
import { ActionSchema, presentAction, revisionOf, wholeView } from './present-action.ts'

const path = '/api/signalbox/actions'

export const signalboxImportAction = operation({
  id: 'signalboxImportAction',
  method: 'POST',
  path: `${path}/import`,
  summary:
    'Imports an exported data action as a draft, into the integration that is named or the only one of its type. ' +
    'A custom-auth action replaces the draft of the one that the integration has.',
  scopes: writeScopes,
  permission: 'integrations:action:add',
  exactBody: true,
  input: {
    query: Type.Object({ integrationId: Type.Optional(Id) }),
    body: Type.Unknown(),
  },
  reply: { status: 200, schema: ActionSchema },
  async handle({ query, body }, context) {
    const file = importAction(
      body instanceof WrittenBody ? body.text : JSON.stringify(body ?? null),
    )
    const asked = {
      id: query.integrationId ?? (await ownIntegrationId(file.integrationId, context)),
      type: file.integrationType,
    }
    const integration = await targetOf(asked, context)
    const definition = { category: integration.name, ...file.definition }
    if (file.kind === 'customAuth') {
      return presentAction(await draftOfAuth(integration, definition, context), wholeView('draft'))
    }
    const { id: integrationId, integrationType } = integration
    const about = { integrationId, integrationType, state: 'draft' } as const
    return presentAction(await createAction(definition, about, context), wholeView('draft'))
  },
})

/** The integration that a file in the form of an API body names, unless it is another organization's. */
async function ownIntegrationId(
  id: string | undefined,
  { store }: Context,
): Promise<string | undefined> {
  if (id === undefined) return undefined
  return (await store.records.get('integration', id))?.id
}

/** An imported custom-auth action becomes the draft of the one that its integration has. */
function draftOfAuth(
  { id }: IntegrationRecord,
  definition: ActionDefinition,
  context: Context,
): Promise<ActionRecord> {
  return context.store.transaction(async (store) => {
    const before = await findRecord(store, 'action', customAuthId(id))
    const version = (before.draft?.version ?? before.published?.version ?? 0) + 1
    const draft = { version, definition: storedDefinition(definition) }
    const action = changed<ActionRecord>(before, { draft }, context)
    await store.records.save('action', action)
    return action
  })
}

/**
 * The integration that an imported action goes to, which must be of the type that the file was exported from. A file of a
 * type that this server has not may go to web services, which take any address.
 */
async function targetOf(
  { id, type }: { readonly id: string | undefined; readonly type: string | undefined },
  { store }: Context,
): Promise<IntegrationRecord> {
  if (id !== undefined) {
    const integration = await findRecord(store, 'integration', id)
    const isForeign = !integrationTypes.some((known) => known === type)
    const fits = isForeign
      ? integration.integrationType === 'custom-rest-actions'
      : integration.integrationType === type
    if (type === undefined || fits) return integration
    throw new AppError(
      'bad.request',
      'The action was exported from an integration of the type {type}, and {name} is of another.',
      { params: { type, name: integration.name } },
    )
  }
  const fit = (await everything(store, 'integration')).filter(
    ({ integrationType }) => integrationType === type,
  )
  const [only] = fit
  if (only !== undefined && fit.length === 1) return only
  throw new AppError('bad.request', whyNone(type, fit.length), {
    params: { count: String(fit.length), type: type ?? '' },
  })
}

function whyNone(type: string | undefined, count: number): string {
  if (type === undefined)
    return 'The file names no integration of this organization: name one with integrationId.'
  if (count > 1)
    return 'There are {count} integrations of the type {type}: name one with integrationId.'
  return integrationTypes.some((known) => known === type)
    ? 'There is no integration of the type {type}: make one first.'
    : 'This server has no integrations of the type {type}: name one of the type custom-rest-actions with integrationId.'
}

export const signalboxExportAction = operation({
  id: 'signalboxExportAction',
  method: 'GET',
  path: `${path}/{actionId}/export`,
  summary:
    "Exports a data action in the vendor's form: the published state, or the draft of one that has no other.",
  scopes: readScopes,
  permission: viewActions,
  input: { path: Type.Object({ actionId: Id }) },
  reply: {
    status: 200,
    schema: Type.Object({ fileName: Type.String(), content: Type.String() }),
  },
  async handle({ path: { actionId } }, { store, outside }) {
    const action = await findRecord(store, 'action', actionId)
    const { definition } = revisionOf(
      action,
      action.published === undefined ? 'draft' : 'published',
    )
    const { integrationType } = await findRecord(store, 'integration', action.integrationId)
    const name = exportedName(definition.name, new Date(outside.clock.now()))
    const kind = action.actionKind === 'customAuth' ? 'customAuth' : 'custom'
    const file = { definition: { ...definition, name }, kind, integrationType } as const
    return { fileName: exportFileName(file), content: exportAction(file) }
  },
})
