import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Log } from '../../log.ts'
import { dispatch } from './dispatch.ts'
import { checkModern, eraOf } from './era.ts'
import { EventStream, takeOver } from './event-stream.ts'
import type { Followings } from './followings.ts'
import { type Call, type Host, modernVersion } from './host.ts'
import {
  asJson,
  errorText,
  type Json,
  notificationText,
  type RequestId,
  RpcError,
  type RpcRequest,
  replyText,
  rpcCodes,
  textParam,
} from './rpc.ts'
import type { Session, Sessions } from './sessions.ts'

/** What every request of an endpoint shares. */
export interface Endpoint {
  readonly sessions: Sessions
  readonly followings: Followings
  /** Streams that stay open until one side goes. */
  readonly streams: Set<EventStream>
  readonly log: Log
  readonly newNonce: () => string
  /** The `WWW-Authenticate` of a 403 that asks for more scopes. */
  readonly scopeChallenge: (request: FastifyRequest, scopes: readonly string[]) => string
}

/** One HTTP request to it, by a caller who is known. */
export interface Incoming {
  readonly host: Host
  /** Names the caller; sessions are bound to it. */
  readonly principal: string
  readonly request: FastifyRequest
  readonly reply: FastifyReply
}

/** Requests that one batch of revision 2025-03-26 may hold. */
const batchMax = 20
const subscriptionKey = 'io.modelcontextprotocol/subscriptionId'
const followMethods = new Set(['resources/subscribe', 'resources/unsubscribe'])
const sessionHeader = 'mcp-session-id'

/** Answers a POST: one message of either era, or a batch of the oldest revision. */
export async function answerPost(endpoint: Endpoint, incoming: Incoming): Promise<FastifyReply> {
  const { reply } = incoming
  let body: unknown
  try {
    body = JSON.parse(incoming.request.rawBody.toString('utf8'))
  } catch {
    const error = new RpcError(rpcCodes.parse, 'The body is no JSON: send one JSON-RPC message.')
    return sendText(reply.status(400), errorText(null, error))
  }
  if (Array.isArray(body)) return answerBatch(endpoint, incoming, body)
  const message = asJson(body)
  if (message === undefined || message['jsonrpc'] !== '2.0') return refuseForm(reply)
  const id = idOf(message)
  const session = sessionOf(endpoint, incoming)
  if (session === 'unknown') return refuseSession(reply, id)
  if (typeof message['method'] !== 'string') {
    if (id === undefined || !('result' in message || 'error' in message)) return refuseForm(reply)
    if (session !== undefined) endpoint.sessions.take(session, { ...message, id })
    return reply.status(202).send()
  }
  const request = { id, method: message['method'], params: asJson(message['params']) ?? {} }
  if (id === undefined) return reply.status(202).send()
  return answerRequest(endpoint, incoming, { request: { ...request, id }, session })
}

interface Asked {
  readonly request: RpcRequest & { readonly id: RequestId }
  readonly session: Session | undefined
}

async function answerRequest(
  endpoint: Endpoint,
  incoming: Incoming,
  asked: Asked,
): Promise<FastifyReply> {
  const { host, request: http, reply } = incoming
  const { request } = asked
  const era = eraOf(request, http.headers)
  const channel = new Channel(incoming)
  try {
    const clientCapabilities =
      era === 'modern'
        ? checkModern(request, http.headers)
        : (asked.session?.clientCapabilities ?? {})
    if (era === 'modern' && request.method === 'subscriptions/listen' && host.listen !== undefined)
      return await listen(endpoint, { begin: host.listen.bind(host), channel, request })
    const call = callOf(endpoint, channel, { ...asked, era, clientCapabilities })
    const isFollowing = era === 'legacy' && followMethods.has(request.method)
    const result = isFollowing
      ? await follow(endpoint, host, asked)
      : await dispatch(host, request, call)
    if (era === 'legacy' && request.method === 'initialize') {
      const id = endpoint.sessions.begin(incoming.principal, request.params, endpoint.newNonce())
      reply.header('Mcp-Session-Id', id)
    }
    return channel.end(replyText(request.id, result), 200)
  } catch (error) {
    const shown = shownError(endpoint, error)
    if (shown.scopes !== undefined) {
      reply.header('WWW-Authenticate', endpoint.scopeChallenge(http, shown.scopes))
    }
    const told = era === 'modern' || shown.scopes !== undefined
    const status = told ? (shown.status ?? 200) : 200
    return channel.end(errorText(request.id, shown), status)
  }
}

