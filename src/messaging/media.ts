import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { faxFault } from '../domain/fax.ts'
import {
  allowsMedia,
  attachmentKind,
  defaultAllowedMedia,
  fileNameFault,
  fitsMediaType,
  type MediaItem,
  mediaBytesMax,
  mediaTypeOfName,
  nameOfMediaType,
} from '../domain/media.ts'
import type { MessageContent, MessengerType } from '../domain/message.ts'
import { AppError } from '../errors.ts'
import type { Store } from '../store/store.ts'
import { documentCame } from './fax.ts'
import type { Messaging } from './messaging.ts'

/** How long an upload address is good for, and a link that somebody asked for. */
const shortLinkMs = 15 * 60_000
/** How long the link in a message is good for: its receiver may come days later (GUESS: the vendor's life is unknown). */
const sentLinkMs = 7 * 24 * 3_600_000

/** What a file is to be, before its bytes come (vendor model `UploadMediaRequest`). */
export interface Upload {
  readonly conversationId: string
  readonly communicationId: string
  readonly fileName: string
  readonly contentLengthBytes: number
  readonly contentMd5?: string | undefined
}

/** Says what will be uploaded; its bytes go to `uploadUrl`. `bad.request` and `payload.too.large` name what is wrong. */
export async function beginUpload(
  store: Store,
  upload: Upload,
  { outside }: Messaging,
): Promise<MediaItem> {
  const { contentMd5, ...given } = upload
  const fault = fileNameFault(given.fileName)
  if (fault !== undefined) {
    throw new AppError('bad.request', `fileName ${fault}.`, {
      details: [{ errorCode: 'bad.request', fieldName: 'fileName' }],
    })
  }
  if (given.contentLengthBytes > mediaBytesMax) {
    throw new AppError('payload.too.large', 'The file has {length} bytes; {max} is the most.', {
      params: { length: String(given.contentLengthBytes), max: String(mediaBytesMax) },
      details: [{ errorCode: 'payload.too.large', fieldName: 'contentLengthBytes' }],
    })
  }
  const item: MediaItem = {
    ...given,
    id: outside.ids.uuid(),
    mediaType: mediaTypeOfName(given.fileName),
    ...(contentMd5 === undefined ? {} : { contentMd5 }),
    status: 'uploading',
    createdMs: outside.clock.now(),
    secret: outside.ids.secret(32),
  }
  await store.media.add(item)
  return item
}

/** Makes room for a file of which nothing is known yet (vendor: the older, deprecated way of uploading). */
export async function beginUndeclaredUpload(
  store: Store,
  given: Pick<Upload, 'conversationId' | 'communicationId'>,
  { outside }: Messaging,
): Promise<MediaItem> {
  const item: MediaItem = {
    conversationId: given.conversationId,
    communicationId: given.communicationId,
    id: outside.ids.uuid(),
    fileName: '',
    mediaType: 'application/octet-stream',
    contentLengthBytes: 0,
    undeclared: true,
    status: 'uploading',
    createdMs: outside.clock.now(),
    secret: outside.ids.secret(32),
  }
  await store.media.add(item)
  return item
}

/** A signed link to a file that is over after a time. `origin` has no trailing slash. */
export function mediaLink(
  { id, secret, fileName }: MediaItem,
  link: {
    readonly to: 'upload' | 'download' | 'sent'
    readonly origin: string
    readonly organizationId: string
  },
  { outside }: Messaging,
): string {
  const lifeMs = link.to === 'sent' ? sentLinkMs : shortLinkMs
  const expires = String(outside.clock.now() + lifeMs)
  const use = link.to === 'upload' ? 'upload' : 'download'
  const signature = signatureOf({ secret, id, use, expires }).toString('base64url')
  const base = `${link.origin}/media/${link.organizationId}/${id}`
  const name = use === 'upload' ? '' : `/${encodeURIComponent(fileName)}`
  return `${base}${name}?expires=${expires}&signature=${signature}`
}

/** Who comes with a link: what it names and how it is signed. */
export interface LinkUse {
  readonly id: string
  readonly use: 'upload' | 'download'
  readonly expires: string
  readonly signature: string
}

/** The file of a link. `not.authorized` when the link is not ours, was changed, or is over. */
export async function itemOfLink(
  store: Store,
  link: LinkUse,
  { outside }: Messaging,
): Promise<MediaItem> {
  const item = await store.media.get(link.id)
  const given = Buffer.from(link.signature, 'base64url')
  const wanted = signatureOf({ ...link, secret: item?.secret ?? '' })
  const signed = given.length === wanted.length && timingSafeEqual(given, wanted)
  if (item !== undefined && signed && Number(link.expires) > outside.clock.now()) return item
  throw new AppError('not.authorized', 'This link is over or was not made here: ask for another.')
}

function signatureOf(given: {
  readonly secret: string
  readonly id: string
  readonly use: string
  readonly expires: string
}): Buffer {
  return createHmac('sha256', given.secret)
    .update(`${given.use}|${given.id}|${given.expires}`)
    .digest()
}

/**
 * Takes the bytes of an upload: kept with their item, in one transaction, before the answer. What does not match what
 * was declared, or what the profile does not let out, makes the item `invalid` and is not kept.
 */
