import Type from 'typebox'
import { isoTime } from '../../clock.ts'
import type { Context } from '../../context.ts'
import { copiesCommunicationId, type MediaItem } from '../../domain/media.ts'
import { mediaScheme } from '../../messaging/channel-media.ts'
import type { Store } from '../../store/store.ts'
import { pageWithin } from '../everything.ts'
import { notFound } from '../not-found.ts'
import { operation } from '../operation.ts'
import { Id, Listing, listing, Paging, pageOf } from '../schema.ts'
import { linkTo } from './present-media.ts'

const path = '/api/v2/conversations/messages/cachedmedia'
const byId = `${path}/{cachedMediaItemId}`
/** The vendor's `CachedMediaItem`. */
const CachedMediaItem = Type.Object({
  id: Type.String(),
  url: Type.String(),
  downloadUrl: Type.String(),
  mediaType: Type.String(),
  contentLengthBytes: Type.Integer(),
  dateCreated: Type.String(),
  selfUri: Type.String(),
})
const ItemPath = Type.Object({ cachedMediaItemId: Id })

/**
 * Copies of files that providers and gateways brought with texts: what is kept here besides agents' uploads. Links to
 * files elsewhere are passed on as they are.
 */
export const getConversationsMessagesCachedmedia = operation({
  id: 'getConversationsMessagesCachedmedia',
  method: 'GET',
  path,
  summary: 'Lists the copies of files that providers and gateways brought; url finds one of them.',
  scopes: ['conversations', 'conversations:readonly'],
  permission: 'conversation:cachedMediaItem:view',
  input: { query: Type.Object({ ...Paging, url: Type.Optional(Type.String()) }) },
  reply: { status: 200, schema: Listing(CachedMediaItem) },
  examples: [{ title: 'All copies', input: {} }],
  async handle({ query: { url, ...paging } }, context) {
    const page = pageOf(paging)
    const { store } = context
    const shown = (item: MediaItem) => presentCopy(item, context)
    if (url === undefined) return listing(await store.media.copies(page), page, path, shown)
    const id = url.startsWith(mediaScheme) ? url.slice(mediaScheme.length) : ''
    const found = await copyOf(store, id)
    return listing(pageWithin(found === undefined ? [] : [found], page), page, path, shown)
  },
})

export const getConversationsMessagesCachedmediaCachedMediaItemId = operation({
  id: 'getConversationsMessagesCachedmediaCachedMediaItemId',
  method: 'GET',
  path: byId,
  summary: 'Reads one copy of a file that a provider or gateway brought.',
  scopes: ['conversations', 'conversations:readonly'],
  permission: 'conversation:cachedMediaItem:view',
  input: { path: ItemPath },
  reply: { status: 200, schema: CachedMediaItem },
  async handle({ path: { cachedMediaItemId: id } }, context) {
    const item = await copyOf(context.store, id)
    if (item === undefined) throw notFound('cached media item', id)
    return presentCopy(item, context)
  },
})

export const deleteConversationsMessagesCachedmediaCachedMediaItemId = operation({
  id: 'deleteConversationsMessagesCachedmediaCachedMediaItemId',
  method: 'DELETE',
  path: byId,
  summary: 'Removes one copy of a file with its bytes; links to it in messages lead nowhere then.',
  scopes: ['conversations'],
  permission: 'conversation:cachedMediaItem:delete',
  input: { path: ItemPath },
  reply: { status: 204 },
  async handle({ path: { cachedMediaItemId: id } }, { store }) {
    if ((await copyOf(store, id)) === undefined) throw notFound('cached media item', id)
    await store.media.remove(id)
  },
})

/** The copy of that id; agents' own uploads are none. */
async function copyOf(store: Store, id: string): Promise<MediaItem | undefined> {
  const item = await store.media.get(id)
  return item?.communicationId === copiesCommunicationId ? item : undefined
}

function presentCopy(item: MediaItem, context: Context) {
  return {
    id: item.id,
    url: mediaScheme + item.id,
    downloadUrl: linkTo(item, 'download', context),
    mediaType: item.mediaType,
    contentLengthBytes: item.contentLengthBytes,
    dateCreated: isoTime(item.createdMs),
    selfUri: `${path}/${item.id}`,
  }
}
