import type { Socket } from 'node:net'
import websocket from '@fastify/websocket'
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { AppError } from '../errors.ts'
import type { Log } from '../log.ts'
import type { RateWindow } from '../rate-limits.ts'
import { errorBody, nexusErrorBody } from './errors.ts'
import { jsonFault } from './json-fault.ts'
import { notBuilt, platformOperations } from './platform-operations.ts'

export interface HttpSettings {
  readonly requestBytesMax: number
  readonly trustProxy: boolean
}

declare module 'fastify' {
  interface FastifyRequest {
    /** The bytes of the body, as a signature covers them. */
    rawBody: Buffer
    /** How the caller stands with the limits, where requests are counted. */
    rateWindow: RateWindow | undefined
  }
}

/**
 * The HTTP server without its routes. Bodies arrive as raw bytes (`request.rawBody`); JSON is parsed where a route
 * wants it, so that an empty body under a JSON content type is no error (the official SDK sends those).
 */
export async function createHttp(
  settings: HttpSettings,
  newContextId: () => string,
  log: Log,
): Promise<FastifyInstance> {
  const app = fastify({
    logger: false,
    bodyLimit: settings.requestBytesMax,
    trustProxy: settings.trustProxy,
    genReqId: newContextId,
    requestTimeout: 30_000,
    keepAliveTimeout: 72_000,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 600 },
    forceCloseConnections: 'idle',
  })
  const closing = letCallersGo(app)
  await app.register(websocket, { options: { maxPayload: 64 * 1024 } })
  app.decorateRequest('rawBody')
  app.decorateRequest('rateWindow', undefined)
  const noBody = Buffer.alloc(0)
  app.addHook('onRequest', (request, _reply, done) => {
    request.rawBody = noBody
    done()
  })
  app.removeAllContentTypeParsers()
  // JSON by name as well: what only '*' matches has its type parsed anew with every request.
  app.addContentTypeParser(
    ['application/json', '*'],
    { parseAs: 'buffer' },
    (request, body, done) => {
      request.rawBody = Buffer.isBuffer(body) ? body : Buffer.from(body)
      done(null, undefined)
    },
  )
  app.addHook('onSend', (request, reply, payload, done) => {
    reply.header('inin-correlation-id', request.id)
    reply.header('genesys-correlation-id', request.id)
    reply.header('x-content-type-options', 'nosniff')
    if (closing.isClosing) reply.header('connection', 'close')
    const { rateWindow } = request
    if (rateWindow !== undefined) {
      reply.headers({
        'inin-ratelimit-count': String(rateWindow.count),
        'inin-ratelimit-allowed': String(rateWindow.allowed),
        'inin-ratelimit-reset': String(rateWindow.resetSeconds),
      })
    }
    if (!reply.hasHeader('cache-control'))
      reply.header('cache-control', 'no-cache, no-store, must-revalidate')
    done(null, payload)
  })
  app.setErrorHandler((error, request, reply) => sendError(request, reply, { error, log }))
  app.setNotFoundHandler((request, reply) =>
    sendError(request, reply, { error: notServed(request), log }),
  )
  return app
}

/** How often a closing server looks for connections whose last answer has gone. */
const idleLookMs = 20

/**
 * A closing server closes the connections that are idle at that moment, and waits for all the others. Of those, none on
 * which nothing was ever asked would go for a minute, and none that is answered meanwhile before its caller leaves.
 */
function letCallersGo(app: FastifyInstance): { readonly isClosing: boolean } {
  const { server } = app
  const silent = new Set<Socket>()
  const state = { isClosing: false }
  server.on('connection', (socket) => {
    silent.add(socket)
    socket.once('close', () => silent.delete(socket))
  })
  server.on('request', ({ socket }) => silent.delete(socket))
  app.addHook('preClose', async () => {
    state.isClosing = true
    for (const socket of silent) socket.destroy()
    const look = setInterval(() => server.closeIdleConnections(), idleLookMs)
    server.once('close', () => clearInterval(look))
  })
  return state
}

/** Answers a failure in the vendor's error body. */
export function sendError(
  request: FastifyRequest,
  reply: FastifyReply,
  { error, log }: { readonly error: unknown; readonly log: Log },
): FastifyReply {
  const body = errorBody(error, request.id, log)
  if (error instanceof AppError && error.retryAfterSeconds !== undefined) {
    reply.header('Retry-After', String(error.retryAfterSeconds))
  }
  if (body.status === 401) {
    const scheme = request.headers.authorization?.startsWith('Basic ') === true ? 'Basic' : 'Bearer'
    reply.header('WWW-Authenticate', scheme)
  }
  const isNexus = request.url.startsWith('/nexus/')
  return reply.status(body.status).send(isNexus ? nexusErrorBody(body) : body)
}

/** Operations of the Platform API that are not built answer a truthful 501; anything else is simply not there. */
function notServed(request: FastifyRequest): AppError {
  const [path = ''] = request.url.split('?')
  const operation = path.startsWith('/api/v2/')
    ? platformOperations().idOf(request.method, path)
    : undefined
  if (operation !== undefined) return notBuilt(operation, { method: request.method, path })
  if (path.startsWith('/api/v2/') || path.startsWith('/nexus/')) {
    return new AppError('not.implemented', 'signalbox does not implement {method} {path}.', {
      params: { method: request.method, path },
    })
  }
  return new AppError('not.found', 'There is nothing at {path}.', { params: { path } })
}

/** The request's JSON body; undefined when it has none. `bad.request` names the place of a mistake. */
export function jsonBody(request: Pick<FastifyRequest, 'rawBody'>): unknown {
  if (request.rawBody.length === 0) return undefined
  try {
    const parsed: unknown = JSON.parse(request.rawBody.toString('utf8'))
    return parsed
  } catch (cause) {
    const fault = jsonFault(request.rawBody.toString('utf8'))
    const why = fault ?? placeOnly(cause instanceof Error ? cause.message : String(cause))
    throw new AppError('bad.request', `The body is not valid JSON: ${why}`, { cause })
  }
}

/** The parser's message without the excerpt of the body that newer engines quote. */
function placeOnly(message: string): string {
  const place = message
    .replace(/,? ?(\.\.\.)?"[\s\S]*" is not valid JSON$/, '')
    .replace(/ in JSON /, ' ')
  return `${place}. Send a JSON document.`
}
