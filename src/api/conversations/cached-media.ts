import Type from 'typebox'
import { pageWithin } from '../everything.ts'
import { notFound } from '../not-found.ts'
import { operation } from '../operation.ts'
import { Id, Listing, listing, Paging, pageOf } from '../schema.ts'

const path = '/api/v2/conversations/messages/cachedmedia'
const byId = `${path}/{cachedMediaItemId}`
const CachedMediaItem = Type.Object({
  id: Type.String(),
  url: Type.String(),
  selfUri: Type.String(),
})
const ItemPath = Type.Object({ cachedMediaItemId: Id })

/**
 * The vendor keeps copies of files that messages name by a link. Here what is sent keeps its own link and nothing is
 * copied, so the list is empty, and every item unknown.
 */
export const getConversationsMessagesCachedmedia = operation({
  id: 'getConversationsMessagesCachedmedia',
  method: 'GET',
  path,
  summary:
    'Lists copies that were kept of linked files: none, since links are passed on as they are.',
  scopes: ['conversations', 'conversations:readonly'],
  permission: 'conversation:cachedMediaItem:view',
  input: { query: Type.Object({ ...Paging, url: Type.Optional(Type.String()) }) },
  reply: { status: 200, schema: Listing(CachedMediaItem) },
  examples: [{ title: 'All copies', input: {} }],
  async handle({ query: { url: _, ...paging } }) {
    const page = pageOf(paging)
    return listing(pageWithin([], page), page, path, (item) => item)
  },
})

export const getConversationsMessagesCachedmediaCachedMediaItemId = operation({
  id: 'getConversationsMessagesCachedmediaCachedMediaItemId',
  method: 'GET',
  path: byId,
  summary: 'Reads one copy of a linked file: there is none.',
  scopes: ['conversations', 'conversations:readonly'],
  permission: 'conversation:cachedMediaItem:view',
  input: { path: ItemPath },
  reply: { status: 200, schema: CachedMediaItem },
  async handle({ path: { cachedMediaItemId } }) {
    throw notFound('cached media item', cachedMediaItemId)
  },
})

export const deleteConversationsMessagesCachedmediaCachedMediaItemId = operation({
  id: 'deleteConversationsMessagesCachedmediaCachedMediaItemId',
  method: 'DELETE',
  path: byId,
  summary: 'Removes one copy of a linked file: there is none.',
  scopes: ['conversations'],
  permission: 'conversation:cachedMediaItem:delete',
  input: { path: ItemPath },
  reply: { status: 204 },
  async handle({ path: { cachedMediaItemId } }) {
    throw notFound('cached media item', cachedMediaItemId)
  },
})
