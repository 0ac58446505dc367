import { EventEmitter } from 'node:events'
import {
  type Ask,
  BrokeredRequest,
  BrokeredResponse,
  type TargetOptions,
} from './brokered-request.ts'

interface Target extends TargetOptions {
  readonly protocol?: string | null
  readonly hostname?: string | null
  readonly host?: string | null
  readonly port?: string | number | null
  readonly path?: string
}

type OnResponse = (response: BrokeredResponse) => void

/** Connections are the server's, so an agent keeps only its options. */
class BrokeredAgent extends EventEmitter {
  readonly options: unknown
  readonly maxSockets = Number.POSITIVE_INFINITY
  readonly sockets = {}
  readonly requests = {}

  constructor(options: unknown = {}) {
    super()
    this.options = options
  }

  destroy(): void {}
}

/** Makes what stands in for `http` or `https`: the requesting half, with Node's ways to call it. */
export function createBrokeredHttp(scheme: 'http:' | 'https:', ask: Ask): object {
  const request = (target: unknown, second?: unknown, third?: unknown): BrokeredRequest => {
    const onResponse = [second, third].find((one): one is OnResponse => typeof one === 'function')
    const more: Target = typeof second === 'object' && second !== null ? second : {}
    const isAddress = typeof target === 'string' || target instanceof URL
    const options: Target = isAddress ? more : { ...Object(target), ...more }
    const url = isAddress ? new URL(target) : addressOf(scheme, options)
    if (url.protocol !== scheme) {
      const message = `Protocol "${url.protocol}" not supported. Expected "${scheme}"`
      throw Object.assign(new TypeError(message), { code: 'ERR_INVALID_PROTOCOL' })
    }
    const auth =
      url.username === '' ? {} : { auth: decodeURIComponent(`${url.username}:${url.password}`) }
    url.username = ''
    url.password = ''
    const made = new BrokeredRequest(url, { ...auth, ...options }, ask)
    if (onResponse !== undefined) made.once('response', onResponse)
    return made
  }
  return {
    request,
    get(target: unknown, second?: unknown, third?: unknown) {
      const made = request(target, second, third)
      made.end()
      return made
    },
    Agent: BrokeredAgent,
    globalAgent: new BrokeredAgent(),
    ClientRequest: BrokeredRequest,
    IncomingMessage: BrokeredResponse,
    maxHeaderSize: 16_384,
  }
}

function addressOf(scheme: string, options: Target): URL {
  const host = options.hostname ?? (options.host ?? 'localhost').replace(/:\d+$/, '')
  const port = options.port ?? /:(\d+)$/.exec(options.host ?? '')?.[1] ?? ''
  const bracketed = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host
  const suffix = String(port) === '' ? '' : `:${port}`
  return new URL(options.path ?? '/', `${options.protocol ?? scheme}//${bracketed}${suffix}`)
}
