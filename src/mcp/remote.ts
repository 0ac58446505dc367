import {
  type ClientCredentials,
  callWithToken,
  type LoginIo,
} from '../connectors/client-credentials.ts'
import type { OutboundReply } from '../connectors/connector.ts'
import { retryAfterMs, urlBelow } from '../connectors/http.ts'
import { SendError } from '../errors.ts'
import type { Account } from '../store/records.ts'
import type { ToolHouse } from './house.ts'
import { whileWaiting } from './protocol/progress.ts'
import type { Json } from './protocol/rpc.ts'
import { ToolError } from './tool-error.ts'
import { type Outcome, presentReply, type Work } from './work.ts'

/** A request as it goes to the organization. */
export interface RemoteRequest {
  readonly method: Work['tool']['method']
  readonly path: string
  readonly query: Json
  readonly url?: string
  readonly body?: unknown
}

const timeoutMs = 30_000
const responseBytesMax = 4_000_000
/** A rate limit is waited for this often, and this long at the most together; then the caller is told. */
const retriesMax = 2
const waitMsMax = 5_000

/** What a call sends: the same whichever connection it goes to. */
export function remoteRequest({ tool, input, connection }: Work): RemoteRequest {
  const path = tool.path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(input.path?.[name] ?? ''),
  )
  const whole = `/api/v2/conversations${path}`
  const baseUrl = connection.account?.settings['baseUrl']
  return {
    method: tool.method,
    path: whole,
    query: { ...input.query },
    ...(typeof baseUrl === 'string'
      ? { url: `${urlBelow(baseUrl, whole)}${queryText(input.query)}` }
      : {}),
    ...(input.body === undefined ? {} : { body: input.body }),
  }
}

/**
 * Calls an organization through its connection: token from memory, renewed once when it is refused; a rate limit is
 * waited for where that is short. What the organization answers is passed on as it is, failures too.
 */
export async function callRemote(house: ToolHouse, work: Work): Promise<Outcome> {
  const { account } = work.connection
  if (account === undefined) throw new Error(`Connection ${work.connection.id} has no account.`)
  const { progress, connection } = work
  const waiting = `Still waiting for ${connection.name}.`
  const ask = () => whileWaiting(progress, waiting, () => exchange(house, account, work))
  try {
    let reply = await ask()
    let waitedMs = 0
    for (let retries = 0; reply.status === 429 && retries < retriesMax; retries++) {
      const waitMs = retryAfterMs(reply.headers['retry-after'], Date.now()) ?? 1000
      if (waitedMs + waitMs > waitMsMax) break
      progress.step(`${connection.name} asks to wait ${Math.ceil(waitMs / 1000)} s.`)
      await new Promise((resolve) => setTimeout(resolve, waitMs))
      waitedMs += waitMs
      reply = await ask()
    }
    return outcomeOf(reply)
  } catch (error) {
    if (error instanceof SendError) throw unreached(error, work)
    throw error
  }
}

function exchange(house: ToolHouse, account: Account, work: Work): Promise<OutboundReply> {
  const { allowPrivateNetwork } = account
  const io: LoginIo = {
    fetch: (request) => house.egress.fetch({ ...request, allowPrivateNetwork }),
    now: Date.now,
    token: house.token,
  }
  const { method, url = '', body } = remoteRequest(work)
  return callWithToken(loginOf(house, account), io, (token) =>
    house.egress.fetch({
      method,
      url,
      headers: {
        authorization: `Bearer ${token}`,
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      timeoutMs,
      responseBytesMax,
      allowPrivateNetwork,
    }),
  )
}

function loginOf(house: ToolHouse, { settings, secrets }: Account): ClientCredentials {
  const loginUrl = String(settings['loginUrl'])
  return {
    loginUrl: loginUrl === 'self' ? house.ownUrl() : loginUrl,
    clientId: String(settings['clientId']),
    clientSecret: secrets?.['clientSecret'] ?? '',
  }
}

function outcomeOf(reply: OutboundReply): Outcome {
  const body = presentReply(parsed(reply.body))
  const waitMs = retryAfterMs(reply.headers['retry-after'], Date.now())
  const refused = reply.status >= 400
  return {
    status: reply.status,
    body: refused && body['code'] === undefined ? { ...body, code: codeOf(reply.status) } : body,
    ...(waitMs === undefined ? {} : { retryAfterSeconds: Math.ceil(waitMs / 1000) }),
  }
}

/** For answers that are not the platform's own, such as a proxy's page. */
function codeOf(status: number): string {
  return `http.${status}`
}

function parsed(text: string): unknown {
  if (text.trim() === '') return undefined
  try {
    const value: unknown = JSON.parse(text)
    return value
  } catch {
    return { text } // a page of a proxy, say: passed on as it is
  }
}

/** What becomes of a call that got no answer: a write may have been done, and must not be repeated blindly. */
function unreached(error: SendError, { tool, connection }: Work): ToolError {
  const mayBeDone = error.failure === 'uncertain' && tool.effect !== 'read'
  return new ToolError(
    `connection.${error.failure}`,
    `The connection ${connection.name} gave no answer: ${error.message}`,
    {
      status: error.failure === 'misconfigured' ? 502 : 504,
      retryable: !mayBeDone && error.failure !== 'misconfigured',
      fix: mayBeDone
        ? 'It may have been done: read the conversation before you try again.'
        : error.failure === 'misconfigured'
          ? 'An administrator has to put the connection right.'
          : 'Try again in a moment.',
    },
  )
}

function queryText(query: Work['input']['query']): string {
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(query ?? {})) {
    for (const one of Array.isArray(value) ? value : [value]) params.append(name, String(one))
  }
  const text = params.toString()
  return text === '' ? '' : `?${text}`
}
