import { createHash } from 'node:crypto'
import { lookup } from 'node:dns/promises'
import type { Socket } from 'node:net'
import type { Pool } from 'undici'
import { SendError } from '../errors.ts'
import { addressKind, networkTest } from '../network.ts'
import type { OutboundReply, OutboundRequest, SocketRequest } from './connector.ts'
import { guardedConnect, guardedSocket, type Resolve } from './egress-connect.ts'
import { ReplyHandler } from './egress-reply.ts'

/** A request whose sender may have leave to reach this machine and its private networks. */
export interface EgressRequest extends OutboundRequest {
  /** Opens loopback, private and carrier-shared addresses, but never those that clouds give credentials at. */
  readonly allowPrivateNetwork?: boolean
  /** Whom to trust and who we are; connections are shared only by requests with the same certificates. */
  readonly tls?: EgressTls
  /** The longest reply to read, in bytes; the egress' own limit unless given. */
  readonly responseBytesMax?: number
}

/** Certificates of one integration, each in PEM. */
export interface EgressTls {
  /** Authorities to trust instead of the public ones. */
  readonly ca?: string
  /** Our own certificate and its key, for services that ask for one. */
  readonly cert?: string
  readonly key?: string
}

/** A connection whose asker may have leave to reach private networks. */
export interface EgressSocketRequest extends SocketRequest {
  readonly allowPrivateNetwork?: boolean
}

/** The way out of the house: every request to somebody else's server goes through it. */
export interface Egress {
  /**
   * Sends one request and reads the whole reply; redirects are not followed.
   * Throws `SendError`: `unreachable` when not one byte of the request was written, `uncertain` when some may have
   * arrived but no full reply came, `misconfigured` when the address is bad or not allowed.
   * That holds for GET too: some providers send a text on GET.
   */
  fetch(request: EgressRequest): Promise<OutboundReply>
  /** Opens a TCP connection under the same guard, for what is not HTTP. The caller closes it. */
  connect(to: EgressSocketRequest): Promise<Socket>
  /** Breaks off what is under way and closes all connections. */
  close(): Promise<void>
}

/** What an egress holds itself to. */
export interface EgressLimits {
  /** For a whole exchange that names none itself. */
  readonly timeoutMs: number
  /** For the name's resolution, the connection and TLS together. */
  readonly connectMs: number
  readonly responseBytesMax: number
  /** Requests beyond it wait, within their deadline. More cost CPU even when idle: 128 took a third more a request. */
  readonly connectionsPerOrigin: number
  /** Origins whose connections are kept; those with a request under way are kept beyond it. */
  readonly originsMax: number
  /** After this long without a request an origin's pool is closed. */
  readonly idleMs: number
}

export interface EgressOptions {
  /** Networks in CIDR form that may be reached although they are not public. */
  readonly allowPrivateNetworks: readonly string[]
  readonly limits?: Partial<EgressLimits>
  readonly resolve?: Resolve
}

const standardLimits: EgressLimits = {
  timeoutMs: 10_000,
  connectMs: 5_000,
  responseBytesMax: 1_048_576,
  connectionsPerOrigin: 64,
  originsMax: 256,
  idleMs: 60_000,
}

const poolOptions = {
  pipelining: 1, // a second request on a busy connection could be lost with the first
  // Servers close idle connections without warning, and a request that meets the closing is uncertain.
  // 4 s is below the usual 5 s; a server's own Keep-Alive header is believed up to a minute.
  keepAliveTimeout: 4_000,
  keepAliveMaxTimeout: 60_000,
}

/** The connections to one origin. Those made with leave for private networks are kept apart from those without. */
interface Route {
  readonly pool: Pool
  underWay: number
  /** Milliseconds on the monotonic clock. */
  usedMs: number
}

