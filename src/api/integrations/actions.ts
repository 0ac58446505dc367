import Type from 'typebox'
import { definitionOf, storedDefinition } from '../../actions/action-record.ts'
import { dropZips } from '../../actions/function-package.ts'
import { AppError } from '../../errors.ts'
import type { ActionRecord } from '../../store/records.ts'
import { operation } from '../operation.ts'
import { changed } from '../record-change.ts'
import { Id } from '../schema.ts'
import { readScopes, viewActions, writeScopes } from './access.ts'
import {
  ActionChangeBody,
  changedDefinition,
  NewActionBody,
  readDefinition,
  requireValid,
} from './action-body.ts'
import { createAction, integrationTypeOf, ownedUrl } from './create-action.ts'
import {
  ActionSchema,
  actionsPath,
  presentAction,
  storedRevision,
  ViewQuery,
  viewOf,
  wholeView,
} from './present-action.ts'
import { findAction, findOwnAction } from './static-actions.ts'
import { requireVersion } from './versions.ts'

const byId = `${actionsPath}/{actionId}`

export const postIntegrationsActions = operation({
  id: 'postIntegrationsActions',
  method: 'POST',
  path: actionsPath,
  summary:
    'Creates a data action and publishes it at once. Function actions must start as a draft.',
  scopes: writeScopes,
  permission: 'integrations:action:add',
  input: { body: NewActionBody },
  reply: { status: 200, schema: ActionSchema },
  async handle({ body }, context) {
    const definition = readDefinition(body)
    const { integrationId } = body
    const integrationType = await integrationTypeOf(context.store, integrationId)
    if (integrationType === 'function-data-actions') {
      throw new AppError(
        'bad.request',
        'A function action starts as a draft: use POST /api/v2/integrations/actions/drafts.',
      )
    }
    requireValid(definition, { kind: 'custom', integrationType })
    const action = await createAction(
      definition,
      { integrationId, integrationType, state: 'published' },
      context,
    )
    return presentAction(action, wholeView('published'))
  },
})

export const getIntegrationsAction = operation({
  id: 'getIntegrationsAction',
  method: 'GET',
  path: byId,
  summary:
    'Reads a published data action; `expand=contract` and `includeConfig=true` give the whole.',
  scopes: readScopes,
  permission: viewActions,
  input: { path: Type.Object({ actionId: Id }), query: Type.Object(ViewQuery) },
  reply: { status: 200, schema: ActionSchema },
  async handle({ path: { actionId }, query }, { store }) {
    return presentAction(await findAction(store, actionId), viewOf('published', query))
  },
})

export const patchIntegrationsAction = operation({
  id: 'patchIntegrationsAction',
  method: 'PATCH',
  path: byId,
  summary: 'Changes the name, category or configuration of a published data action.',
  scopes: writeScopes,
  permission: 'integrations:action:edit',
  input: { path: Type.Object({ actionId: Id }), body: ActionChangeBody },
  reply: { status: 200, schema: ActionSchema },
  handle: ({ path: { actionId }, body }, context) =>
    context.store.transaction(async (store) => {
      const before = await findOwnAction(store, actionId)
      const published = storedRevision(before, 'published')
      requireVersion(published.version, body.version)
      const { name, category, config } = body
      const changes = {
        ...(name === undefined ? {} : { name }),
        ...(category === undefined ? {} : { category }),
        ...(config === undefined ? {} : { config }),
      }
      const integrationType = await integrationTypeOf(store, before.integrationId)
      const asked = changedDefinition(definitionOf(published), changes)
      const definition = ownedUrl(asked, { id: actionId, integrationType })
      requireValid(definition, { kind: before.actionKind, integrationType })
      const after: Partial<ActionRecord> = {
        name: definition.name,
        published: { version: published.version + 1, definition: storedDefinition(definition) },
      }
      const action = changed(before, after, context)
      await store.records.save('action', action)
      return presentAction(action, wholeView('published'))
    }),
})

export const deleteIntegrationsAction = operation({
  id: 'deleteIntegrationsAction',
  method: 'DELETE',
  path: byId,
  summary: 'Deletes a data action with its draft.',
  scopes: writeScopes,
  permission: 'integrations:action:delete',
  input: { path: Type.Object({ actionId: Id }) },
  reply: { status: 204 },
  handle: ({ path: { actionId } }, { store }) =>
    store.transaction(async (store) => {
      const action = await findOwnAction(store, actionId)
      if (action.actionKind !== 'custom') throw notDeleted()
      await store.records.remove('action', actionId)
      await dropZips(store, action)
    }),
})

function notDeleted(): AppError {
  return new AppError(
    'bad.request',
    'A custom-auth action belongs to its integration, and is deleted with it.',
  )
}
