import type { OutboundReply } from '../connectors/connector.ts'
import type { EgressRequest } from '../connectors/egress.ts'
import { retryAfterMs } from '../connectors/http.ts'
import { SendError } from '../errors.ts'
import type { ActionRetry, RequestType } from './action.ts'
import { ActionFailure, statusForRemote } from './failure.ts'
import { headerOf } from './request.ts'
import type { RunMeans } from './run-means.ts'
import { shownReply } from './step-log.ts'

/** A request whose every part is rendered. */
export interface PreparedRequest {
  readonly method: RequestType
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
}

/** What came back, and how often the request was sent. */
export interface Sending {
  readonly reply: OutboundReply
  readonly explanations: readonly string[]
}

/** The longest reply that an action reads: flows take 2 MB (Genesys Cloud, "Call Data Action"). */
export const responseBytesMax = 2_097_152

/** Characters of a reply's body that an error shows. */
const shownMax = 2_000

/** Statuses that ask for patience. */
const retriedStatuses: readonly number[] = [429, 502, 503, 504]

/** The longest pause between two sends. */
const delayMsMax = 30_000

/**
 * Sends a request through the guarded way out, within what is left of the run's time. Sends again only where
 * the action's own `retry` asks for it, and never past the deadline. Throws `ActionFailure` when no full
 * reply came; a reply of any status is given back.
 */
export async function send(
  request: PreparedRequest,
  retry: ActionRetry | undefined,
  means: RunMeans,
): Promise<Sending> {
  const explanations: string[] = []
  for (let repeat = 0; ; repeat += 1) {
    const attempt = await trySend(request, means)
    const isLast = retry === undefined || repeat >= retry.countMax
    const pauseMs = retry === undefined ? undefined : pauseAfter(attempt, retry, { repeat, means })
    const isInTime = pauseMs !== undefined && means.clock.now() + pauseMs < means.deadlineMs
    if (isLast || pauseMs === undefined || !isInTime) {
      if (attempt instanceof ActionFailure) throw attempt
      return { reply: attempt, explanations }
    }
    const what = attempt instanceof ActionFailure ? attempt.message : `Status ${attempt.status}.`
    explanations.push(`${what} Sent again after ${pauseMs} ms, as the action's retry setting asks.`)
    await pause(pauseMs, means)
  }
}

function pauseAfter(
  attempt: OutboundReply | ActionFailure,
  retry: ActionRetry,
  { repeat, means }: { readonly repeat: number; readonly means: RunMeans },
): number | undefined {
  const ownMs = Math.min(retry.delayMs * 2 ** repeat, delayMsMax)
  if (attempt instanceof ActionFailure) {
    const isUnreachable =
      attempt.cause instanceof SendError && attempt.cause.failure === 'unreachable'
    return isUnreachable ? ownMs : undefined
  }
  if (!(retry.statuses ?? retriedStatuses).includes(attempt.status)) return undefined
  const askedMs = retryAfterMs(attempt.headers['retry-after'], means.clock.now()) ?? 0
  return Math.max(ownMs, askedMs)
}

function pause(delayMs: number, { clock }: RunMeans): Promise<void> {
  return new Promise((resolve) => {
    clock.after(delayMs, resolve)
  })
}

async function trySend(
  request: PreparedRequest,
  means: RunMeans,
): Promise<OutboundReply | ActionFailure> {
  const { method, url, headers, body } = request
  const remainingMs = means.deadlineMs - means.clock.now()
  if (remainingMs <= 0) return timedOut(means)
  const outbound: EgressRequest = {
    method,
    url,
    headers: withContentHeaders(headers, body !== undefined),
    timeoutMs: remainingMs,
    responseBytesMax,
    allowPrivateNetwork: means.allowPrivateNetwork,
    ...(body === undefined ? {} : { body }),
    ...(means.tls === undefined ? {} : { tls: means.tls }),
  }
  const beganMs = performance.now()
  try {
    return await means.fetch(outbound)
  } catch (error) {
    if (!(error instanceof SendError)) throw error
    if (performance.now() - beganMs >= remainingMs - 2) return timedOut(means, error)
    return notAnswered(error)
  }
}

function withContentHeaders(
  headers: Readonly<Record<string, string>>,
  hasBody: boolean,
): Readonly<Record<string, string>> {
  const added: Record<string, string> = { ...headers }
  if (headerOf(headers, 'accept') === undefined) added['Accept'] = 'application/json'
  if (hasBody && headerOf(headers, 'content-type') === undefined) {
    added['Content-Type'] = 'application/json'
  }
  return added
}

function timedOut({ timeoutMs }: RunMeans, cause?: Error): ActionFailure {
  return new ActionFailure(
    `REST call for action execute failed. Message: The action did not end within its time-out of ${timeoutMs / 1000} seconds.`,
    {
      status: 504,
      errorCode: 'ACTION.REMOTE_ENDPOINT',
      hints: ['Raise timeoutSeconds (60 at most), or make the service answer sooner.'],
      cause,
    },
  )
}

function notAnswered(error: SendError): ActionFailure {
  const isOurs = error.failure === 'misconfigured'
  const hints = /certificate|CERT|SELF_SIGNED|TLS|SSL/i.test(error.message)
    ? [
        'The certificate is not trusted: give the integration the authority that issued it, with intermediates.',
      ]
    : []
  return new ActionFailure(`REST call for action execute failed. Message: ${error.message}`, {
    status: isOurs ? 400 : 502,
    errorCode: 'ACTION.REMOTE_ENDPOINT',
    hints,
    cause: error,
  })
}

/** The failure that a reply other than 2xx is: its body is told, as the vendor does. */
export function refused(reply: OutboundReply): ActionFailure {
  const { status, body } = reply
  const shown = body.length > shownMax ? `${body.slice(0, shownMax)}…` : body
  return new ActionFailure(
    `REST call for action execute failed. Message: Request to backend service failed. Response from web service: ${shown === '' ? `(status ${status}, no body)` : shown}`,
    {
      status: statusForRemote(status),
      errorCode: 'ACTION.REMOTE_ENDPOINT',
      remoteStatus: status,
      result: shownReply(reply),
    },
  )
}

/** Whether a reply is a success: any 2xx is, and flows never learn which. */
export function isSuccess({ status }: OutboundReply): boolean {
  return status >= 200 && status < 300
}
