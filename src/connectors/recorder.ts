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

  const note = (request: EgressRequest, startedMs: number, came: Came): void => {
    const id = ids.uuid()
    const endedMs = clock.now()
    recorded.push(() => {
      const { url, headers, body } = redactor()
      const exchange: { -readonly [Member in keyof Exchange]: Exchange[Member] } = {
        id,
        startedMs,
        endedMs,
        method: request.method,
        url: url(request.url),
        requestHeaders: headers(request.headers),
        requestBody: body(request.body ?? '', contentType(request.headers)),
      }
      if (came.error === undefined) {
        exchange.status = came.status
        exchange.responseHeaders = headers(came.headers)
        exchange.responseBody = body(came.body, contentType(came.headers))
      } else exchange.error = redactor().text(came.error)
      return exchange
    })
  }

  return {
    async fetch(request) {
      const startedMs = clock.now()
      try {
        const reply = await egress.fetch(request)
        note(request, startedMs, reply)
        return reply
      } catch (error) {
        note(request, startedMs, { error: error instanceof Error ? error.message : String(error) })
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

/** What came of a request: a reply, or the reason why there is none. */
type Came = (OutboundReply & { readonly error?: undefined }) | { readonly error: string }

function contentType(headers: Readonly<Record<string, string>>): string | undefined {
  for (const name in headers) {
    if (name.length === 12 && name.toLowerCase() === 'content-type') return headers[name]
  }
  return undefined
}
