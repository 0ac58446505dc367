import type { Exchange } from './exchange.ts'
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

/** What was seen of a request, before its secrets are masked. */
export interface SeenRequest extends Pick<LoggedRequest, 'direction' | 'accountId'> {
  readonly id: string
  readonly clientId?: string | undefined
  readonly userId?: string | undefined
  readonly startedMs: number
  readonly endedMs: number
  readonly method: string
  readonly url: string
  readonly requestHeaders: Readonly<Record<string, string>>
  readonly requestBody: Buffer | string
  readonly status: number
  readonly responseHeaders: Readonly<Record<string, string>>
  readonly responseBody: string
}

/** Requests that are kept, of all organizations together, and what their bodies may take. */
const requestsMax = 1000
const bytesMax = 16 * 1024 * 1024

interface Kept {
  readonly organizationId: string
  readonly request: LoggedRequest
  readonly bytes: number
}

/**
 * The last requests of this node, in both directions, in memory: what an integrator watches while he tries things out.
 * What must not be lost is elsewhere: attempts with their deliveries, calls of providers with their receipts.
 */
export class RequestLog {
  #kept: Kept[] = []
  #bytes = 0
  #last = 0

  /** Keeps a request to us, with what is secret in it masked. */
  add(organizationId: string, seen: SeenRequest): void {
    const redactor = redactorFor([])
    const { clientId, userId, requestBody, ...rest } = seen
    this.#keep(organizationId, {
      ...rest,
      ...(clientId === undefined ? {} : { clientId }),
      ...(userId === undefined ? {} : { userId }),
      url: redactor.url(seen.url),
      requestHeaders: redactor.headers(seen.requestHeaders),
      requestBody: redactor.body(requestBody, seen.requestHeaders['content-type']),
      responseHeaders: redactor.headers(seen.responseHeaders),
      responseBody: redactor.body(
        seen.responseBody.slice(0, bodyBytesMax),
        seen.responseHeaders['content-type'],
      ),
    })
  }

  /** Keeps a request of ours as it was recorded, its secrets masked already. */
  addOutbound(organizationId: string, exchange: Exchange, accountId: string): void {
    this.#keep(organizationId, { ...exchange, direction: 'out', accountId })
  }

  /** What came after that number, oldest first, as far as it is still kept; and where to go on. */
  after(
    organizationId: string,
    sequence: number,
  ): { readonly requests: readonly LoggedRequest[]; readonly last: number } {
    const requests = this.#kept
      .filter((one) => one.organizationId === organizationId && one.request.sequence > sequence)
      .map(({ request }) => request)
    return { requests, last: this.#last }
  }

  /** One request, as long as it is kept. */
  get(organizationId: string, id: string): LoggedRequest | undefined {
    return this.#kept.find((one) => one.organizationId === organizationId && one.request.id === id)
      ?.request
  }

  #keep(organizationId: string, given: Omit<LoggedRequest, 'sequence'>): void {
    this.#last += 1
    const request = { ...given, sequence: this.#last }
    const bytes = 1000 + given.requestBody.length + (given.responseBody?.length ?? 0)
    this.#kept.push({ organizationId, request, bytes })
    this.#bytes += bytes
    while (this.#kept.length > requestsMax || this.#bytes > bytesMax) {
      this.#bytes -= this.#kept.shift()?.bytes ?? 0
    }
  }
}
