import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { call } from '../api/call.ts'
import { signalboxGetFeed } from '../api/notifications/signalbox-get-feed.ts'
import type { Clock } from '../clock.ts'
import { AppError } from '../errors.ts'
import type { Log } from '../log.ts'
import type { FeedWatch } from '../messaging/notify.ts'
import { FeedStream } from './feed-stream.ts'
import type { ContextOf } from './routes.ts'

/** What the feed's route needs of the server. */
export interface FeedStreamDeps {
  readonly contextOf: ContextOf
  readonly feed: FeedWatch
  readonly clock: Clock
  readonly log: Log
}

/** Streams of one node at the same time. */
const streamsMax = 2000

/**
 * Serves the feed at `/api/signalbox/feed`: pages of JSON (`Accept: application/json`), or Server-Sent Events whose ids
 * are the entries' numbers, so that `Last-Event-ID` continues without a gap. A stream without `after` starts now.
 * Streams end when the feed watch is stopped.
 */
export function addFeedStream(app: FastifyInstance, deps: FeedStreamDeps): void {
  const open = new Set<FeedStream>()
  app.get(signalboxGetFeed.path, async (request, reply) => {
    const query: Record<string, unknown> = Object.fromEntries(Object.entries(Object(request.query)))
    if (!wantsStream(request)) {
      const context = await deps.contextOf(request)
      return reply.type('application/json').send(await call(signalboxGetFeed, { query }, context))
    }
    if (open.size >= streamsMax) {
      throw new AppError('too.many.requests.retry.after', 'Too many streams are open here.', {
        retryAfterSeconds: 30,
      })
    }
    const { organizationId, after } = await begin(request, query)
    const stream = openStream(request, reply, after)
    open.add(stream)
    stream.onOver(() => open.delete(stream))
    await stream.follow(deps.feed, organizationId)
    return reply
  })

  /** Who may is asked of the operation, and so is where a stream starts. */
  async function begin(request: FastifyRequest, query: Record<string, unknown>) {
    const context = await deps.contextOf(request)
    const lastId = request.headers['last-event-id']
    const after = typeof lastId === 'string' && lastId !== '' ? lastId : (query['after'] ?? 'now')
    await call(signalboxGetFeed, { query: { after, limit: '1' } }, context)
    const { organizationId } = context.principal
    const { feed } = context.store
    return { organizationId, after: after === 'now' ? await feed.head() : Number(after) }
  }

  function openStream(request: FastifyRequest, reply: FastifyReply, after: number): FeedStream {
    reply.hijack()
    reply.raw.writeHead(200, {
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-cache, no-store',
      'X-Accel-Buffering': 'no', // proxies that know it pass entries on at once
      'X-Content-Type-Options': 'nosniff',
      'ININ-Correlation-Id': request.id,
    })
    return new FeedStream(reply.raw, {
      after,
      clock: deps.clock,
      log: deps.log,
      mayStay: () => mayStay(request),
    })
  }

  async function mayStay(request: FastifyRequest): Promise<boolean> {
    try {
      const context = await deps.contextOf(request)
      await call(signalboxGetFeed, { query: { after: 'now' } }, context)
      return true
    } catch (error) {
      if (error instanceof AppError && (error.status === 401 || error.status === 403)) return false
      throw error
    }
  }
}

function wantsStream(request: FastifyRequest): boolean {
  const accept = request.headers.accept ?? ''
  return accept.includes('text/event-stream') || !accept.includes('application/json')
}
