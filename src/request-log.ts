import type { Exchange, RecordedExchange } from './exchange.ts'
import { bodyBytesMax, redactorFor } from './redact.ts'

/** One request as it is kept for the live log: a recorded exchange and who it was between. */
export interface LoggedRequest extends Exchange {
  /** Grows by one with each request of this node; readers continue after the last they have. */
  readonly sequence: number
  readonly direction: 'in' | 'out'
  /** The account or integration that it was made for, where one was. */
  readonly accountId?: string
  readonly clientId?: string
  readonly userId?: string
}

/** Headers as Node.js gives them. */
export type SeenHeaders = Readonly<Record<string, number | string | readonly string[] | undefined>>

/** What was seen of a request, before its secrets are masked. */
export interface SeenRequest extends Pick<LoggedRequest, 'direction' | 'accountId'> {
  readonly id: string
  readonly clientId?: string | undefined
  readonly userId?: string | undefined
  readonly startedMs: number
  readonly endedMs: number
  readonly method: string
  readonly url: string
  readonly requestHeaders: SeenHeaders
  readonly requestBody: Buffer | string
  readonly status: number
  readonly responseHeaders: SeenHeaders
  readonly responseBody: string
}

/** Requests that are kept, of all organizations together, and what their bodies may take. */
const requestsMax = 1000
const bytesMax = 16 * 1024 * 1024
/**
 * Answered well, so many a second are kept: at more nobody reads along, the log would hold only the last moment, and
 * what it holds outlives the young generation, whose collection took a tenth of the message path's time.
 */
const successesMaxPerSecond = 200

interface Kept {
  readonly organizationId: string
  readonly id: string
  readonly sequence: number
  readonly bytes: number
  /** Masks at the first look: most requests go unseen, and masking costs more than keeping. */
  readonly request: () => LoggedRequest
}

/**
 * The last requests of this node, in both directions, in memory: what an integrator watches while he tries things out.
 * What must not be lost is elsewhere: attempts with their deliveries, calls of providers with their receipts.
 */
export class RequestLog {
  #kept: Kept[] = []
  #bytes = 0
  #last = 0
  #second = 0
  #successes = 0

  /**
   * Numbers a request that is to be kept: every failure, and what succeeds within the share of its second. Undefined for
   * another; it has a number as well, so that a gap tells how many are left out.
   */
  admit(status: number | undefined, endedMs: number): number | undefined {
    this.#last += 1
    if (status === undefined || status >= 400) return this.#last
    const second = Math.floor(endedMs / 1000)
    if (second !== this.#second) {
      this.#second = second
      this.#successes = 0
    }
    this.#successes += 1
    return this.#successes <= successesMaxPerSecond ? this.#last : undefined
  }

  /** Keeps a request to us that was admitted under that number; what is secret in it is masked for whoever reads it. */
  add(organizationId: string, sequence: number, seen: SeenRequest): void {
    let masked: LoggedRequest | undefined
    this.#keep({
      organizationId,
      id: seen.id,
      sequence,
      bytes: 1000 + seen.requestBody.length + seen.responseBody.length,
      request() {
        masked ??= { ...mask(seen), sequence }
        return masked
      },
    })
  }

  /** Keeps a request of ours as it was recorded, its secrets masked already, if it is admitted. */
  addOutbound(organizationId: string, recorded: RecordedExchange, accountId: string): void {
    const sequence = this.admit(recorded.status, recorded.endedMs)
    if (sequence === undefined) return
    this.#keep({
      organizationId,
      id: recorded.id,
      sequence,
      bytes: 1000 + recorded.text.length,
      request: () => ({ ...recorded.open(), direction: 'out', accountId, sequence }),
    })
  }

  /** What came after that number, oldest first, as far as it is still kept; and where to go on. */
  after(
    organizationId: string,
    sequence: number,
  ): { readonly requests: readonly LoggedRequest[]; readonly last: number } {
    const requests = this.#kept
      .filter((one) => one.organizationId === organizationId && one.sequence > sequence)
      .map(({ request }) => request())
    return { requests, last: this.#last }
  }

  /** One request, as long as it is kept. */
  get(organizationId: string, id: string): LoggedRequest | undefined {
    return this.#kept
      .find((one) => one.organizationId === organizationId && one.id === id)
      ?.request()
  }

  #keep(one: Kept): void {
    this.#kept.push(one)
    this.#bytes += one.bytes
    while (this.#kept.length > requestsMax || this.#bytes > bytesMax) {
      this.#bytes -= this.#kept.shift()?.bytes ?? 0
    }
  }
}

function mask(seen: SeenRequest): Omit<LoggedRequest, 'sequence'> {
  const redactor = redactorFor(noSecrets)
  const { clientId, userId, ...rest } = seen
  const requestHeaders = single(seen.requestHeaders)
  const responseHeaders = single(seen.responseHeaders)
  return {
    ...rest,
    ...(clientId === undefined ? {} : { clientId }),
    ...(userId === undefined ? {} : { userId }),
    url: redactor.url(seen.url),
    requestHeaders: redactor.headers(requestHeaders),
    requestBody: redactor.body(seen.requestBody, requestHeaders['content-type']),
    responseHeaders: redactor.headers(responseHeaders),
    responseBody: redactor.body(
      seen.responseBody.slice(0, bodyBytesMax),
      responseHeaders['content-type'],
    ),
  }
}

const noSecrets: readonly string[] = []

function single(headers: SeenHeaders): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : String(value)]],
    ),
  )
}