/** `resources/subscribe` and its end: the earlier revisions' way to be told of changes. */
async function follow(endpoint: Endpoint, host: Host, { request, session }: Asked) {
  const uri = textParam(request.params, 'uri')
  if (session === undefined) {
    throw new RpcError(
      rpcCodes.invalidRequest,
      'Following a resource takes a session: begin with initialize, then open its stream by GET.',
    )
  }
  if (request.method === 'resources/subscribe') await endpoint.followings.follow(session, host, uri)
  else endpoint.followings.unfollow(session, uri)
  return {}
}

/** Answers a GET: the stream on which a session of an earlier revision is told of what it follows. */
export async function answerGet(endpoint: Endpoint, incoming: Incoming): Promise<FastifyReply> {
  const { host, reply } = incoming
  const session = sessionOf(endpoint, incoming)
  if (session === 'unknown') return refuseSession(reply, undefined)
  if (session === undefined) throw new Error('A GET without a session is refused by the door.')
  const stream = new EventStream(reply)
  keepOpen(endpoint, stream)
  await endpoint.followings.tellOn(stream, session, host)
  return reply
}

function keepOpen({ streams }: Endpoint, stream: EventStream): void {
  streams.add(stream)
  stream.onClose(() => streams.delete(stream))
}

function callOf(
  endpoint: Endpoint,
  channel: Channel,
  about: Asked & Pick<Call, 'era' | 'clientCapabilities'>,
): Call {
  const { session, era, clientCapabilities } = about
  const canAsk = era === 'legacy' && session !== undefined && channel.canStream
  return {
    era,
    clientCapabilities,
    canStream: channel.canStream,
    get signal() {
      return channel.signal
    },
    notify: (method, params) => channel.send(notificationText(method, params)),
    ...(canAsk
      ? {
          ask: (method: string, params: Json) =>
            endpoint.sessions.ask(session, { method, params, signal: channel.signal }, (message) =>
              channel.send(message),
            ),
        }
      : {}),
  }
}

/** A stream of changes, which stays open until one side goes. Its first message says what will be told. */
async function listen(
  endpoint: Endpoint,
  given: {
    readonly begin: NonNullable<Host['listen']>
    readonly channel: Channel
    readonly request: RpcRequest & { readonly id: RequestId }
  },
): Promise<FastifyReply> {
  const { begin, channel, request } = given
  if (!channel.canStream) {
    throw new RpcError(
      rpcCodes.invalidRequest,
      'subscriptions/listen needs Accept: text/event-stream.',
      {
        status: 406,
      },
    )
  }
  const tag = { [subscriptionKey]: request.id }
  const early: string[] = []
  let isOpen = false
  const tell = (method: string, params: Json) => {
    const text = notificationText(method, {
      ...params,
      _meta: { ...Object(params['_meta']), ...tag },
    })
    if (isOpen) channel.send(text)
    else early.push(text)
  }
  const wanted = asJson(request.params['notifications']) ?? {}
  const notifications = await begin({ wanted, tell, signal: channel.signal })
  channel.send(
    notificationText('notifications/subscriptions/acknowledged', { _meta: tag, notifications }),
  )
  isOpen = true
  if (channel.stream !== undefined) keepOpen(endpoint, channel.stream)
  for (const text of early) channel.send(text)
  return channel.reply
}

/** The reply to one request: plain JSON, unless something has to be said before the result. */
class Channel {
  readonly reply: FastifyReply
  readonly canStream: boolean
  /** Made with the first message before the result. */
  stream: EventStream | undefined
  #controller: AbortController | undefined

  constructor({ request, reply }: Incoming) {
    this.reply = reply
    this.canStream = (request.headers.accept ?? '').includes('text/event-stream')
  }

