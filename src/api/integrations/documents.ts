import Type from 'typebox'
import type { ActionDefinition, JsonSchema } from '../../actions/action.ts'
import { failureSchema } from '../../actions/failure.ts'
import { flattenSchema } from '../../actions/flatten.ts'
import type { Context } from '../../context.ts'
import { notFound } from '../not-found.ts'
import { operation } from '../operation.ts'
import { Id } from '../schema.ts'
import { WrittenReply } from '../written-reply.ts'
import { readScopes, viewActions } from './access.ts'
import { type ActionState, actionsPath, revisionOf } from './present-action.ts'
import { findAction } from './static-actions.ts'

const byId = `${actionsPath}/{actionId}`
const place = Type.Object({ actionId: Id, fileName: Id })

const schemaDocument = {
  method: 'GET',
  scopes: readScopes,
  permission: viewActions,
  input: { path: place, query: Type.Object({ flatten: Type.Optional(Type.Boolean()) }) },
  reply: { status: 200, schema: Type.Record(Type.String(), Type.Unknown()) },
} as const

const templateDocument = {
  method: 'GET',
  scopes: readScopes,
  permission: viewActions,
  input: { path: place },
  reply: { status: 200, schema: Type.String() },
} as const

export const getIntegrationsActionSchema = operation({
  ...schemaDocument,
  id: 'getIntegrationsActionSchema',
  path: `${byId}/schemas/{fileName}`,
  summary:
    'Reads a schema of a published action: inputschema.json, successschema.json or errorschema.json.',
  handle: ({ path, query }, context) => readSchema('published', { ...path, ...query }, context),
})

export const getIntegrationsActionDraftSchema = operation({
  ...schemaDocument,
  id: 'getIntegrationsActionDraftSchema',
  path: `${byId}/draft/schemas/{fileName}`,
  summary: 'Reads a schema of a draft: inputschema.json, successschema.json or errorschema.json.',
  handle: ({ path, query }, context) => readSchema('draft', { ...path, ...query }, context),
})

export const getIntegrationsActionTemplate = operation({
  ...templateDocument,
  id: 'getIntegrationsActionTemplate',
  path: `${byId}/templates/{fileName}`,
  summary: 'Reads a template of a published action: requesttemplate.vm or successtemplate.vm.',
  handle: ({ path }, context) => readTemplate('published', path, context),
})

export const getIntegrationsActionDraftTemplate = operation({
  ...templateDocument,
  id: 'getIntegrationsActionDraftTemplate',
  path: `${byId}/draft/templates/{fileName}`,
  summary: 'Reads a template of a draft: requesttemplate.vm or successtemplate.vm.',
  handle: ({ path }, context) => readTemplate('draft', path, context),
})

interface Asked {
  readonly actionId: string
  readonly fileName: string
  readonly flatten?: boolean
}

async function readSchema(state: ActionState, asked: Asked, context: Context) {
  const { contract } = await definitionFor(state, asked, context)
  const schemas: Readonly<Record<string, JsonSchema>> = {
    'inputschema.json': contract.inputSchema,
    'successschema.json': contract.successSchema,
    'errorschema.json': contract.errorSchema ?? failureSchema,
  }
  const schema = schemas[asked.fileName.toLowerCase()]
  if (schema === undefined) throw notFound('schema', asked.fileName)
  return asked.flatten === true ? { ...flattenSchema(schema) } : { ...schema }
}

async function readTemplate(state: ActionState, asked: Asked, context: Context) {
  const { config } = await definitionFor(state, asked, context)
  const templates: Readonly<Record<string, string>> = {
    'requesttemplate.vm': config.request.requestTemplate,
    'successtemplate.vm': config.response.successTemplate,
  }
  const template = templates[asked.fileName.toLowerCase()]
  if (template === undefined) throw notFound('template', asked.fileName)
  return new WrittenReply(template, { type: 'text/plain; charset=utf-8' })
}

async function definitionFor(
  state: ActionState,
  { actionId }: Asked,
  { store }: Context,
): Promise<ActionDefinition> {
  return revisionOf(await findAction(store, actionId), state).definition
}
