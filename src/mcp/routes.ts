import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { selfRegisteredScopes } from '../api/oauth/self-registered.ts'
import { AppError } from '../errors.ts'
import type { Log } from '../log.ts'
import type { ContextOf } from '../rest/routes.ts'
import { baseUrlFor, endpointPaths, type KnownNames, refusalOf } from './addresses.ts'
import { catalogCard, icon, serverCard } from './cards.ts'
import { faceFor } from './face.ts'
import { type Caller, callerKey, type ToolHouse } from './house.ts'
import { narrowingOf } from './narrowing.ts'
import {
  answerGet,
  answerPost,
  type Endpoint,
  hasSession,
  type Incoming,
} from './protocol/endpoint.ts'
import { Followings } from './protocol/followings.ts'
import { errorText, RpcError, rpcCodes } from './protocol/rpc.ts'
import { Sessions } from './protocol/sessions.ts'

/** What the endpoints need of the server. */
export interface ToolDoor {
  readonly house: ToolHouse
  readonly contextOf: ContextOf
  readonly publicUrl: () => string
  /** Further names that this server goes by. */
  readonly hosts: readonly string[]
  readonly newNonce: () => string
  readonly log: Log
}

const corsHeaders = [
  'Authorization, Content-Type, Accept, Last-Event-ID',
  'Mcp-Session-Id, MCP-Protocol-Version, Mcp-Method, Mcp-Name',
  'X-MCP-Toolsets, X-MCP-Tools, X-MCP-Conversation, X-MCP-Queue, X-MCP-Readonly, X-PCID',
].join(', ')

/** Serves the tools at both their paths, each with what may stand behind it, and the cards that lead there. */
export function addTools(app: FastifyInstance, door: ToolDoor): void {
  const endpoint: Endpoint = {
    sessions: new Sessions(door.house.seal),
    followings: new Followings(),
    streams: new Set(),
    log: door.log,
    newNonce: door.newNonce,
    scopeChallenge: (request, scopes) =>
      challenge(door, request, `, error="insufficient_scope", scope="${leastOf(scopes)}"`),
  }
  for (const path of endpointPaths) {
    for (const url of [path, `${path}/*`]) {
      app.post(url, (request, reply) => serve(door, endpoint, { request, reply, path }))
      app.options(url, (request, reply) => preflight(door, request, reply))
      app.get(url, (request, reply) => stream(door, endpoint, { request, reply, path }))
      for (const method of ['PUT', 'DELETE', 'PATCH'] as const) {
        app.route({ method, url, handler: (_, reply) => onlyPost(reply) })
      }
    }
  }
  app.addHook('preClose', async () => {
    for (const open of endpoint.streams) open.end()
  })
  addCards(app, door)
}

/** Of scopes that each suffice the one that gives least away, and that a client can be given who registered itself. */
function leastOf(scopes: readonly string[]): string {
  const open = scopes.filter((scope) => selfRegisteredScopes.some((one) => one === scope))
  return open.find((scope) => scope.endsWith(':readonly')) ?? open[0] ?? scopes[0] ?? ''
}

function addCards(app: FastifyInstance, door: ToolDoor): void {
  const cards: readonly (readonly [string, (baseUrl: string) => object])[] = [
    ['/mcp/server-card', serverCard],
    ['/genesys-conversations-digital/server-card', serverCard],
    ['/.well-known/mcp/server-card.json', serverCard],
    ['/.well-known/ai-catalog.json', catalogCard],
  ]
  for (const [path, card] of cards) {
    app.get(path, (request, reply) =>
      reply
        .header('Cache-Control', 'public, max-age=3600')
        .header('Access-Control-Allow-Origin', '*')
        .type(path.endsWith('.json') ? 'application/json' : 'application/mcp-server-card+json')
        .send(JSON.stringify(card(baseUrl(door, request)))),
    )
  }
  app.get('/mcp/icon.svg', (_, reply) =>
    reply.header('Cache-Control', 'public, max-age=86400').type('image/svg+xml').send(icon),
  )
}

