import Type from 'typebox'
import { definitionOf } from '../../actions/action-record.ts'
import { type DefinitionFault, definitionFaults } from '../../actions/definition.ts'
import { dropZips, functionFaults } from '../../actions/function-package.ts'
import { lintAction } from '../../actions/lint.ts'
import type { ActionRecord } from '../../store/records.ts'
import type { StoredFunction } from '../../store/stored-function.ts'
import { findRecord } from '../not-found.ts'
import { operation } from '../operation.ts'
import { changed } from '../record-change.ts'
import { Id } from '../schema.ts'
import { readScopes, writeScopes } from './access.ts'
import { faultText, requireValid } from './action-body.ts'
import { integrationTypeOf } from './create-action.ts'
import { requireFunction } from './functions.ts'
import {
  ActionSchema,
  actionsPath,
  presentAction,
  revisionOf,
  storedRevision,
  wholeView,
} from './present-action.ts'
import { requireVersion } from './versions.ts'

const draftPath = `${actionsPath}/{actionId}/draft`

export const getIntegrationsActionDraftValidation = operation({
  id: 'getIntegrationsActionDraftValidation',
  method: 'GET',
  path: `${draftPath}/validation`,
  summary:
    'Says whether a draft can be published, and why not. `warnings`, which are ours, names the traps that it ' +
    'would run into.',
  scopes: readScopes,
  permission: 'integrations:action:edit',
  input: { path: Type.Object({ actionId: Id }) },
  reply: {
    status: 200,
    schema: Type.Object({
      valid: Type.Boolean(),
      errors: Type.Array(Type.Object({ message: Type.String(), code: Type.String() })),
      warnings: Type.Array(Type.Object({ code: Type.String(), message: Type.String() })),
    }),
  },
  async handle({ path: { actionId } }, { store, contextId, outside }) {
    const action = await findRecord(store, 'action', actionId)
    const { definition } = revisionOf(action, 'draft')
    const integrationType = await integrationTypeOf(store, action.integrationId)
    const isPackage = integrationType === 'function-data-actions' && action.script === undefined
    const lacking = isPackage ? functionFaults(action.functions?.draft, outside.clock.now()) : []
    const faults = [
      ...definitionFaults(definition, { kind: action.actionKind, integrationType }),
      ...lacking.map((message) => ({ field: 'function', message })),
    ]
    return {
      valid: faults.length === 0,
      errors: faults.map((fault) => presentFault(fault, contextId)),
      warnings: lintAction(definition),
    }
  },
})

function presentFault(fault: DefinitionFault, contextId: string) {
  return {
    message: faultText(fault),
    code: 'bad.request',
    status: 400,
    messageParams: {},
    contextId,
    details: [{ errorCode: 'ACTION.PROCESSING', fieldName: fault.field }],
    errors: [],
  }
}

/** What is published of a function: how it is called and its package, not what became of uploads. */
function publishedFunction(draft: StoredFunction | undefined): Partial<ActionRecord> {
  if (draft === undefined) return {}
  const { settings, zip } = draft
  const published = {
    ...(settings === undefined ? {} : { settings }),
    ...(zip === undefined ? {} : { zip }),
    refused: [],
  }
  return { functions: { published } }
}

export const postIntegrationsActionDraftPublish = operation({
  id: 'postIntegrationsActionDraftPublish',
  method: 'POST',
  path: `${draftPath}/publish`,
  summary: 'Publishes a valid draft: from now on it is what is executed.',
  scopes: writeScopes,
  permission: 'integrations:action:edit',
  input: {
    path: Type.Object({ actionId: Id }),
    body: Type.Object({ version: Type.Integer() }),
  },
  reply: { status: 200, schema: ActionSchema },
  handle: ({ path: { actionId }, body }, context) =>
    context.store.transaction(async (store) => {
      const found = await findRecord(store, 'action', actionId)
      const { version, definition } = storedRevision(found, 'draft')
      const { draft: _, functions, ...before } = found
      requireVersion(version, body.version)
      const integrationType = await integrationTypeOf(store, before.integrationId)
      const { name } = definitionOf({ definition })
      requireValid(definitionOf({ definition }), { kind: before.actionKind, integrationType })
      requireFunction(found, integrationType, context.outside.clock.now())
      const last = Math.max(version, before.published?.version ?? 0)
      const after: Partial<ActionRecord> = {
        ...{ name, published: { version: last + 1, definition } },
        ...publishedFunction(functions?.draft),
      }
      const action = changed<ActionRecord>(before, after, context)
      await store.records.save('action', action)
      await dropZips(store, found, action)
      return presentAction(action, wholeView('published'))
    }),
})
