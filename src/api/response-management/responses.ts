import Type, { type Static } from 'typebox'
import type { Context } from '../../context.ts'
import { AppError } from '../../errors.ts'
import type { JsonObject } from '../../store/json.ts'
import type { PreparedResponse, ResponseLibrary } from '../../store/response-records.ts'
import type { Store } from '../../store/store.ts'
import { everything, pageWithin } from '../everything.ts'
import { findRecord } from '../not-found.ts'
import { operation } from '../operation.ts'
import { changed, newRecord } from '../record-change.ts'
import { Id, Listing, listing, Paging, pageOf } from '../schema.ts'
import { ResponseType, requireVersion } from './libraries.ts'
import { presentResponse, Response } from './present.ts'

const path = '/api/v2/responsemanagement/responses'
const byId = `${path}/{responseId}`
const readScopes = ['response-management', 'response-management:readonly'] as const
const writeScopes = ['response-management'] as const

const ResponseBody = Type.Object({
  name: Type.Optional(Type.String({ maxLength: 256 })),
  version: Type.Optional(Type.Integer()),
  libraries: Type.Array(Type.Object({ id: Type.String() }), { minItems: 1, maxItems: 100 }),
  texts: Type.Optional(
    Type.Array(
      Type.Object({
        content: Type.String({ maxLength: 32_000 }),
        contentType: Type.Optional(Type.Enum(['text/plain', 'text/html'])),
        type: Type.Optional(Type.Enum(['body', 'subject'])),
      }),
      { maxItems: 20 },
    ),
  ),
  substitutions: Type.Optional(
    Type.Array(
      Type.Object({
        id: Type.String({ minLength: 1, maxLength: 256 }),
        description: Type.Optional(Type.String()),
        defaultValue: Type.Optional(Type.String()),
      }),
      { maxItems: 100 },
    ),
  ),
  responseType: Type.Optional(ResponseType),
  interactionType: Type.Optional(Type.Enum(['chat', 'email', 'twitter'])),
  messagingTemplate: Type.Optional(Type.Object({ whatsApp: Type.Optional(Type.Object({})) })),
})

export const getResponses = operation({
  id: 'getResponsemanagementResponses',
  method: 'GET',
  path,
  summary: 'Lists the responses of a library by name.',
  scopes: readScopes,
  permission: 'responses:response:view',
  input: { query: Type.Object({ ...Paging, libraryId: Type.String() }) },
  reply: { status: 200, schema: Listing(Response) },
  async handle({ query: { libraryId, ...paging } }, { store }) {
    await findRecord(store, 'responseLibrary', libraryId)
    const all = await everything(store, 'preparedResponse')
    const found = all.filter(({ libraryIds }) => libraryIds.includes(libraryId))
    const page = pageOf(paging)
    const known = await librariesById(store)
    return listing(pageWithin(found, page), page, path, (one) => presentResponse(one, known))
  },
})

export const postResponsesQuery = operation({
  id: 'postResponsemanagementResponsesQuery',
  method: 'POST',
  path: `${path}/query`,
  summary: 'Searches the responses for a phrase, in the libraries that a filter names.',
  scopes: readScopes,
  permission: 'responses:response:view',
  input: {
    body: Type.Object({
      ...Paging,
      queryPhrase: Type.Optional(Type.String()),
      filters: Type.Optional(
        Type.Array(Type.Object({ name: Type.String(), values: Type.Array(Type.String()) })),
      ),
    }),
  },
  reply: { status: 200, schema: Type.Object({ results: Listing(Response) }) },
  async handle({ body: { queryPhrase = '', filters = [], ...paging } }, { store }) {
    const phrase = queryPhrase.toLowerCase()
    const wanted = filters.filter(({ name }) => name === 'libraryId')
    const found = (await everything(store, 'preparedResponse')).filter(
      ({ name, texts, libraryIds }) =>
        [name, ...texts.map(({ content }) => content)].some((text) =>
          text.toLowerCase().includes(phrase),
        ) && wanted.every(({ values }) => values.some((id) => libraryIds.includes(id))),
    )
    const page = pageOf(paging)
    const known = await librariesById(store)
    const results = listing(pageWithin(found, page), page, `${path}/query`, (one) =>
      presentResponse(one, known),
    )
    return { results }
  },
})

