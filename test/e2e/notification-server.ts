import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import websocket from '@fastify/websocket'
import fastify, { type FastifyInstance } from 'fastify'
import Type from 'typebox'
import { noRunner } from '../../src/actions/test-runner.ts'
import { notificationOperations } from '../../src/api/notifications/index.ts'
import { type Clock, systemClock } from '../../src/clock.ts'
import { connector } from '../../src/connectors/connector.ts'
import type { Context, Outside } from '../../src/context.ts'
import { AppError } from '../../src/errors.ts'
import { createIds } from '../../src/ids.ts'
import type { Log } from '../../src/log.ts'
import { type Ingested, ingestOpen } from '../../src/messaging/ingest.ts'
import type { Messaging } from '../../src/messaging/messaging.ts'
import { FeedWatch } from '../../src/messaging/notify.ts'
import type { Principal } from '../../src/principal.ts'
import { RequestLog } from '../../src/request-log.ts'
import { addFeedStream } from '../../src/rest/feed.ts'
import type { NotificationSockets } from '../../src/rest/notification-sockets.ts'
import { addNotificationSocket } from '../../src/rest/notifications.ts'
import { addOperations, type ContextOf } from '../../src/rest/routes.ts'
import { sendError } from '../../src/rest/server.ts'
import type { OpenIntegration } from '../../src/store/records.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import type { Database, Store } from '../../src/store/store.ts'
import { openVault } from '../../src/vault.ts'

/** For tests: a clock that stands until it is moved, and then calls what has become due. */
export class StandingClock implements Clock {
  #now = Date.parse('2026-03-01T12:00:00Z')
  #waiting: { readonly dueMs: number; readonly work: () => void }[] = []

  now(): number {
    return this.#now
  }

