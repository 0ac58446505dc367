import Type from 'typebox'
import { storedDefinition } from '../../actions/action-record.ts'
import { isoTime } from '../../clock.ts'
import type { Context } from '../../context.ts'
import type { ActionRecord, ActionScript, IntegrationRecord } from '../../store/records.ts'
import type { Store } from '../../store/store.ts'
import { everything, pageWithin } from '../everything.ts'
import { executeReply, runAction } from '../integrations/run.ts'
import { findRecord, notFound } from '../not-found.ts'
import { operation } from '../operation.ts'
import { newRecord } from '../record-change.ts'
import { Id, Listing, listing, Paging, pageOf } from '../schema.ts'
import { readScript, ScriptBody, scriptDefinition } from './definition.ts'

const path = '/api/v2/dataactions'
const Place = Type.Object({ id: Id })
const DataAction = Type.Object({
  id: Type.String(),
  name: Type.String(),
  description: Type.String(),
  inputs: Type.Record(Type.String(), Type.Unknown()),
  outputs: Type.Record(Type.String(), Type.Unknown()),
  execution: Type.Object({ type: Type.String(), code: Type.String() }),
  selfUri: Type.String(),
})

export const signalboxCreateDataAction = operation({
  id: 'signalboxCreateDataAction',
  method: 'POST',
  path,
  summary:
    'Creates a data action from inputs, outputs and JavaScript with a function `execute(context, callback)`. It is ' +
    'published at once, and is also found under /api/v2/integrations/actions.',
  scopes: ['dataactions:write'],
  permission: 'dataactions:write',
  input: { body: ScriptBody },
  reply: { status: 200, schema: DataAction },
  examples: [
    {
      title: 'A greeting',
      input: {
        body: {
          name: 'Greet',
          inputs: { who: { type: 'string', default: 'you' } },
          outputs: { text: { type: 'string' } },
          execution: {
            type: 'javascript',
            code: "function execute(context, callback) { callback({ text: 'Hello ' + context.inputs.who }) }",
          },
        },
      },
    },
  ],
  async handle({ body }, context) {
    const script = readScript(body)
    return context.store.transaction(async (store) => {
      const integration = await scriptIntegration(store, context)
      const definition = scriptDefinition(body, integration.name)
      const base = newRecord(body.name, context)
      const action: ActionRecord = {
        ...base,
        id: `custom_-_${base.id}`,
        actionKind: 'custom',
        integrationId: integration.id,
        published: { version: 1, definition: storedDefinition(definition) },
        script,
      }
      await store.records.add('action', action)
      return presentScript(action, script)
    })
  },
})

export const signalboxListDataActions = operation({
  id: 'signalboxListDataActions',
  method: 'GET',
  path,
  summary: 'Lists the data actions that are written in JavaScript; `name` finds a part of a name.',
  scopes: ['dataactions:read', 'dataactions:write'],
  permission: { any: ['dataactions:read', 'dataactions:write'] },
  input: { query: Type.Object({ ...Paging, name: Type.Optional(Type.String()) }) },
  reply: { status: 200, schema: Listing(DataAction) },
  examples: [{ title: 'All of them', input: {} }],
  async handle({ query: { name = '', ...paging } }, { store }) {
    const part = name.toLowerCase()
    const found = (await everything(store, 'action')).flatMap((action) =>
      action.script !== undefined && action.name.toLowerCase().includes(part)
        ? [{ action, script: action.script }]
        : [],
    )
    const page = pageOf(paging)
    return listing(pageWithin(found, page), page, path, ({ action, script }) =>
      presentScript(action, script),
    )
  },
})

export const signalboxGetDataAction = operation({
  id: 'signalboxGetDataAction',
  method: 'GET',
  path: `${path}/{id}`,
  summary: 'Reads a data action that is written in JavaScript.',
  scopes: ['dataactions:read', 'dataactions:write'],
  permission: { any: ['dataactions:read', 'dataactions:write'] },
  input: { path: Place },
  reply: { status: 200, schema: DataAction },
  async handle({ path: { id } }, { store }) {
    const { action, script } = await findScript(store, id)
    return presentScript(action, script)
  },
})

export const signalboxExecuteDataAction = operation({
  id: 'signalboxExecuteDataAction',
  method: 'POST',
  path: `${path}/{id}/execute`,
  summary: 'Executes a data action with these inputs, and answers its outputs and nothing else.',
  scopes: ['dataactions:write'],
  permission: { any: ['dataactions:write', 'integrations:action:execute'] },
  exactBody: true,
  input: {
    path: Place,
    query: Type.Object({ flatten: Type.Optional(Type.Boolean()) }),
    body: Type.Unknown(),
  },
  reply: { status: 200, schema: Type.Unknown() },
  async handle({ path: { id }, query: { flatten }, body }, context) {
    await findScript(context.store, id)
    const asked = { actionId: id, state: 'published', body, flatten } as const
    return executeReply(await runAction(asked, context))
  },
})

async function findScript(
  store: Store,
  id: string,
): Promise<{ readonly action: ActionRecord; readonly script: ActionScript }> {
  const action = await findRecord(store, 'action', id)
  if (action.script === undefined) throw notFound('data action', id)
  return { action, script: action.script }
}

/** The integration that scripts belong to, made with the first of them. */
async function scriptIntegration(store: Store, context: Context): Promise<IntegrationRecord> {
  const found = (await everything(store, 'integration')).find(
    ({ integrationType }) => integrationType === 'function-data-actions',
  )
  if (found !== undefined) return found
  const integration: IntegrationRecord = {
    ...newRecord('Function Data Actions', context),
    integrationType: 'function-data-actions',
    intendedState: 'ENABLED',
    notes: '',
    properties: {},
    advanced: {},
    credentials: {},
  }
  await store.records.add('integration', integration)
  return integration
}

function presentScript(action: ActionRecord, script: ActionScript) {
  const { id, name, createdMs, modifiedMs } = action
  return {
    id,
    name,
    description: script.description,
    inputs: script.inputs,
    outputs: script.outputs,
    execution: { type: 'javascript', code: script.code },
    dateCreated: isoTime(createdMs),
    dateModified: isoTime(modifiedMs),
    selfUri: `${path}/${id}`,
  }
}
