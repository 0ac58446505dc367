import { isDeepStrictEqual } from 'node:util'
import Type from 'typebox'
import { definitionOf, storedDefinition } from '../../actions/action-record.ts'
import { dropZips } from '../../actions/function-package.ts'
import { AppError } from '../../errors.ts'
import type { JsonObject } from '../../store/json.ts'
import type { ActionRecord } from '../../store/records.ts'
import { operation } from '../operation.ts'
import { changed } from '../record-change.ts'
import { Id } from '../schema.ts'
import { readScopes, viewActions, writeScopes } from './access.ts'
import { changedDefinition, DraftChangeBody, NewActionBody, readDefinition } from './action-body.ts'
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

const draftPath = `${actionsPath}/{actionId}/draft`
const Place = Type.Object({ actionId: Id })

export const postIntegrationsActionsDrafts = operation({
  id: 'postIntegrationsActionsDrafts',
  method: 'POST',
  path: `${actionsPath}/drafts`,
  summary: 'Creates a data action as a draft, which may still be invalid.',
  scopes: writeScopes,
  permission: 'integrations:action:add',
  input: { body: NewActionBody },
  reply: { status: 200, schema: ActionSchema },
  async handle({ body }, context) {
    const definition = readDefinition(body)
    const { integrationId } = body
    const integrationType = await integrationTypeOf(context.store, integrationId)
    const about = { integrationId, integrationType, state: 'draft' } as const
    const action = await createAction(definition, about, context)
    return presentAction(action, wholeView('draft'))
  },
})

export const getIntegrationsActionDraft = operation({
  id: 'getIntegrationsActionDraft',
  method: 'GET',
  path: draftPath,
  summary: 'Reads the draft of a data action.',
  scopes: readScopes,
  permission: viewActions,
  input: { path: Place, query: Type.Object(ViewQuery) },
  reply: { status: 200, schema: ActionSchema },
  async handle({ path: { actionId }, query }, { store }) {
    return presentAction(await findAction(store, actionId), viewOf('draft', query))
  },
})

export const postIntegrationsActionDraft = operation({
  id: 'postIntegrationsActionDraft',
  method: 'POST',
  path: draftPath,
  summary: 'Makes a draft of a published data action, to be edited, tested and published again.',
  scopes: writeScopes,
  permission: 'integrations:action:edit',
  input: { path: Place },
  reply: { status: 200, schema: ActionSchema },
  handle: ({ path: { actionId } }, context) =>
    context.store.transaction(async (store) => {
      const before = await findOwnAction(store, actionId)
      const published = storedRevision(before, 'published')
      if (before.draft !== undefined) {
        throw new AppError('conflict', 'The action {id} has a draft already: edit or delete it.', {
          params: { id: actionId },
        })
      }
      const code = before.functions?.published
      const functions = code === undefined ? {} : { functions: { draft: code, published: code } }
      const action = changed<ActionRecord>(before, { draft: published, ...functions }, context)
      await store.records.save('action', action)
      return presentAction(action, wholeView('draft'))
    }),
})

export const patchIntegrationsActionDraft = operation({
  id: 'patchIntegrationsActionDraft',
  method: 'PATCH',
  path: draftPath,
  summary:
    'Changes a draft. Its contract and secure flag can be changed until the action is first published.',
  scopes: writeScopes,
  permission: 'integrations:action:edit',
  input: { path: Place, body: DraftChangeBody },
  reply: { status: 200, schema: ActionSchema },
  handle: ({ path: { actionId }, body }, context) =>
    context.store.transaction(async (store) => {
      const before = await findOwnAction(store, actionId)
      const draft = storedRevision(before, 'draft')
      requireVersion(draft.version, body.version)
      const { version: _, ...changes } = body
      const integrationType = await integrationTypeOf(store, before.integrationId)
      const asked = changedDefinition(definitionOf(draft), changes)
      const definition = ownedUrl(asked, { id: actionId, integrationType })
      const stored = storedDefinition(definition)
      if (before.published !== undefined) requireFrozen(before.published.definition, stored)
      const after: Partial<ActionRecord> = {
        ...(before.published === undefined ? { name: definition.name } : {}),
        draft: { version: draft.version + 1, definition: stored },
      }
      const action = changed(before, after, context)
      await store.records.save('action', action)
      return presentAction(action, wholeView('draft'))
    }),
})

/** What flows were wired to must not change under them: the vendor freezes it with the first publication. */
function requireFrozen(published: JsonObject, draft: JsonObject): void {
  const frozen = (definition: JsonObject) => [definition['contract'], definition['secure']]
  if (isDeepStrictEqual(frozen(published), frozen(draft))) return
  throw new AppError(
    'bad.request',
    'The contract and the secure flag of a published action cannot be changed: make a new action.',
    { details: [{ errorCode: 'ACTION.PROCESSING', fieldName: 'contract' }] },
  )
}

export const deleteIntegrationsActionDraft = operation({
  id: 'deleteIntegrationsActionDraft',
  method: 'DELETE',
  path: draftPath,
  summary: 'Deletes the draft of a data action; one that was never published is gone with it.',
  scopes: writeScopes,
  permission: 'integrations:action:delete',
  input: { path: Place },
  reply: { status: 204 },
  handle: ({ path: { actionId } }, context) =>
    context.store.transaction(async (store) => {
      const before = await findOwnAction(store, actionId)
      storedRevision(before, 'draft')
      if (before.published === undefined) {
        await store.records.remove('action', actionId)
        await dropZips(store, before)
        return
      }
      const { draft: _, functions, ...published } = before
      const code = functions?.published
      const after = code === undefined ? {} : { functions: { published: code } }
      const action = changed<ActionRecord>(published, after, context)
      await store.records.save('action', action)
      await dropZips(store, before, action)
    }),
})