export async function takeUpload(
  store: Store,
  given: LinkUse & UploadedFile,
  messaging: Messaging,
): Promise<void> {
  const fault = await store.transaction(async (store) => {
    const announced = await itemOfLink(store, given, messaging)
    if (announced.status !== 'uploading') {
      throw new AppError('conflict', 'The file was uploaded already: begin another upload.')
    }
    const item = announced.undeclared ? { ...announced, ...whatCame(given) } : announced
    if (announced.undeclared) await store.media.describe(item.id, whatCame(given))
    const found = await uploadFault(store, item, given.bytes)
    if (found === undefined) await store.media.putBytes(item.id, given.bytes)
    await store.media.setStatus(item.id, found === undefined ? 'valid' : 'invalid')
    const conversation = await store.conversations.get(item.conversationId)
    if (conversation?.channel === 'fax')
      await documentCame(store, { conversation, isValid: found === undefined }, messaging)
    return found
  })
  if (fault !== undefined) throw new AppError('bad.request', fault)
}

/** The bytes of an upload, with what the request says of them. */
export interface UploadedFile {
  readonly bytes: Uint8Array
  readonly fileName?: string | undefined
  readonly mediaType?: string | undefined
}

/** A file that was not declared is what its name and the request say. */
function whatCame({ bytes, fileName = '', mediaType }: UploadedFile) {
  const isNamed = fileNameFault(fileName) === undefined
  const given = mediaType?.split(';')[0]?.trim().toLowerCase() ?? ''
  const type = isNamed || given === '' ? mediaTypeOfName(fileName) : given
  return {
    fileName: isNamed ? fileName : nameOfMediaType(type),
    mediaType: type,
    contentLengthBytes: bytes.length,
  }
}

async function uploadFault(
  store: Store,
  item: MediaItem,
  bytes: Uint8Array,
): Promise<string | undefined> {
  const conversation = await store.conversations.get(item.conversationId)
  if (conversation?.channel === 'fax') return faxFault(bytes, item.mediaType)
  if (bytes.length > mediaBytesMax)
    return `The file has ${bytes.length} bytes; ${mediaBytesMax} is the most.`
  if (bytes.length !== item.contentLengthBytes)
    return `The file has ${bytes.length} bytes; ${item.contentLengthBytes} were declared.`
  if (!hasMd5(bytes, item.contentMd5)) return 'The MD5 of the file is not the declared one.'
  if (!fitsMediaType(bytes, item.mediaType)) return `The file is no ${item.mediaType}.`
  const integrationId = conversation?.channel === 'open' ? conversation.platformAddress : undefined
  const { outbound } = await allowedMediaOf(store, integrationId)
  if (allowsMedia(outbound, item.mediaType)) return undefined
  return `The supported content profile lets no ${item.mediaType} out.`
}

function hasMd5(bytes: Uint8Array, md5: string | undefined): boolean {
  if (md5 === undefined) return true
  const digest = createHash('md5').update(bytes).digest()
  return md5 === digest.toString('base64') || md5.toLowerCase() === digest.toString('hex')
}

/** What the integration's supported content profile, or else the default one, lets through. */
async function allowedMediaOf(store: Store, integrationId: string | undefined) {
  const integration =
    integrationId === undefined
      ? undefined
      : await store.records.get('openIntegration', integrationId)
  const own = integration?.supportedContentId
  const profile = own === undefined ? undefined : await store.records.get('supportedContent', own)
  if (profile !== undefined) return profile
  const all = await store.records.list('supportedContent', { size: 500, number: 1 })
  return all.entities.find(({ isDefault }) => isDefault) ?? defaultAllowedMedia
}

/** The most attachments and bytes of one message (open: one, vendor's outbound page; MMS: vendor help). */
const limits = {
  open: { count: 1, bytes: mediaBytesMax },
  sms: { count: 10, bytes: 5_000_000 },
} as const satisfies Record<MessengerType, { count: number; bytes: number }>

/** Uploaded files as the content of a message: only valid ones of this conversation. */
export async function attachmentsOf(
  store: Store,
  given: {
    readonly conversationId: string
    readonly mediaIds: readonly string[]
    /** Where this server can be reached, without a trailing slash. */
    readonly origin: string
  },
  messaging: Messaging,
): Promise<readonly MessageContent[]> {
  const items: MediaItem[] = []
  for (const id of given.mediaIds) {
    const item = await store.media.get(id)
    if (item === undefined || item.conversationId !== given.conversationId)
      throw refusal('There is no medium {id} in this conversation: upload it first.', id)
    if (item.status !== 'valid')
      throw refusal(`The medium {id} is ${item.status}: only a valid one can be sent.`, id)
    items.push(item)
  }
  const channel = (await store.conversations.get(given.conversationId))?.channel
  const { count, bytes } = limits[channel === 'sms' ? 'sms' : 'open']
  if (items.length > count) throw refusal(`A message takes ${count} attachment(s) at the most.`, '')
  const total = items.reduce((sum, item) => sum + item.contentLengthBytes, 0)
  if (total > bytes) throw refusal(`The attachments have more than ${bytes} bytes.`, '')
  const link = { to: 'sent' as const, origin: given.origin, organizationId: store.organizationId }
  return items.map((item) => ({
    contentType: 'Attachment',
    attachment: {
      id: item.id,
      mediaType: attachmentKind(item.mediaType),
      url: mediaLink(item, link, messaging),
      mime: item.mediaType,
      filename: item.fileName,
      contentSizeBytes: item.contentLengthBytes,
    },
  }))
}

function refusal(message: string, id: string): AppError {
  return new AppError('bad.request', message, {
    params: { id },
    details: [{ errorCode: 'bad.request', fieldName: 'mediaIds' }],
  })
}
