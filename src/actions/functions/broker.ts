import type { Egress, EgressRequest } from '../../connectors/egress.ts'
import { SendError, type SendFailure } from '../../errors.ts'
import { createRedactor } from '../../redact.ts'
import type { ChildRequest } from './child-message.ts'
import type { FunctionLimits } from './function-limits.ts'
import type { RequestSummary } from './function-result.ts'

/** What a child gets for its request: a reply, or an error under the code that Node programs look for. */
export type BrokerReply =
  | {
      readonly status: number
      readonly headers: Readonly<Record<string, string>>
      readonly body: string
    }
  | { readonly error: { readonly code: string; readonly message: string } }

/** Makes the requests of one run, within its limits, and keeps a summary of each. */
export interface Broker {
  handle(request: ChildRequest): Promise<BrokerReply>
  readonly summaries: readonly RequestSummary[]
}

/** What a broker works with. */
export interface BrokerOptions {
  readonly egress: Pick<Egress, 'fetch'>
  readonly limits: FunctionLimits
  /** Leave for loopback and private networks, as the egress grants it. */
  readonly allowPrivateNetwork: boolean
  /** When the run ends, on the monotonic clock. */
  readonly deadlineMs: number
  /** Hears of errors that are nobody's but this product's. */
  readonly onBug: (error: unknown) => void
}

/** These belong to the connection, which is the server's; the egress writes them itself. */
const connectionHeaders = new Set([
  'host',
  'connection',
  'content-length',
  'expect',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/** What user code sees as `error.code`: Node's own words, and ours for what no function may reach. */
const codeOf: Partial<Record<SendFailure, string>> = {
  unreachable: 'ECONNREFUSED',
  uncertain: 'ECONNRESET',
  misconfigured: 'ERR_FORBIDDEN',
}

/**
 * Opens the way out for one run. User code has no network of its own: what it asks for is checked against the
 * run's limits here, in the server, and leaves through the guarded egress, which resolves and checks addresses.
 */
export function createBroker(options: BrokerOptions): Broker {
  const { limits } = options
  const { url: redactUrl } = createRedactor()
  const summaries: RequestSummary[] = []
  let underWay = 0
  let asked = 0

  const refusal = (request: ChildRequest): string | undefined => {
    if (asked > limits.requestsMax) return `A run may make ${limits.requestsMax} requests.`
    if (underWay >= limits.requestsAtOnceMax) {
      return `A run may make ${limits.requestsAtOnceMax} requests at a time.`
    }
    if (request.body.length > limits.requestBytesMax || request.url.length > 8_192) {
      return `A request may be ${limits.requestBytesMax} bytes long.`
    }
    return methodOf(request.method) === undefined
      ? 'The method must be GET, POST, PUT or DELETE.'
      : undefined
  }

  return {
    summaries,
    async handle(request) {
      asked += 1
      const refused = refusal(request)
      const startMs = performance.now()
      underWay += 1
      const reply = refused === undefined ? await send(request, options) : forbid(refused)
      underWay -= 1
      if (asked <= limits.requestsMax) {
        const method = request.method.slice(0, 16)
        const url = redactUrl(request.url.slice(0, 2_048))
        summaries.push({
          ...{ method, url, requestBytes: request.body.length },
          ...('error' in reply
            ? { failure: reply.error.message, responseBytes: 0 }
            : { status: reply.status, responseBytes: Buffer.byteLength(reply.body) }),
          durationMs: performance.now() - startMs,
        })
      }
      return reply
    },
  }
}

function forbid(message: string): BrokerReply {
  return { error: { code: 'ERR_FORBIDDEN', message } }
}

function methodOf(method: string): EgressRequest['method'] | undefined {
  return (['GET', 'POST', 'PUT', 'DELETE'] as const).find((known) => known === method)
}

async function send(request: ChildRequest, options: BrokerOptions): Promise<BrokerReply> {
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(request.headers)) {
    if (!connectionHeaders.has(name.toLowerCase())) headers[name] = value
  }
  const outbound: EgressRequest = {
    method: methodOf(request.method) ?? 'GET',
    url: request.url,
    headers,
    timeoutMs: Math.max(1, options.deadlineMs - performance.now()),
    allowPrivateNetwork: options.allowPrivateNetwork,
    ...(request.body.length === 0 ? {} : { body: request.body }),
  }
  try {
    const reply = await options.egress.fetch(outbound)
    if (Buffer.byteLength(reply.body) > options.limits.responseBytesMax) {
      return forbid(`A reply may be ${options.limits.responseBytesMax} bytes long.`)
    }
    return { status: reply.status, headers: reply.headers, body: reply.body }
  } catch (error) {
    if (!(error instanceof SendError)) {
      options.onBug(error)
      return { error: { code: 'EIO', message: 'The request could not be made.' } }
    }
    return { error: { code: codeOf[error.failure] ?? 'EIO', message: error.message } }
  }
}
