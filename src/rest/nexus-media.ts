import { createHmac } from 'node:crypto'
import multipart from '@fastify/multipart'
import type { FastifyInstance, FastifyPluginAsync, FastifyRequest } from 'fastify'
import { sameSecret } from '../connectors/http.ts'
import { unsigned } from '../connectors/hub-signature.ts'
import { mediaBytesMax } from '../domain/media.ts'
import { AppError } from '../errors.ts'
import { keepChannelMedia, mediaScheme } from '../messaging/channel-media.ts'
import { channelOf } from './nexus.ts'
import type { WebhookDoor } from './webhooks.ts'

/** One file a call, and little beside it. */
const limits = {
  fileSize: mediaBytesMax,
  files: 1,
  fields: 5,
  fieldSize: 4096,
  parts: 6,
  headerPairs: 20,
}

/**
 * Takes files of a gateway for one of its channels: multipart, field `file`, signed over the raw body (Third-Party
 * Messaging API). The `genesys://` url of the answer then stands in a message.
 */
export async function addNexusMedia(app: FastifyInstance, door: WebhookDoor): Promise<void> {
  const uploads: FastifyPluginAsync = async (scope) => {
    await scope.register(multipart, { limits, throwFileSizeLimit: true })
    scope.post<{ Params: { channelId: string } }>(
      '/nexus/v3/channels/:channelId/media',
      { bodyLimit: mediaBytesMax + 65_536 },
      async (request, reply) => {
        const { store, accountId, address } = await channelOf(request, door)
        const account = await store.records.known('account', accountId)
        const file = await signedFile(request, account?.secrets?.['apiSecret'] ?? '')
        const item = await keepChannelMedia(store, { ...file, channel: address }, door.messaging)
        return reply.send({
          status: { code: 0, message: 'OK' },
          data: {
            mediaId: item.id,
            url: mediaScheme + item.id,
            filename: item.fileName,
            mimetype: item.mediaType,
            length: item.contentLengthBytes,
          },
        })
      },
    )
  }
  await app.register(uploads)
}

interface SignedFile {
  readonly fileName: string
  readonly mediaType: string
  readonly bytes: Buffer
}

/** The file of a call whose signature holds; nothing is kept before the last byte has been counted in. */
async function signedFile(request: FastifyRequest, secret: string): Promise<SignedFile> {
  if (!request.isMultipart()) {
    throw new AppError('unsupported.media.type', 'Post multipart/form-data with the field file.')
  }
  const hmac = createHmac('sha1', secret)
  request.raw.on('data', (chunk: Buffer) => hmac.update(chunk))
  const file = await readFile(request)
  const given = String(request.headers['x-hub-signature'] ?? '')
    .trim()
    .toLowerCase()
  if (secret === '' || !sameSecret(given, `sha1=${hmac.digest('hex')}`)) {
    throw unsigned()
  }
  if (file === undefined) {
    throw new AppError('bad.request', 'The field file is missing: send the file in it.', {
      details: [{ errorCode: 'bad.request', fieldName: 'file' }],
    })
  }
  return file
}

/** Reads every part, so that the whole body has passed when this ends. */
async function readFile(request: FastifyRequest): Promise<SignedFile | undefined> {
  let found: SignedFile | undefined
  try {
    for await (const part of request.parts()) {
      if (part.type !== 'file') continue
      const bytes = await part.toBuffer()
      if (part.fieldname !== 'file') continue
      const fileName = part.filename.replace(/[^\w.-]/g, '_').slice(-200) || 'file'
      found = { fileName, mediaType: part.mimetype, bytes }
    }
  } catch (cause) {
    throw refusal(cause)
  }
  return found
}

function refusal(cause: unknown): AppError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  if (code === 'FST_REQ_FILE_TOO_LARGE') {
    const message = `The file has more than ${mediaBytesMax} bytes, which is the most.`
    return new AppError('payload.too.large', message, { cause })
  }
  return new AppError('bad.request', 'The body is not multipart/form-data with one file.', {
    cause,
  })
}
