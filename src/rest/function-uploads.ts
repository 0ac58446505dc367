import type { FastifyInstance, FastifyRequest } from 'fastify'
import { actionOfUpload, takeFunctionZip } from '../actions/function-package.ts'
import { standardZipLimits } from '../actions/functions/function-limits.ts'
import type { Clock } from '../clock.ts'
import { AppError } from '../errors.ts'
import type { Database } from '../store/store.ts'

interface UploadParams {
  readonly organizationId: string
  readonly actionId: string
  readonly zipId: string
}

type UploadRequest = FastifyRequest<{ Params: UploadParams }>

/**
 * The address that packages of functions are put to. It is its own credential: signed, for one zip, over after a
 * time. The signature is checked before the first byte of the body is read.
 */
export function addFunctionUploads(
  app: FastifyInstance,
  { database, clock }: { readonly database: Database; readonly clock: Clock },
): void {
  app.put<{ Params: UploadParams }>(
    '/functions/:organizationId/:actionId/:zipId',
    {
      bodyLimit: standardZipLimits.zipBytesMax,
      async onRequest(request) {
        await actionOfUpload(storeOf(database, request), linkOf(request), clock.now())
      },
    },
    async (request, reply) => {
      const { actionId, zipId } = request.params
      const given = { actionId, zipId, bytes: request.rawBody }
      const zip = await takeFunctionZip(storeOf(database, request), given, clock.now())
      if (zip.status === 'Available') return reply.status(200).send()
      throw new AppError('bad.request', zip.errorMessage ?? 'The package cannot be used.', {
        details: [{ errorCode: 'ACTION.PROCESSING', entityId: zipId }],
      })
    },
  )
}

function storeOf(database: Database, { params }: { readonly params: unknown }) {
  return database.store(String(Object(params).organizationId))
}

function linkOf({ params, query }: Pick<UploadRequest, 'params' | 'query'>) {
  const given = new Map(Object.entries(Object(query)))
  return {
    actionId: params.actionId,
    zipId: params.zipId,
    expires: String(given.get('expires') ?? ''),
    signature: String(given.get('signature') ?? ''),
  }
}
