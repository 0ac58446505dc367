import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { findClient } from '../api/oauth/client.ts'
import { OAuthError } from '../api/oauth/oauth-error.ts'
import { keepClient, readMetadata, selfRegisteredScopes } from '../api/oauth/self-registered.ts'
import type { Egress } from '../connectors/egress.ts'
import type { Outside } from '../context.ts'
import { SendError } from '../errors.ts'
import type { Database } from '../store/store.ts'

/** What it takes for clients to make themselves known. */
export interface ClientDoor {
  readonly database: Database
  readonly outside: Pick<Outside, 'clock' | 'ids'>
  readonly egress: Pick<Egress, 'fetch'>
}

const documentBytesMax = 10_000
const documentMs = 5000
/** Documents are read again after this long. */
const believeMs = 10 * 60_000
/** Registrations from one address in an hour. */
const registrationsMax = 20
const hourMs = 3_600_000

/** Lets clients that nobody entered make themselves known: by an address of their own, or by registering. */
export class UnknownClients {
  readonly #door: ClientDoor
  readonly #readMs = new Map<string, number>()
  readonly #registrations = new Map<string, { count: number; untilMs: number }>()

  constructor(door: ClientDoor) {
    this.#door = door
  }

  /**
   * Reads a client's own document where its id is an https address (Client ID Metadata Document), through the guarded
   * way out. Other ids are left to the directory. `invalid_client` when the document does not fit.
   */
  async learn(id: string | undefined): Promise<void> {
    if (id === undefined || !isDocumentId(id)) return
    const nowMs = this.#door.outside.clock.now()
    if (nowMs - (this.#readMs.get(id) ?? 0) < believeMs) return
    const known = await findClient(this.#door.database, id)
    try {
      const metadata = readMetadata(await this.#fetch(id))
      await keepClient(this.#door.database, { id, metadata }, this.#door.outside)
    } catch (error) {
      // one that is known stays so while its document cannot be had
      if (!(error instanceof SendError)) throw error
      if (known === undefined) {
        throw new OAuthError('invalid_client', 'The document of this client_id cannot be read.')
      }
    }
    if (this.#readMs.size > 1000) this.#readMs.clear()
    this.#readMs.set(id, nowMs)
  }

  async #fetch(id: string): Promise<Record<string, unknown>> {
    const reply = await this.#door.egress.fetch({
      method: 'GET',
      url: id,
      headers: { accept: 'application/json' },
      timeoutMs: documentMs,
      responseBytesMax: documentBytesMax,
    })
    const document: Record<string, unknown> = reply.status === 200 ? parsed(reply.body) : {}
    if (document['client_id'] === id) return document
    throw new OAuthError('invalid_client', 'The document at the client_id does not name itself.')
  }

  /** Dynamic registration (RFC 7591): a public client, which may ask for conversation scopes only. */
  async register(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { outside, database } = this.#door
    reply.header('Cache-Control', 'no-store')
    const waitSeconds = this.#count(request.ip)
    if (waitSeconds !== undefined) {
      const error = new OAuthError('invalid_request', 'Too many registrations from this address.')
      return reply.status(429).header('Retry-After', String(waitSeconds)).send(error.body)
    }
    try {
      const metadata = readMetadata(parsed(request.rawBody.toString('utf8')))
      const id = outside.ids.uuid()
      await keepClient(database, { id, metadata }, outside)
      return reply.status(201).send({
        client_id: id,
        client_id_issued_at: Math.floor(outside.clock.now() / 1000),
        client_name: metadata.name,
        redirect_uris: metadata.redirectUris,
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        token_endpoint_auth_method: 'none',
        scope: selfRegisteredScopes.join(' '),
      })
    } catch (error) {
      if (error instanceof OAuthError) return reply.status(400).send(error.body)
      throw error
    }
  }

  #count(address: string): number | undefined {
    const nowMs = this.#door.outside.clock.now()
    const known = this.#registrations.get(address)
    if (known === undefined || known.untilMs <= nowMs) {
      if (this.#registrations.size > 10_000) this.#registrations.clear()
      this.#registrations.set(address, { count: 1, untilMs: nowMs + hourMs })
      return undefined
    }
    if (known.count >= registrationsMax) return Math.ceil((known.untilMs - nowMs) / 1000)
    known.count += 1
    return undefined
  }
}

/** Serves the registration of clients. */
export function addRegistration(app: FastifyInstance, clients: UnknownClients): void {
  app.post('/oauth/register', (request, reply) => clients.register(request, reply))
}

function isDocumentId(id: string): boolean {
  if (!id.startsWith('https://') || id.length > 500 || !URL.canParse(id)) return false
  const { pathname, hash, username } = new URL(id)
  return pathname !== '/' && hash === '' && username === ''
}

function parsed(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    return Object.fromEntries(Object.entries(Object(value)))
  } catch {
    return {} // an empty document lacks everything, and is told so
  }
}
