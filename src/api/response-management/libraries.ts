import Type from 'typebox'
import { AppError } from '../../errors.ts'
import type { ResponseLibrary } from '../../store/response-records.ts'
import { everything } from '../everything.ts'
import { findRecord } from '../not-found.ts'
import { operation } from '../operation.ts'
import { changed, newRecord } from '../record-change.ts'
import { Id, Listing, listing, Paging, pageOf } from '../schema.ts'
import { Library, presentLibrary } from './present.ts'

const path = '/api/v2/responsemanagement/libraries'
const byId = `${path}/{libraryId}`
const readScopes = ['response-management', 'response-management:readonly'] as const
const writeScopes = ['response-management'] as const

/** What a response or library is for (vendor's `responseType`). */
export const ResponseType = Type.Enum([
  'MessagingTemplate',
  'CampaignSmsTemplate',
  'CampaignEmailTemplate',
  'Footer',
  'Form',
  'AppleInvitation',
])

const LibraryBody = Type.Object({
  name: Type.String({ minLength: 1, maxLength: 256 }),
  version: Type.Optional(Type.Integer()),
  responseType: Type.Optional(ResponseType),
})

export const getLibraries = operation({
  id: 'getResponsemanagementLibraries',
  method: 'GET',
  path,
  summary: 'Lists the libraries of prepared answers by name.',
  scopes: readScopes,
  permission: 'responses:library:view',
  input: {
    query: Type.Object({ ...Paging, libraryPrefix: Type.Optional(Type.String()) }),
  },
  reply: { status: 200, schema: Listing(Library) },
  examples: [{ title: 'All libraries', input: {} }],
  async handle({ query: { libraryPrefix, ...paging } }, { store }) {
    const page = pageOf(paging)
    const filter = libraryPrefix === undefined ? {} : { name: `${libraryPrefix}*` }
    const found = await store.records.list('responseLibrary', page, filter)
    return listing(found, page, path, presentLibrary)
  },
})

export const getLibrary = operation({
  id: 'getResponsemanagementLibrary',
  method: 'GET',
  path: byId,
  summary: 'Reads one library.',
  scopes: readScopes,
  permission: 'responses:library:view',
  input: { path: Type.Object({ libraryId: Id }) },
  reply: { status: 200, schema: Library },
  async handle({ path }, { store }) {
    return presentLibrary(await findRecord(store, 'responseLibrary', path.libraryId))
  },
})

export const postLibraries = operation({
  id: 'postResponsemanagementLibraries',
  method: 'POST',
  path,
  summary: 'Creates a library.',
  scopes: writeScopes,
  permission: 'responses:library:add',
  input: { body: LibraryBody },
  reply: { status: 200, schema: Library },
  examples: [{ title: 'A library for shipping', input: { body: { name: 'Shipping' } } }],
  async handle({ body: { name, responseType } }, context) {
    const { userId } = context.principal
    const library: ResponseLibrary = {
      ...newRecord(name, context),
      ...(responseType === undefined ? {} : { responseType }),
      ...(userId === undefined ? {} : { createdBy: userId }),
    }
    await context.store.records.add('responseLibrary', library)
    return presentLibrary(library)
  },
})

export const putLibrary = operation({
  id: 'putResponsemanagementLibrary',
  method: 'PUT',
  path: byId,
  summary: 'Renames a library; the version, where one is given, must be the last.',
  scopes: writeScopes,
  permission: 'responses:library:edit',
  input: { path: Type.Object({ libraryId: Id }), body: LibraryBody },
  reply: { status: 200, schema: Library },
  async handle({ path, body: { name, version } }, context) {
    return context.store.transaction(async (store) => {
      const before = await findRecord(store, 'responseLibrary', path.libraryId)
      requireVersion(before.version, version)
      const library = changed(before, { name }, context)
      await store.records.save('responseLibrary', library)
      return presentLibrary(library)
    })
  },
})

export const deleteLibrary = operation({
  id: 'deleteResponsemanagementLibrary',
  method: 'DELETE',
  path: byId,
  summary: 'Deletes a library that has no responses.',
  scopes: writeScopes,
  permission: 'responses:library:delete',
  input: { path: Type.Object({ libraryId: Id }) },
  reply: { status: 204 },
  async handle({ path: { libraryId } }, { store }) {
    await store.transaction(async (store) => {
      await findRecord(store, 'responseLibrary', libraryId)
      const responses = await everything(store, 'preparedResponse')
      if (responses.some(({ libraryIds }) => libraryIds.includes(libraryId))) {
        throw new AppError('conflict', 'The library {id} has responses: delete them first.', {
          params: { id: libraryId },
        })
      }
      await store.records.remove('responseLibrary', libraryId)
    })
  },
})

/** `conflict` when a body names another version than the last. */
export function requireVersion(last: number, given: number | undefined): void {
  if (given === undefined || given === last) return
  throw new AppError('conflict', 'The last version is {last}: read it again before changing it.', {
    params: { last: String(last) },
    details: [{ errorCode: 'conflict', fieldName: 'version' }],
  })
}