interface Arrived {
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly path: (typeof endpointPaths)[number]
}

async function serve(door: ToolDoor, endpoint: Endpoint, arrived: Arrived): Promise<FastifyReply> {
  const incoming = await letIn(door, arrived)
  return incoming === undefined ? arrived.reply : answerPost(endpoint, incoming)
}

/** The stream of a session. The stateless revision has neither, so that a GET without a session finds nothing. */
async function stream(door: ToolDoor, endpoint: Endpoint, arrived: Arrived): Promise<FastifyReply> {
  const { headers } = arrived.request
  const isMeant = (headers.accept ?? '').includes('text/event-stream')
  if (!isMeant || !hasSession(headers)) return onlyPost(arrived.reply)
  const incoming = await letIn(door, arrived)
  return incoming === undefined ? arrived.reply : answerGet(endpoint, incoming)
}

/** Who asks and what for, where both may be; otherwise the request has been refused. */
async function letIn(
  door: ToolDoor,
  { request, reply, path }: Arrived,
): Promise<Incoming | undefined> {
  const refusal = refusalFor(door, request)
  if (refusal !== undefined) {
    refuse(reply, 403, refusal)
    return undefined
  }
  allowOrigin(request, reply)
  const narrowing = narrowingOf(request, path)
  if ('problem' in narrowing) {
    refuse(reply, 400, narrowing.problem)
    return undefined
  }
  try {
    const context = await door.contextOf(request)
    const caller: Caller = { context, narrowing, door: path === '/mcp' ? 'mcp' : 'catalog' }
    return { host: faceFor(door.house, caller), principal: callerKey(context), request, reply }
  } catch (error) {
    if (!(error instanceof AppError) || error.status !== 401) throw error
    const isGiven = request.headers.authorization !== undefined
    const more = isGiven ? ', error="invalid_token"' : ''
    reply.header(
      'WWW-Authenticate',
      challenge(door, request, `${more}, scope="${selfRegisteredScopes.join(' ')}"`),
    )
    refuse(reply, 401, error.message)
    return undefined
  }
}

function refusalFor(door: ToolDoor, { headers }: FastifyRequest): string | undefined {
  return refusalOf({ host: headers.host, origin: headers.origin }, namesOf(door))
}

function baseUrl(door: ToolDoor, { headers }: FastifyRequest): string {
  return baseUrlFor(headers.host, namesOf(door))
}

function namesOf({ publicUrl, hosts }: ToolDoor): KnownNames {
  return { publicUrl: publicUrl(), hosts }
}

function challenge(door: ToolDoor, request: FastifyRequest, more: string): string {
  const base = baseUrl(door, request)
  const path = request.url.split('?')[0]
  return `Bearer resource_metadata="${base}/.well-known/oauth-protected-resource${path}"${more}`
}

function preflight(door: ToolDoor, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (refusalFor(door, request) !== undefined) return reply.status(403).send()
  allowOrigin(request, reply)
  return reply
    .header('Access-Control-Allow-Methods', 'POST, GET')
    .header('Access-Control-Allow-Headers', corsHeaders)
    .header('Access-Control-Max-Age', '3600')
    .status(204)
    .send()
}

/** Lets a page of an origin that was let in read the reply. */
function allowOrigin({ headers }: FastifyRequest, reply: FastifyReply): void {
  if (headers.origin === undefined) return
  reply
    .header('Access-Control-Allow-Origin', headers.origin)
    .header('Access-Control-Expose-Headers', 'Mcp-Session-Id, WWW-Authenticate')
    .header('Vary', 'Origin')
}

function onlyPost(reply: FastifyReply): FastifyReply {
  return refuse(reply.header('Allow', 'POST'), 405, 'Send JSON-RPC messages by POST.')
}

function refuse(reply: FastifyReply, status: number, message: string): FastifyReply {
  const text = errorText(null, new RpcError(rpcCodes.invalidRequest, message))
  return reply.status(status).type('application/json').send(text)
}
