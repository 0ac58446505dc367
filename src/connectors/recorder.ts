import type { Clock } from '../clock.ts'
import type { Exchange } from '../exchange.ts'
import type { Ids } from '../ids.ts'
import { type Redactor, redactorFor } from '../redact.ts'
import type { Dialogue, OutboundReply } from './connector.ts'
import type { Egress, EgressRequest } from './egress.ts'

/** What a recorder needs of the world, and the exact values (an account's own secrets) that it must mask. */
export interface RecorderOptions {
  readonly ids: Pick<Ids, 'uuid'>
  readonly clock: Pick<Clock, 'now'>
  readonly secrets: readonly string[]
}

/** A way out that keeps what went over it. */
export interface RecordingFetch {
  readonly fetch: Egress['fetch']
  /** Adds what was said over a connection that is not HTTP. */
  record(dialogue: Dialogue): void
  /** What was sent and answered so far, oldest first, with secrets masked; requests under way are not in it. */
  exchanges(): readonly Exchange[]
}

/** Records the requests of one attempt, failed ones too: what the operator sees when a message did not arrive. */
export function recordingFetch(
  egress: Pick<Egress, 'fetch'>,
  { ids, clock, secrets }: RecorderOptions,
): RecordingFetch {
  let made: Redactor | undefined
  const redactor = () => (made ??= redactorFor(secrets)) // masking waits until somebody looks: bodies are long
  const recorded: (() => Exchange)[] = []

  const record = (
    request: EgressRequest,
    startedMs: number,
    outcome: () => Pick<Exchange, 'status' | 'responseHeaders' | 'responseBody' | 'error'>,
  ): void => {
    const id = ids.uuid()
    const endedMs = clock.now()
    let masked: Exchange | undefined
    recorded.push(() => {
      masked ??= {
        ...{ id, startedMs, endedMs, method: request.method },
        url: redactor().url(request.url),
        requestHeaders: redactor().headers(request.headers),
        requestBody: redactor().body(request.body ?? '', contentType(request.headers)),
        ...outcome(),
      }
      return masked
    })
  }
  const answered = ({ status, headers, body }: OutboundReply) => ({
    status,
    responseHeaders: redactor().headers(headers),
    responseBody: redactor().body(body, contentType(headers)),
  })

  return {
    async fetch(request) {
      const startedMs = clock.now()
      try {
        const reply = await egress.fetch(request)
        record(request, startedMs, () => answered(reply))
        return reply
      } catch (error) {
        const words = error instanceof Error ? error.message : String(error)
        record(request, startedMs, () => ({ error: redactor().text(words) }))
        throw error
      }
    },
    record({ url, method, startedMs, sent, received, status, error }) {
      const exchange: Exchange = {
        id: ids.uuid(),
        startedMs,
        endedMs: clock.now(),
        method,
        url: redactor().text(url),
        requestHeaders: {},
        requestBody: redactor().text(sent),
        ...(status === undefined ? {} : { status }),
        responseHeaders: {},
        responseBody: redactor().text(received),
        ...(error === undefined ? {} : { error: redactor().text(error) }),
      }
      recorded.push(() => exchange)
    },
    exchanges: () => recorded.map((masked) => masked()),
  }
}

function contentType(headers: Readonly<Record<string, string>>): string | undefined {
  const name = Object.keys(headers).find((one) => one.toLowerCase() === 'content-type')
  return name === undefined ? undefined : headers[name]
}