  after(delayMs: number, work: () => void): () => void {
    const timer = { dueMs: this.#now + delayMs, work }
    this.#waiting.push(timer)
    return () => {
      this.#waiting = this.#waiting.filter((one) => one !== timer)
    }
  }

  /** Moves the time on; timers that are set meanwhile wait for the next move. */
  move(ms: number): void {
    this.#now += ms
    const due = this.#waiting.filter(({ dueMs }) => dueMs <= this.#now)
    this.#waiting = this.#waiting.filter(({ dueMs }) => dueMs > this.#now)
    for (const { work } of due.sort((a, b) => a.dueMs - b.dueMs)) work()
  }
}

/** For tests: a log that keeps what went wrong. */
export function keepingLog(): Log & { readonly errors: unknown[] } {
  const errors: unknown[] = []
  const keep = (message: string, fields?: object): void => void errors.push({ message, ...fields })
  return { debug() {}, info() {}, warn() {}, error: keep, errors }
}

/** For tests: what a test server is made of, and what it can do. */
export interface AServer {
  readonly app: FastifyInstance
  readonly url: string
  readonly database: Database
  readonly store: Store
  readonly feed: FeedWatch
  readonly sockets: NotificationSockets
  readonly outside: Outside
  readonly log: ReturnType<typeof keepingLog>
  /** Authorization headers that are no longer good. */
  readonly gone: Set<string>
  /** A call as `user:permission,permission` or, with an empty user, as the client by itself. */
  call(
    who: string,
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ status: number; body: unknown }>
  /** A customer writes to the integration; the conversation waits in the queue, or alerts `anna`. */
  write(customer: string, text: string): Promise<Ingested>
  close(): Promise<void>
}

export const organizationId = '11111111-1111-4111-8111-111111111111'
export const queueId = '22222222-2222-4222-8222-222222222222'

const integration: OpenIntegration = {
  id: '33333333-3333-4333-8333-333333333333',
  name: 'Shop',
  version: 1,
  createdMs: 0,
  modifiedMs: 0,
  webhookUrl: 'http://127.0.0.1:9/',
  webhookHeaders: {},
  allowPrivateNetwork: true,
}

/** Nothing is dispatched here; queueing the platform's receipts only asks how long they are tried. */
const webhook = connector({
  name: 'open-webhook',
  title: 'Open Messaging webhook',
  carries: 'open',
  settings: Type.Object({}),
  charactersMax: 0,
  idempotent: false,
  retry: {
    retriesMax: 1,
    delayMs: 1000,
    factor: 1,
    delayMsMax: 1000,
    jitter: 0,
    horizonMs: 60_000,
  },
  receive: () => ({ events: [], reply: { status: 204 } }),
  send: async () => ({ providerIds: [] }),
})

/** For tests: a listening server with a real store, a queue that `anna` is a member of, and an integration. */
export async function aServer(
  given: { readonly clock?: Clock; readonly manyNodes?: boolean } = {},
): Promise<AServer> {
  const directory = await mkdtemp(join(tmpdir(), 'signalbox-'))
  const clock = given.clock ?? systemClock
  const opened = await openSqlite({
    file: join(directory, 'store.db'),
    vault: openVault(Buffer.alloc(32, 7)),
    durability: 'process',
  })
  const database: Database = {
    ...opened,
    capabilities: { manyNodes: given.manyNodes ?? false },
  }
  await database.addOrganization(organizationId)
  const store = database.store(organizationId)
  await seed(store)
  const outside: Outside = {
    clock,
    ids: createIds(() => clock.now()),
    chance: () => 0.5,
  }
  const log = keepingLog()
  const messaging: Messaging = { outside, connectors: new Map([[webhook.name, webhook]]) }
  const app = await anHttp(log)
  const feed = new FeedWatch(database, clock, log)
  feed.start()
  const gone = new Set<string>()
  const publicUrl = 'http://signalbox.test'
  const contextOf: ContextOf = async (request): Promise<Context> => ({
    requests: new RequestLog(),
    principal: principalOf(request.headers.authorization, gone),
    store,
    database,
    messaging,
    actions: noRunner,
    outside,
    log,
    contextId: request.id,
    publicUrl,
    admit: async () => {},
    forgetToken: () => {},
  })
  const sockets = addNotificationSocket(app, { database, feed, outside, log })
  addFeedStream(app, { contextOf, feed, clock, log })
  addOperations(app, notificationOperations, contextOf)
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  return {
    app,
    url,
    database,
    store,
    feed,
    sockets,
    outside,
    log,
    gone,
    async call(who, method, path, body) {
      const reply = await fetch(`${url}${path}`, {
        method,
        headers: { authorization: who, accept: 'application/json', connection: 'close' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      const text = await reply.text()
      return { status: reply.status, body: text === '' ? undefined : JSON.parse(text) }
    },
    write: (customer, text) =>
      ingestOpen(
        store,
        {
          integration,
          inbound: {
            customer: { id: customer, idType: 'Opaque' },
            text,
            content: [],
            kind: 'Text',
            customAttributes: {},
          },
        },
        messaging,
      ),
    async close() {
      sockets.announceClosing('The server stops.')
      await sockets.close()
      await feed.stop()
      await app.close()
      await database.close()
      await rm(directory, { recursive: true })
    },
  }
}

/** The server without routes: bodies stay bytes, failures are answered in the vendor's form. */
async function anHttp(log: Log): Promise<FastifyInstance> {
  const app = fastify({ forceCloseConnections: 'idle' })
  await app.register(websocket)
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (request, body, done) => {
    request.rawBody = Buffer.from(body)
    done(null, undefined)
  })
  app.addHook('onRequest', async (request) => {
    request.rawBody = Buffer.alloc(0)
  })
  app.setErrorHandler((error, request, reply) => sendError(request, reply, { error, log }))
  return app
}

async function seed(store: Store): Promise<void> {
  const base = { version: 1, createdMs: 0, modifiedMs: 0 }
  await store.records.add('openIntegration', integration)
  await store.records.add('queue', {
    ...base,
    id: queueId,
    name: 'Sales',
    members: [{ userId: 'anna', joined: true }],
    messageAlertingTimeoutMs: 30_000,
    wrapupPrompt: 'OPTIONAL',
    acwTimeoutMs: 0,
    wrapupCodeIds: [],
  })
  await store.agents.save({
    userId: 'anna',
    presence: 'OnQueue',
    routingStatus: 'IDLE',
    routingSinceMs: 0,
    presenceSinceMs: 0,
    version: 1,
  })
}

function principalOf(authorization: string | undefined, gone: ReadonlySet<string>): Principal {
  if (authorization === undefined) throw new AppError('authentication.required', 'No token.')
  const [userId = '', permissions = ''] = authorization.split('|')
  if (gone.has(authorization)) throw new AppError('bad.credentials', 'The token has expired.')
  return {
    organizationId,
    clientId: 'app',
    ...(userId === '' ? {} : { userId }),
    permissions: permissions.split(',').filter((one) => one !== ''),
    scopes: [],
    tokenHash: '',
    tokenExpiresMs: Number.MAX_SAFE_INTEGER,
  }
}
