import { mkdirSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { createActionFunctions } from './action-functions.ts'
import { createActionRunner } from './action-runner.ts'
import type { ActionRunner } from './actions/runner.ts'
import { ensureAdminToken } from './admin-token.ts'
import { operations } from './api/index.ts'
import { systemClock } from './clock.ts'
import { Closers } from './closers.ts'
import type { Config } from './config.ts'
import { createEgress, type Egress } from './connectors/egress.ts'
import { createConnectors } from './connectors/index.ts'
import { ensureConsoleClient, withWelcome } from './console-client.ts'
import type { Context, Outside } from './context.ts'
import { type FirstStart, firstStart } from './first-start.ts'
import { createFlowCalls } from './flow-calls.ts'
import { createIds } from './ids.ts'
import { createLog, type Log } from './log.ts'
import { addTools } from './mcp/routes.ts'
import { createToolHouse } from './mcp/tool-house.ts'
import { Admission } from './messaging/admission.ts'
import { CampaignRunner } from './messaging/campaign-runner.ts'
import { Dispatcher } from './messaging/dispatch.ts'
import type { Messaging } from './messaging/messaging.ts'
import { FeedWatch } from './messaging/notify.ts'
import { memoryMax, Ownership } from './messaging/ownership.ts'
import { RetentionKeeper } from './messaging/retention.ts'
import { StatusPull } from './messaging/status-pull.ts'
import { Timers } from './messaging/timers.ts'
import type { WayOut } from './messaging/way-out.ts'
import { metricSources } from './metric-sources.ts'
import { createMetrics, type Metrics } from './metrics.ts'
import { keepOwnAddresses } from './own-addresses.ts'
import type { Principal } from './principal.ts'
import { RateLimits } from './rate-limits.ts'
import { RequestLog } from './request-log.ts'
import { callerOf } from './rest/caller.ts'
import { addCampaignFiles } from './rest/campaign-files.ts'
import { addConsole } from './rest/console.ts'
import { addDocsPage } from './rest/docs-page.ts'
import { addFeedStream } from './rest/feed.ts'
import { countTaken, observeRequests } from './rest/figures.ts'
import { addFunctionUploads } from './rest/function-uploads.ts'
import { addHealth } from './rest/health.ts'
import { addLogin } from './rest/login.ts'
import { addMail } from './rest/mail.ts'
import { addMailView } from './rest/mail-view.ts'
import { addMedia } from './rest/media.ts'
import { addNexusDoors } from './rest/nexus.ts'
import { addNexusMedia } from './rest/nexus-media.ts'
import { addNotificationSocket } from './rest/notifications.ts'
import { addHiddenOperations } from './rest/platform-operations.ts'
import { recordCall } from './rest/record.ts'
import { addRequestLog } from './rest/request-log.ts'
import { addOperations, type ContextOf } from './rest/routes.ts'
import { createHttp } from './rest/server.ts'
import { addWebhooks, type WebhookDoor } from './rest/webhooks.ts'
import { CapturePostbox } from './simulator/capture-postbox.ts'
import { LoopbackFaxLine } from './simulator/fax-line.ts'
import { LoopbackCarrier } from './simulator/loopback-carrier.ts'
import type { Database } from './store/store.ts'
import { Authenticator } from './tokens.ts'
import { loadOrCreateKey, openVault, type Vault } from './vault.ts'
import { createWayOut } from './way-out.ts'

/** A server that is up. */
export interface Running {
  /** Where it listens, without a trailing slash. */
  readonly url: string
  readonly publicUrl: string
  readonly database: Database
  /** What the first start made; absent on later ones. */
  readonly first: FirstStart | undefined
  /** Stops taking work up, finishes what is under way, and closes everything. */
  close(): Promise<void>
  /** What `close` waits for now; undefined when it has not begun or is done. */
  closing(): string | undefined
  /** Starts what the first message would wait for. */
  warm(): void
}

/** The machine's own time, ids and chance. */
export function systemOutside(): Outside {
  return { clock: systemClock, ids: createIds(() => systemClock.now()), chance: Math.random }
}

/** Builds everything, starts it, and closes it in reverse. The only place that knows all the parts. */
export async function start(
  config: Config,
  given: { readonly outside?: Outside; readonly log?: Log } = {},
): Promise<Running> {
  const outside = given.outside ?? systemOutside()
  const log = given.log ?? createLog(config.logLevel)
  const closers = new Closers(log)
  try {
    mkdirSync(config.dataDir, { recursive: true, mode: 0o700 })
    const vault = openOwnVault(config)
    const database = await openDatabase(config, { outside, vault })
    closers.add('store', () => database.close())
    const egress = createEgress({ allowPrivateNetworks: config.allowPrivateNetworks })
    closers.add('egress', () => egress.close())
    return await startOn({ config, outside, log, vault, database, egress, closers })
  } catch (error) {
    await closers.close()
    throw error
  }
}

interface Ground {
  readonly config: Config
  readonly outside: Outside
  readonly log: Log
  readonly vault: Vault
  readonly database: Database
  readonly egress: Egress
  readonly closers: Closers
}

async function startOn(ground: Ground): Promise<Running> {
  const { config, outside, log, database, closers } = ground
  const onError: Complain = (message, fields) => log.error(message, fields)
  const addresses = { publicUrl: config.publicUrl ?? '', ownUrl: '' }
  const state = { isReady: false }
  const feed = new FeedWatch(database, outside.clock, log)
  const metrics = createMetrics(metricSources({ database, outside, feed }))
  closers.add('metrics', () => metrics.close())
  const carrier = new LoopbackCarrier(database, outside, onError)
  const functions = createActionFunctions(ground.egress, log)
  closers.add('functions', () => functions.close())
  const actions = createActionRunner({
    egress: ground.egress,
    outside,
    ownUrl: () => addresses.ownUrl,
    functionsOf: (store) => functions.of(store),
  })
  const messaging: Messaging = {
    outside,
    flowCall: createFlowCalls(actions, outside),
    connectors: createConnectors(
      carrier,
      new CapturePostbox(database, outside),
      new LoopbackFaxLine(database, outside),
    ),
  }
  const backlog = { inMemory: () => 0 }
  const parts: Parts = {
    requests: new RequestLog(),
    messaging,
    actions,
    metrics,
    feed,
    addresses: () => addresses,
    isReady: () => state.isReady,
    admission: new Admission(database, messaging, {
      backlogMax: config.backlogMax,
      inMemory: () => backlog.inMemory(),
      inMemoryMax: memoryMax,
    }),
  }
  const wayOut = createWayOut({ ...ground, addresses: parts.addresses })
  closers.add('way out', () => wayOut.close())
  const dispatcher = createDispatcher(ground, parts, wayOut)
  backlog.inMemory = () => dispatcher.size
  const nodeId = config.nodeId ?? `${hostname()}-${outside.ids.uuid()}`
  const ownership = new Ownership(database, dispatcher, { messaging, nodeId, onError })
  const timers = new Timers(database, messaging, onError)

  const http = await createDoors(ground, parts)
  closers.add('HTTP', () => http.close())
  closers.add('feed', () => feed.stop())
  feed.start()
  addresses.ownUrl = await listen(http, config)
  if (addresses.publicUrl === '') addresses.publicUrl = addresses.ownUrl
  const seed = { outside, dataDir: config.dataDir, ownUrl: addresses.ownUrl }
  const first = config.seedDemo ? await firstStart(database, seed) : undefined
  await keepOwnAddresses(database, addresses.ownUrl, outside.clock.now())
  await ensureConsoleClient(database, { outside, publicUrl: addresses.publicUrl })
  await ensureAdminToken(database, { outside, dataDir: config.dataDir, url: addresses.ownUrl })

  closers.add('leases', () => ownership.release())
  closers.add('sends under way', () => dispatcher.close())
  closers.add('lanes being taken up', () => ownership.stop())
  await ownership.start()
  closers.add('loopback carrier', () => carrier.stop())
  await carrier.start(messaging)
  if (config.smtpPort > 0) await openSmtp(ground, messaging)
  closers.add('timers', () => timers.stop())
  timers.start()
  const campaigns = new CampaignRunner(database, messaging, { nodeId, onError })
  closers.add('campaigns', () => campaigns.stop())
  campaigns.start()
  const retention = new RetentionKeeper(database, messaging, {
    days: config.retentionDays,
    nodeId,
    onError,
  })
  closers.add('retention', () => retention.stop())
  retention.start()
  const statusPull = new StatusPull(database, messaging, { nodeId, onError, wayOut })
  closers.add('status pull', () => statusPull.stop())
  statusPull.start()
  closers.add('readiness', () => {
    state.isReady = false
  })
  state.isReady = true
  return {
    url: addresses.ownUrl,
    publicUrl: addresses.publicUrl,
    database,
    first: first && (await withWelcome(first, { database, outside, url: addresses.ownUrl })),
    close: () => closers.close(),
    closing: () => closers.closing,
    warm: () => wayOut.warm(),
  }
}

/** Opens the way in for mail; it closes before the store does. */
async function openSmtp(ground: Ground, messaging: Messaging): Promise<void> {
  const { config, database, log, closers } = ground
  const { startSmtp } = await import('./smtp/listener.ts')
  const { smtpHost: host, smtpPort: port } = config
  const listener = await startSmtp({ database, messaging, log, host, port })
  closers.add('SMTP', () => listener.close())
}

type Complain = (message: string, fields: Readonly<Record<string, unknown>>) => void

function openOwnVault(config: Config): Vault {
  const key =
    config.key === undefined
      ? loadOrCreateKey(join(config.dataDir, 'key'))
      : Buffer.from(config.key, 'base64')
  return openVault(key)
}

async function openDatabase(
  config: Config,
  { outside, vault }: { readonly outside: Outside; readonly vault: Vault },
): Promise<Database> {
  if (config.database !== 'sqlite') {
    const { openPostgres } = await import('./store/postgres.ts')
    return openPostgres({ url: config.database, vault, clock: outside.clock })
  }
  const { openSqlite } = await import('./store/sqlite.ts')
  const file = join(config.dataDir, 'signalbox.db')
  return openSqlite({ file, vault, durability: config.durability, clock: outside.clock })
}

interface Parts {
  readonly requests: RequestLog
  readonly messaging: Messaging
  readonly actions: ActionRunner
  readonly metrics: Metrics
  readonly feed: FeedWatch
  readonly addresses: () => { readonly publicUrl: string; readonly ownUrl: string }
  readonly isReady: () => boolean
  readonly admission: Admission
}

function createDispatcher(
  { log, database }: Ground,
  { messaging, metrics, requests }: Parts,
  wayOut: WayOut,
): Dispatcher {
  return new Dispatcher(database, messaging, {
    ...wayOut,
    onAttempt({ connector, outcome, latencyMs, organizationId, accountId, recorded }) {
      if (recorded !== undefined) requests.addOutbound(organizationId, recorded, accountId)
      metrics.attempt({ connector, outcome })
      if (outcome === 'sent') metrics.sent({ connector }, latencyMs / 1000)
    },
    onError: (message, fields) => log.error(message, fields),
  })
}

async function createDoors(ground: Ground, parts: Parts): Promise<FastifyInstance> {
  const { config, outside, log, database } = ground
  const { messaging, metrics, feed } = parts
  const authenticator = new Authenticator(database, () => outside.clock.now())
  const http = await createHttp(config, () => outside.ids.uuid(), log)
  const limits = config.rateLimit === 'on' ? new RateLimits(() => outside.clock.now()) : undefined
  const forgetToken = (hash: string) => authenticator.forget(hash)
  const contextFor = (request: FastifyRequest, principal: Principal): Context => {
    request.principal = principal
    // The vendor counts requests to the Platform API; our own paths are an operator's.
    if (limits !== undefined && request.url.startsWith('/api/v2/')) {
      limits.take(principal, (window) => {
        request.rateWindow = window
      })
    }
    return {
      requests: parts.requests,
      principal,
      store: database.store(principal.organizationId),
      database,
      messaging,
      actions: parts.actions,
      outside,
      log,
      contextId: request.id,
      publicUrl: parts.addresses().publicUrl,
      admit(operationId) {
        limits?.takeOperation(principal, operationId)
        return parts.admission.admit()
      },
      forgetToken,
    }
  }
  const contextOf: ContextOf = (request) => {
    const caller = callerOf(request, { authenticator, database })
    if (!(caller instanceof Promise)) return contextFor(request, caller)
    return caller.then((principal) => contextFor(request, principal))
  }
  observeRequests(http, metrics)
  addRequestLog(http, { log: parts.requests, clock: outside.clock, database })
  addLogin(http, {
    database,
    outside,
    egress: ground.egress,
    addresses: parts.addresses,
    hosts: config.mcpHosts,
    registration: config.clientRegistration === 'open',
  })
  const sockets = addNotificationSocket(http, { database, feed, outside, log })
  addOperations(http, operations, contextOf)
  addHiddenOperations(http, operations)
  addDocsPage(http, operations)
  const webhookDoor: WebhookDoor = {
    database,
    messaging,
    record: (request, secrets) => recordCall(request, { outside, secrets }),
    onTaken: (result) => countTaken(metrics, result),
    publicUrl: () => parts.addresses().publicUrl,
  }
  addWebhooks(http, webhookDoor)
  addNexusDoors(http, webhookDoor)
  await addNexusMedia(http, webhookDoor)
  addMedia(http, { database, messaging })
  addFunctionUploads(http, { database, clock: outside.clock })
  addMail(http, { database, messaging, contextOf })
  addMailView(http, { database, messaging })
  await addCampaignFiles(http, { messaging, contextOf })
  http.addHook('preClose', () => sockets.close())
  addFeedStream(http, { contextOf, feed, clock: outside.clock, log })
  addConsole(http)
  const house = createToolHouse({
    database,
    outside,
    log,
    egress: ground.egress,
    feed,
    seal: ground.vault,
    writes: config.mcpWrites,
    ownUrl: () => parts.addresses().ownUrl,
  })
  http.addHook('onClose', () => house.audit.close())
  addTools(http, {
    house,
    contextOf,
    publicUrl: () => parts.addresses().publicUrl,
    hosts: config.mcpHosts,
    newNonce: () => outside.ids.secret(12),
    log,
  })
  addHealth(http, {
    database,
    dispatcherStarted: parts.isReady,
    metrics,
    clock: outside.clock,
    log,
  })
  return http
}

async function listen(http: FastifyInstance, config: Config): Promise<string> {
  await http.listen({ host: config.host, port: config.port })
  const address = http.server.address()
  const port = typeof address === 'object' && address !== null ? address.port : config.port
  const host = ['0.0.0.0', '::'].includes(config.host) ? '127.0.0.1' : config.host
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}
