import { programVersion } from '../version.ts'
import { type AnyOperation, scopesOf } from './operation.ts'

/** JSON, as the document is made of. */
type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json }

/**
 * The OpenAPI 3.1 document of the operations, as text: TypeBox schemas are JSON Schema already, so it says exactly what
 * is checked. Operations come in a fixed order, so that the same declarations give the same text.
 */
export function openApiText(
  operations: readonly AnyOperation[],
  server: ApiServer = defaultServer,
): string {
  return `${JSON.stringify(openApiDocument(operations, server), null, 1)}\n`
}

/** Where the operations are served, as the document tells it. */
export interface ApiServer {
  readonly url: string
  readonly description: string
}

const defaultServer: ApiServer = {
  url: 'http://127.0.0.1:8080',
  description: 'A server started with no settings',
}

function openApiDocument(operations: readonly AnyOperation[], server: ApiServer): Json {
  const paths: Record<string, Record<string, Json>> = {}
  for (const operation of operations.toSorted(
    (a, b) => compare(a.path, b.path) || compare(a.method, b.method),
  )) {
    paths[operation.path] ??= {}
    const methods = paths[operation.path]
    if (methods !== undefined) methods[operation.method.toLowerCase()] = operationObject(operation)
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'signalbox',
      version: programVersion(),
      description:
        'Digital customer conversations, compatible with the Genesys Cloud Platform API. Not affiliated with Genesys.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ ...server }],
    security: [{ token: [] }],
    tags: [...new Set(operations.map(tagOf))].toSorted(compare).map(tagObject),
    paths,
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'From POST /oauth/token.' },
      },
      schemas: { ErrorBody: errorBody },
    },
  }
}

function operationObject(operation: AnyOperation): Json {
  const { input, reply } = operation
  const content =
    reply.schema === undefined
      ? {}
      : { content: { 'application/json': { schema: plain(reply.schema) } } }
  return {
    operationId: operation.id,
    tags: [tagOf(operation)],
    summary: operation.summary,
    ...(operation.permission === undefined ? {} : { 'x-permission': plain(operation.permission) }),
    'x-scopes': plain(scopesOf(operation)),
    parameters: [...parameters(input?.path, 'path'), ...parameters(input?.query, 'query')],
    ...(input?.body === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: { 'application/json': { schema: plain(input.body) } },
          },
        }),
    responses: {
      [String(reply.status)]: {
        description: reply.schema === undefined ? 'Done; no body.' : 'Done.',
        ...content,
      },
      '4XX': failure('Refused: the body says why and what to do.'),
      '5XX': failure('Failed, or not built: the body says which.'),
    },
  }
}

function failure(description: string): Json {
  return {
    description,
    content: { 'application/json': { schema: { $ref: '#/components/schemas/ErrorBody' } } },
  }
}

function tagObject(name: string): Json {
  const path = name === 'signalbox' ? '/api/signalbox' : `/api/v2/${name}`
  return { name, description: `What is served under \`${path}\`.` }
}

function parameters(schema: unknown, place: 'path' | 'query'): Json[] {
  if (typeof schema !== 'object' || schema === null || !('properties' in schema)) return []
  const required: unknown = 'required' in schema ? schema.required : []
  return Object.entries(Object(schema.properties)).map(([name, value]) => ({
    name,
    in: place,
    required: place === 'path' || (Array.isArray(required) && required.includes(name)),
    ...(isList(value) ? { style: 'form', explode: false } : {}),
    schema: plain(value),
  }))
}

function isList(schema: unknown): boolean {
  return (
    typeof schema === 'object' && schema !== null && 'type' in schema && schema.type === 'array'
  )
}

/** `/api/v2/conversations/…` belongs to `conversations`, `/api/signalbox/…` to `signalbox`. */
function tagOf({ path }: AnyOperation): string {
  const [, , area, resource] = path.split('/')
  return area === 'signalbox' ? area : (resource ?? 'other')
}

/** The value as plain JSON, without the marks that TypeBox keeps for itself. */
function plain(value: unknown): Json {
  const copy: Json = JSON.parse(JSON.stringify(value))
  return copy
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

const errorBody: Json = {
  type: 'object',
  required: ['message', 'code', 'status', 'contextId', 'details', 'errors'],
  properties: {
    message: { type: 'string', description: 'A sentence that says what to do.' },
    code: { type: 'string' },
    status: { type: 'integer' },
    messageWithParams: { type: 'string' },
    messageParams: { type: 'object', additionalProperties: { type: 'string' } },
    contextId: { type: 'string' },
    details: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          errorCode: { type: 'string' },
          fieldName: { type: 'string' },
          entityId: { type: 'string' },
          entityName: { type: 'string' },
        },
      },
    },
    errors: { type: 'array', items: { $ref: '#/components/schemas/ErrorBody' } },
    limit: {
      type: 'object',
      properties: {
        key: { type: 'string' },
        namespace: { type: 'string' },
        value: { type: 'integer' },
      },
    },
  },
}