export const getResponse = operation({
  id: 'getResponsemanagementResponse',
  method: 'GET',
  path: byId,
  summary: 'Reads one response.',
  scopes: readScopes,
  permission: 'responses:response:view',
  input: { path: Type.Object({ responseId: Id }) },
  reply: { status: 200, schema: Response },
  async handle({ path }, { store }) {
    const response = await findRecord(store, 'preparedResponse', path.responseId)
    return presentResponse(response, await librariesById(store))
  },
})

export const postResponses = operation({
  id: 'postResponsemanagementResponses',
  method: 'POST',
  path,
  summary: 'Creates a response; {{places}} in its texts are filled in when it is sent.',
  scopes: writeScopes,
  permission: 'responses:response:add',
  input: { body: ResponseBody },
  reply: { status: 200, schema: Response },
  async handle({ body }, context) {
    return context.store.transaction(async (store) => {
      const { userId } = context.principal
      const response: PreparedResponse = {
        ...newRecord(body.name ?? '', context),
        ...(await fieldsOf(store, body)),
        ...(userId === undefined ? {} : { createdBy: userId }),
      }
      await store.records.add('preparedResponse', response)
      return presentResponse(response, await librariesById(store))
    })
  },
})

export const putResponse = operation({
  id: 'putResponsemanagementResponse',
  method: 'PUT',
  path: byId,
  summary: 'Replaces a response; the version, where one is given, must be the last.',
  scopes: writeScopes,
  permission: 'responses:response:edit',
  input: { path: Type.Object({ responseId: Id }), body: ResponseBody },
  reply: { status: 200, schema: Response },
  async handle({ path, body }, context: Context) {
    return context.store.transaction(async (store) => {
      const before = await findRecord(store, 'preparedResponse', path.responseId)
      requireVersion(before.version, body.version)
      const { id, version, createdMs, modifiedMs, createdBy } = before
      const kept = { id, name: body.name ?? before.name, version, createdMs, modifiedMs }
      const replaced: PreparedResponse = {
        ...kept,
        ...(await fieldsOf(store, body)),
        ...(createdBy === undefined ? {} : { createdBy }),
      }
      const response = changed(replaced, {}, context)
      await store.records.save('preparedResponse', response)
      return presentResponse(response, await librariesById(store))
    })
  },
})

export const deleteResponse = operation({
  id: 'deleteResponsemanagementResponse',
  method: 'DELETE',
  path: byId,
  summary: 'Deletes a response.',
  scopes: writeScopes,
  permission: 'responses:response:delete',
  input: { path: Type.Object({ responseId: Id }) },
  reply: { status: 204 },
  async handle({ path }, { store }) {
    await findRecord(store, 'preparedResponse', path.responseId)
    await store.records.remove('preparedResponse', path.responseId)
  },
})

async function fieldsOf(store: Store, body: Static<typeof ResponseBody>) {
  const { responseType, interactionType, messagingTemplate } = body
  for (const { id } of body.libraries) {
    if ((await store.records.get('responseLibrary', id)) !== undefined) continue
    throw new AppError('bad.request', 'There is no library {id}.', {
      params: { id },
      details: [{ errorCode: 'bad.request', fieldName: 'libraries' }],
    })
  }
  return {
    libraryIds: body.libraries.map(({ id }) => id),
    texts: body.texts ?? [],
    substitutions: body.substitutions ?? [],
    ...(responseType === undefined ? {} : { responseType }),
    ...(interactionType === undefined ? {} : { interactionType }),
    ...(messagingTemplate === undefined ? {} : { messagingTemplate: asJson(messagingTemplate) }),
  }
}

async function librariesById(store: Store): Promise<ReadonlyMap<string, ResponseLibrary>> {
  return new Map((await everything(store, 'responseLibrary')).map((one) => [one.id, one]))
}

function asJson(value: object): JsonObject {
  // It came as JSON; the round trip only tells the compiler so.
  const parsed: JsonObject = JSON.parse(JSON.stringify(value))
  return parsed
}
