import { createHash } from 'node:crypto'
import { AppError } from '../errors.ts'
import type { JsonObject } from '../store/json.ts'
import type { Store } from '../store/store.ts'
import { addDraftFile } from './email-drafts.ts'
import type { Messaging } from './messaging.ts'

/** A file that is announced and not there yet. */
export interface AnnouncedFile {
  readonly name: string
  /** Bytes; the upload must have as many. */
  readonly contentLength: number
  readonly inlineImage: boolean
}

const scope = 'email-upload'

/** Milliseconds in which an announced file must come. */
const promiseMs = 600_000

/** Promises a place for a file of a draft. The token is the only credential of the upload; its hash is kept. */
export async function promiseUpload(
  store: Store,
  upload: { readonly conversationId: string; readonly file: AnnouncedFile },
  messaging: Messaging,
): Promise<{ readonly token: string; readonly attachmentId: string }> {
  const { ids, clock } = messaging.outside
  const token = ids.secret(24)
  const attachmentId = ids.uuid()
  const { conversationId, file } = upload
  const promise: JsonObject = {
    conversationId,
    attachmentId,
    name: file.name,
    contentLength: file.contentLength,
    inlineImage: file.inlineImage,
    expiresMs: clock.now() + promiseMs,
  }
  await store.answers.add(scope, hashOf(token), promise, clock.now())
  return { token, attachmentId }
}

/** Takes the bytes of a promised file into its draft. The same upload again changes nothing. */
export async function takeUpload(
  store: Store,
  upload: { readonly token: string; readonly contentType: string; readonly content: Buffer },
  messaging: Messaging,
): Promise<void> {
  const promise = await store.answers.get(scope, hashOf(upload.token))
  const { conversationId, attachmentId, name, contentLength, inlineImage, expiresMs } =
    Object(promise)
  if (promise === undefined || Number(expiresMs) < messaging.outside.clock.now()) {
    throw new AppError('not.found', 'This upload address does not exist, or not any more.')
  }
  const { content, contentType } = upload
  if (content.length !== contentLength) {
    throw new AppError(
      'bad.request',
      'The upload has {length} bytes; {announced} were announced.',
      { params: { length: String(content.length), announced: String(contentLength) } },
    )
  }
  const id = String(attachmentId)
  const file = {
    name: String(name),
    contentType,
    inlineImage: inlineImage === true,
    ...(inlineImage === true ? { contentId: id } : {}),
    content,
  }
  const given = { conversationId: String(conversationId), attachmentId: id, file }
  await addDraftFile(store, given, messaging)
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url')
}
