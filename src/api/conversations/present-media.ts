import Type from 'typebox'
import type { Context } from '../../context.ts'
import type { MediaItem } from '../../domain/media.ts'
import { mediaLink } from '../../messaging/media.ts'

/** The vendor's `MessageMediaData`. */
export const MessageMediaData = Type.Object({
  id: Type.String(),
  name: Type.String(),
  url: Type.Optional(Type.String()),
  mediaType: Type.String(),
  contentLengthBytes: Type.Integer(),
  status: Type.Enum(['uploading', 'valid', 'invalid']),
  selfUri: Type.String(),
})

/** An uploaded file in the vendor's form: with a fresh link to it, or to where its bytes go. */
export function presentMedia(item: MediaItem, context: Context) {
  return {
    id: item.id,
    name: item.fileName,
    ...(item.status === 'valid' ? { url: linkTo(item, 'download', context) } : {}),
    ...(item.status === 'uploading' ? { uploadUrl: linkTo(item, 'upload', context) } : {}),
    mediaType: item.mediaType,
    contentLengthBytes: item.contentLengthBytes,
    status: item.status,
    conversationId: item.conversationId,
    communicationId: item.communicationId,
    selfUri: selfUriOf(item),
  }
}

/** A link to a file under the address that this server is known by. */
export function linkTo(
  item: MediaItem,
  to: 'upload' | 'download',
  { store, messaging, publicUrl }: Context,
): string {
  return mediaLink(item, { to, origin: publicUrl, organizationId: store.organizationId }, messaging)
}

/** The path of a file's own operation. */
export function selfUriOf({ id, conversationId, communicationId }: MediaItem): string {
  const communication = `/api/v2/conversations/messages/${conversationId}/communications/${communicationId}`
  return `${communication}/messages/media/${id}`
}
