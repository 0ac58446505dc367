import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Clock } from '../clock.ts'
import type { Principal } from '../principal.ts'
import type { RequestLog, SeenRequest } from '../request-log.ts'
import type { Database } from '../store/store.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who is calling, once that is known. */
    principal: Principal | undefined
    /** Epoch milliseconds at which the request came. */
    cameMs: number
    /** What was answered, where it is text. */
    answered: string
  }
}

/** Requests of people's own console, by which it marks them: they would drown what it shows. */
const consoleHeader = 'x-signalbox-console'
/** `replay` marks a request that a user sends again on purpose: it is kept. */
const replayed = 'replay'

const kept = /^\/(api\/v2|nexus|webhooks|relays|mcp|genesys-conversations-digital)(\/|\?|$)/

/** What the log of requests needs of the server. */
export interface RequestLogDoor {
  readonly log: RequestLog
  readonly clock: Clock
  readonly database: Pick<Database, 'organizationIds'>
}

/**
 * Writes each request to the APIs, webhooks and relays into the log once it has been answered. One that names nobody,
 * such as a 401, is told to the organization where there is only one, and else to none.
 */
export function addRequestLog(
  app: FastifyInstance,
  { log, clock, database }: RequestLogDoor,
): void {
  app.decorateRequest('principal')
  app.decorateRequest('cameMs', 0)
  app.decorateRequest('answered', '')
  app.addHook('onRequest', (request, _reply, done) => {
    request.cameMs = clock.now()
    done()
  })
  app.addHook('onSend', (request, _reply, payload, done) => {
    if (typeof payload === 'string') request.answered = payload
    done(null, payload)
  })
  app.addHook('onResponse', (request, reply, done) => {
    const endedMs = clock.now()
    const sequence = isKept(request) ? log.admit(reply.statusCode, endedMs) : undefined
    if (sequence === undefined) {
      done()
      return
    }
    const keep = (organizationId: string | undefined) => {
      if (organizationId === undefined) return
      log.add(organizationId, sequence, seen(request, reply, endedMs))
    }
    const organizationId = organizationOf(request)
    if (organizationId === undefined) {
      onlyOne(database)
        .then(keep)
        .then(() => done(), done)
      return
    }
    keep(organizationId)
    done()
  })
}

function seen(request: FastifyRequest, reply: FastifyReply, endedMs: number): SeenRequest {
  return {
    id: request.id,
    direction: 'in',
    ...accountOf(request),
    clientId: request.principal?.clientId,
    userId: request.principal?.userId,
    startedMs: request.cameMs,
    endedMs,
    method: request.method,
    url: request.url,
    requestHeaders: request.headers,
    requestBody: request.rawBody,
    status: reply.statusCode,
    responseHeaders: reply.getHeaders(),
    responseBody: request.answered,
  }
}

async function onlyOne(database: RequestLogDoor['database']): Promise<string | undefined> {
  const ids = await database.organizationIds()
  return ids.length === 1 ? ids[0] : undefined
}

function isKept(request: FastifyRequest): boolean {
  const mark = request.headers[consoleHeader]
  return kept.test(request.url) && (mark === undefined || mark === replayed)
}

/** The caller's organization, or the one that a webhook's address names. */
function organizationOf(request: FastifyRequest): string | undefined {
  return request.principal?.organizationId ?? paramOf(request, 'organizationId')
}

function accountOf(request: FastifyRequest) {
  const accountId = paramOf(request, 'accountId') ?? paramOf(request, 'relayId')
  return accountId === undefined ? {} : { accountId }
}

function paramOf({ params }: FastifyRequest, name: string): string | undefined {
  if (typeof params !== 'object' || params === null) return undefined
  const value: unknown = Reflect.get(params, name)
  return typeof value === 'string' ? value : undefined
}
