import type { Clock } from '../clock.ts'
import type { Exchange } from '../exchange.ts'
import type { Ids } from '../ids.ts'
import { redactorFor } from '../redact.ts'
import type { OutboundReply } from './connector.ts'
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
  /** What was sent and answered so far, oldest first, with secrets masked; requests under way are not in it. */
  exchanges(): readonly Exchange[]
}

/** Records the requests of one attempt, failed ones too: what the operator sees when a message did not arrive. */
export function recordingFetch(
  egress: Pick<Egress, 'fetch'>,
  { ids, clock, secrets }: RecorderOptions,
): RecordingFetch {
  const redactor = redactorFor(secrets)
  const recorded: Exchange[] = []

  const record = (
    request: EgressRequest,
    startedMs: number,
    outcome: Pick<Exchange, 'status' | 'responseHeaders' | 'responseBody' | 'error'>,
  ): void => {
    recorded.push({
      id: ids.uuid(),
      startedMs,
      endedMs: clock.now(),
      method: request.method,
      url: redactor.url(request.url),
      requestHeaders: redactor.headers(request.headers),
      requestBody: redactor.body(request.body ?? '', contentType(request.headers)),
      ...outcome,
    })
  }
  const answered = ({ status, headers, body }: OutboundReply) => ({
    status,
    responseHeaders: redactor.headers(headers),
    responseBody: redactor.body(body, contentType(headers)),
  })

  return {
    async fetch(request) {
      const startedMs = clock.now()
      try {
        const reply = await egress.fetch(request)
        record(request, startedMs, answered(reply))
        return reply
      } catch (error) {
        const words = error instanceof Error ? error.message : String(error)
        record(request, startedMs, { error: redactor.text(words) })
        throw error
      }
    },
    exchanges: () => [...recorded],
  }
}

function contentType(headers: Readonly<Record<string, string>>): string | undefined {
  const name = Object.keys(headers).find((one) => one.toLowerCase() === 'content-type')
  return name === undefined ? undefined : headers[name]
}
