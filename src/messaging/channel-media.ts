import type { OutboundMedia } from '../connectors/connector.ts'
import {
  copiesCommunicationId,
  type MediaItem,
  mediaBytesMax,
  mediaTypeOfName,
} from '../domain/media.ts'
import { AppError } from '../errors.ts'
import type { Store } from '../store/store.ts'
import { mediaLink } from './media.ts'
import type { Messaging } from './messaging.ts'

/** How a file that was uploaded for a channel is named in messages (Third-Party Messaging: media upload). */
export const mediaScheme = 'genesys://nexus/'

/** Keeps a file that a provider or gateway brought for one of our channels. */
export async function keepChannelMedia(
  store: Store,
  file: {
    readonly channel: string
    readonly fileName: string
    readonly mediaType?: string
    readonly bytes: Uint8Array
  },
  { outside }: Messaging,
): Promise<MediaItem> {
  const item: MediaItem = {
    id: outside.ids.uuid(),
    conversationId: channelScope(file.channel),
    communicationId: copiesCommunicationId,
    fileName: file.fileName,
    mediaType: file.mediaType ?? mediaTypeOfName(file.fileName),
    contentLengthBytes: file.bytes.length,
    status: 'valid',
    createdMs: outside.clock.now(),
    secret: outside.ids.secret(32),
  }
  await store.transaction(async (store) => {
    await store.media.add(item)
    await store.media.putBytes(item.id, file.bytes)
  })
  return item
}

/** Files of channels belong to no conversation: the message that names one decides that. */
function channelScope(channel: string): string {
  return `channel ${channel}`
}

/** Media of a text, each at an address that agents can fetch: uploaded files and enclosed bytes get links of ours. */
export async function fetchableMedia(
  store: Store,
  given: { readonly media: readonly OutboundMedia[]; readonly origin: string },
  messaging: Messaging,
): Promise<readonly OutboundMedia[]> {
  const media: OutboundMedia[] = []
  for (const one of given.media) {
    const item = await itemOf(store, one, messaging)
    if (item === undefined) {
      media.push(one)
      continue
    }
    const link = {
      to: 'sent' as const,
      origin: given.origin,
      organizationId: store.organizationId,
    }
    media.push({
      url: mediaLink(item, link, messaging),
      mime: item.mediaType,
      filename: one.filename ?? item.fileName,
    })
  }
  return media
}

/** The file that a channel's address such as `genesys://nexus/…` names or that it encloses; undefined for others. */
export async function itemOf(
  store: Store,
  { url, mime }: OutboundMedia,
  messaging: Messaging,
): Promise<MediaItem | undefined> {
  if (url.startsWith(mediaScheme)) {
    const item = await store.media.get(url.slice(mediaScheme.length))
    if (item?.conversationId.startsWith(channelScope(''))) return item
    throw new AppError('bad.request', 'There is no medium {url}: upload it to the channel first.', {
      params: { url },
      details: [{ fieldName: 'content' }],
    })
  }
  const enclosed = /^data:[^,]*;base64,/.exec(url)?.[0]
  if (enclosed === undefined) return undefined
  const bytes = Buffer.from(url.slice(enclosed.length), 'base64')
  if (bytes.length > mediaBytesMax) return undefined
  const fileName = `attachment.${/\/(\w+)/.exec(mime)?.[1] ?? 'bin'}`
  return keepChannelMedia(store, { channel: 'sms', fileName, mediaType: mime, bytes }, messaging)
}