/** Makes the way out. Connections are kept alive; nothing is loaded or opened before the first request. */
export function createEgress(options: EgressOptions): Egress {
  const limits = { ...standardLimits, ...options.limits }
  const { resolve = (hostname: string) => lookup(hostname, { all: true }) } = options
  const isListed = networkTest(options.allowPrivateNetworks)
  const isReachable = (address: string) => isListed(address) || addressKind(address) === 'public'
  const isReachableWithLeave = (address: string) =>
    isReachable(address) || ['loopback', 'private', 'shared'].includes(addressKind(address))
  const routes = new Map<string, Route>()
  const addresses = new AddressBook()
  const sockets = new Set<Socket>()
  let undici: typeof import('undici') | undefined
  let sweeper: NodeJS.Timeout | undefined
  let isClosed = false

  const routeTo = (
    library: typeof import('undici'),
    { origin, originWithLeave }: Target,
    { allowPrivateNetwork: withLeave = false, tls }: EgressRequest,
  ): Route => {
    const place = withLeave ? originWithLeave : origin
    const key = tls === undefined ? place : `${place} ${certificatesKey(tls)}`
    const known = routes.get(key)
    if (known !== undefined) return known
    dropIdle(routes, { idleMs: limits.idleMs, keptMax: limits.originsMax - 1 })
    const connect = guardedConnect(library, {
      isAllowed: withLeave ? isReachableWithLeave : isReachable,
      resolve,
      connectMs: limits.connectMs,
      tls,
    })
    const { connectionsPerOrigin: connections } = limits
    const pool = new library.Pool(origin, { ...poolOptions, connect, connections })
    const route = { pool, underWay: 0, usedMs: performance.now() }
    routes.set(key, route)
    sweeper ??= setInterval(() => {
      dropIdle(routes, { idleMs: limits.idleMs, keptMax: limits.originsMax })
    }, limits.idleMs).unref()
    return route
  }

  return {
    async fetch(request) {
      const url = addresses.urlOf(request)
      undici ??= await import('undici')
      if (isClosed) throw new SendError('unreachable', 'Nothing is sent while the server stops.')
      const route = routeTo(undici, url, request)
      route.underWay += 1
      try {
        return await exchange(route.pool, url, { request, limits })
      } finally {
        route.underWay -= 1
        route.usedMs = performance.now()
      }
    },
    async connect({ allowPrivateNetwork, ...to }) {
      if (isClosed) throw new SendError('unreachable', 'Nothing is sent while the server stops.')
      const isAllowed = allowPrivateNetwork === true ? isReachableWithLeave : isReachable
      const socket = await guardedSocket(to, { isAllowed, resolve, connectMs: limits.connectMs })
      sockets.add(socket)
      socket.once('close', () => sockets.delete(socket))
      return socket
    },
    async close() {
      isClosed = true
      for (const socket of sockets) socket.destroy()
      clearInterval(sweeper)
      const pools = [...routes.values()].map(({ pool }) => pool.destroy())
      routes.clear()
      await Promise.all(pools)
    },
  }
}

/** Closes pools that were not used for `idleMs`, and the longest unused ones beyond `keptMax`. */
function dropIdle(
  routes: Map<string, Route>,
  { idleMs, keptMax }: { readonly idleMs: number; readonly keptMax: number },
): void {
  const now = performance.now()
  const idle = [...routes]
    .filter(([, { underWay }]) => underWay === 0)
    .sort(([, a], [, b]) => a.usedMs - b.usedMs)
  for (const [key, route] of idle) {
    if (now - route.usedMs < idleMs && routes.size <= keptMax) return
    routes.delete(key)
    route.pool.destroy().catch(() => {}) // it has no requests that could be told
  }
}

/** Names certificates without keeping the private key as part of a key in memory. */
function certificatesKey({ ca = '', cert = '', key = '' }: EgressTls): string {
  return createHash('sha256')
    .update(JSON.stringify([ca, cert, key]))
    .digest('hex')
}

/** What requests need of an address, taken apart once. */
interface Target {
  readonly origin: string
  /** Names the connections to that origin that are made with leave for private networks. */
  readonly originWithLeave: string
  readonly host: string
  readonly path: string
}

/** Addresses taken apart lately: a provider's is the same for all its messages. */
class AddressBook {
  readonly #targets = new Map<string, Target>()

  /** The parts of a request's address; throws `misconfigured` when the request cannot be made. */
  urlOf(request: EgressRequest): Target {
    for (const name in request.headers) {
      if (name.length === 4 && name.toLowerCase() === 'host') {
        throw new SendError('misconfigured', 'The Host header follows from the address.')
      }
    }
    const known = this.#targets.get(request.url)
    if (known !== undefined) return known
    const { origin, host, pathname, search } = checkedUrl(request.url)
    const path = pathname + search
    const target = { origin, originWithLeave: `${origin} with leave`, host, path }
    // What a query says differs from message to message.
    if (search !== '') return target
    if (this.#targets.size >= addressesMax) this.#targets.clear()
    this.#targets.set(request.url, target)
    return target
  }
}

const addressesMax = 1000

function checkedUrl(address: string): URL {
  const url = URL.parse(address)
  if (url === null) throw new SendError('misconfigured', 'The address is not a URL.')
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new SendError('misconfigured', 'The address must begin with https:// or http://.')
  }
  if (url.username !== '' || url.password !== '') {
    throw new SendError('misconfigured', 'The address must not hold a user name or password.')
  }
  return url
}

function exchange(
  pool: Pool,
  { host, path }: Target,
  { request, limits }: { readonly request: EgressRequest; readonly limits: EgressLimits },
): Promise<OutboundReply> {
  return new Promise((resolve, reject) => {
    const { method, headers, body = null, timeoutMs = limits.timeoutMs } = request
    const { responseBytesMax = limits.responseBytesMax } = request
    const held = { timeoutMs, responseBytesMax }
    pool.dispatch(
      {
        path,
        method,
        headers,
        body,
        headersTimeout: 0, // the handler's own deadline covers both
        bodyTimeout: 0,
      },
      new ReplyHandler(host, held, { resolve, reject }),
    )
  })
}