  /** Made when it is asked for: most calls are over before anybody could go away. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      const controller = new AbortController()
      this.#controller = controller
      this.reply.raw.on('close', () => controller.abort())
    }
    return this.#controller.signal
  }

  send(text: string): void {
    if (!this.canStream) return
    if (this.stream === undefined) {
      this.stream = new EventStream(this.reply)
    }
    this.stream.send(text)
  }

  end(text: string, status: number): FastifyReply {
    if (this.stream === undefined) return sendText(this.reply.status(status), text)
    this.stream.end(text)
    return this.reply
  }
}

/** Revision 2025-03-26 let clients send several messages at once. */
async function answerBatch(
  endpoint: Endpoint,
  incoming: Incoming,
  messages: readonly unknown[],
): Promise<FastifyReply> {
  if (messages.length === 0 || messages.length > batchMax) return refuseForm(incoming.reply)
  const replies = await Promise.all(messages.map((one) => answerOne(endpoint, incoming, one)))
  const texts = replies.filter((text) => text !== undefined)
  if (texts.length === 0) return incoming.reply.status(202).send()
  return sendText(incoming.reply, `[${texts.join(',')}]`)
}

async function answerOne(
  endpoint: Endpoint,
  incoming: Incoming,
  value: unknown,
): Promise<string | undefined> {
  const message = asJson(value)
  const id = message === undefined ? undefined : idOf(message)
  const method = message?.['method']
  if (typeof method !== 'string') {
    if (id !== undefined) return undefined
    return errorText(null, new RpcError(rpcCodes.invalidRequest, 'This is no JSON-RPC message.'))
  }
  if (id === undefined) return undefined
  const request = { id, method, params: asJson(message?.['params']) ?? {} }
  const call: Call = {
    era: 'legacy',
    clientCapabilities: {},
    canStream: false,
    signal: AbortSignal.timeout(60_000),
    notify() {},
  }
  try {
    return replyText(id, await dispatch(incoming.host, request, call))
  } catch (error) {
    return errorText(id, shownError(endpoint, error))
  }
}

function sessionOf(
  endpoint: Endpoint,
  { request, principal }: Incoming,
): Session | undefined | 'unknown' {
  const id = request.headers[sessionHeader]
  if (typeof id !== 'string' || !hasSession(request.headers)) return undefined
  return endpoint.sessions.read(id, principal) ?? 'unknown'
}

/** Whether a request comes in a session: the stateless revision says to ignore the header that names one. */
export function hasSession(headers: FastifyRequest['headers']): boolean {
  return (
    typeof headers[sessionHeader] === 'string' && headers['mcp-protocol-version'] !== modernVersion
  )
}

function shownError(endpoint: Endpoint, error: unknown): RpcError {
  if (error instanceof RpcError) return error
  endpoint.log.error('A call of the tools server failed.', { err: error })
  return new RpcError(rpcCodes.internal, 'Internal error.')
}

function idOf(message: Json): RequestId | undefined {
  const id = message['id']
  return typeof id === 'string' || typeof id === 'number' ? id : undefined
}

function refuseForm(reply: FastifyReply): FastifyReply {
  const error = new RpcError(rpcCodes.invalidRequest, 'The body is no JSON-RPC 2.0 message.')
  return sendText(reply.status(400), errorText(null, error))
}

function refuseSession(reply: FastifyReply, id: RequestId | undefined): FastifyReply {
  const error = new RpcError(
    rpcCodes.invalidRequest,
    'The session is unknown: begin a new one with initialize, or leave Mcp-Session-Id out.',
  )
  return sendText(reply.status(404), errorText(id ?? null, error))
}

/** Writes a reply straight to the connection: what hooks add to the platform's own answers is known beforehand here. */
function sendText(reply: FastifyReply, text: string): FastifyReply {
  const { request, raw } = reply
  request.answered = text
  takeOver(reply)
  raw.writeHead(reply.statusCode, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(text),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    'ININ-Correlation-Id': request.id,
    'Genesys-Correlation-Id': request.id,
  })
  raw.end(text)
  return reply
}
