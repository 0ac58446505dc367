import type { FastifyInstance, FastifyRequest } from 'fastify'
import { mediaBytesMax } from '../domain/media.ts'
import { AppError } from '../errors.ts'
import { itemOfLink, type LinkUse, takeUpload, type UploadedFile } from '../messaging/media.ts'
import type { Messaging } from '../messaging/messaging.ts'
import type { Database, Store } from '../store/store.ts'

/** What the door for files needs of the server. */
export interface MediaDoor {
  readonly database: Database
  readonly messaging: Messaging
}

interface MediaParams {
  readonly organizationId: string
  readonly mediaId: string
}

type MediaRequest = FastifyRequest<{ Params: MediaParams }>

/**
 * The addresses of uploaded files. A link is its own credential: signed, and over after a time. What is served is
 * somebody else's file, so browsers are told to keep it apart and save it.
 */
export function addMedia(app: FastifyInstance, { database, messaging }: MediaDoor): void {
  const storeOf = ({ params }: MediaRequest): Store => database.store(params.organizationId)

  app.put<{ Params: MediaParams }>(
    '/media/:organizationId/:mediaId',
    // A file that is too long is told so by what was declared, so a little more is let in than a file may have.
    { bodyLimit: mediaBytesMax + 1024 },
    async (request, reply) => {
      const link = linkOf(request, 'upload')
      const file = { bytes: request.rawBody, mediaType: request.headers['content-type'] }
      await takeUpload(storeOf(request), { ...link, ...file }, messaging)
      return reply.status(200).send()
    },
  )
  // The older way of uploading posts the file, mostly as a form.
  app.post<{ Params: MediaParams }>(
    '/media/:organizationId/:mediaId',
    { bodyLimit: mediaBytesMax + 65_536 },
    async (request, reply) => {
      const file = await postedFile(request)
      await takeUpload(storeOf(request), { ...linkOf(request, 'upload'), ...file }, messaging)
      return reply.status(200).send()
    },
  )
  app.get<{ Params: MediaParams & { readonly name: string } }>(
    '/media/:organizationId/:mediaId/:name',
    async (request, reply) => {
      const store = storeOf(request)
      const item = await itemOfLink(store, linkOf(request, 'download'), messaging)
      const bytes = await store.media.bytes(item.id)
      const name = encodeURIComponent(item.fileName)
      return reply
        .type(item.mediaType)
        .header('Content-Disposition', `attachment; filename*=UTF-8''${name}`)
        .header('Content-Security-Policy', "sandbox; default-src 'none'")
        .send(Buffer.from(bytes))
    },
  )
}

/** The file of a form, or else the whole body. */
async function postedFile({ rawBody, headers }: MediaRequest): Promise<UploadedFile> {
  const mediaType = headers['content-type'] ?? ''
  if (!/^multipart\/form-data\b/i.test(mediaType)) return { bytes: rawBody, mediaType }
  const form = await formOf(rawBody, mediaType)
  const file = [...form.values()].find((value) => typeof value !== 'string')
  if (file === undefined) {
    throw new AppError('bad.request', 'The form has no file: post one, in any field.')
  }
  return {
    bytes: new Uint8Array(await file.arrayBuffer()),
    fileName: file.name,
    mediaType: file.type,
  }
}

async function formOf(rawBody: Buffer, mediaType: string): Promise<FormData> {
  try {
    const body = new Uint8Array(rawBody)
    return await new Response(body, { headers: { 'content-type': mediaType } }).formData()
  } catch (cause) {
    throw new AppError('bad.request', 'The body is no multipart/form-data.', { cause })
  }
}

function linkOf({ params, query }: MediaRequest, use: LinkUse['use']): LinkUse {
  const given = new Map(Object.entries(Object(query)))
  return {
    id: params.mediaId,
    use,
    expires: String(given.get('expires') ?? ''),
    signature: String(given.get('signature') ?? ''),
  }
}
