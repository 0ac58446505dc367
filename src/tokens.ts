import { createHash } from 'node:crypto'
import { AppError } from './errors.ts'
import type { Principal } from './principal.ts'
import { permissionsOf } from './roles.ts'
import type { Database, TokenRow } from './store/store.ts'

/** A token carries its organization in front of its secret part, so that it can be looked up where it belongs. */
export function tokenText(organizationId: string, secret: string): string {
  return `${Buffer.from(organizationId).toString('base64url')}.${secret}`
}

/** The form in which tokens, codes and client secrets are kept: sha256 in base64url. They are random, so no salt is needed. */
export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url')
}

/** The organization that a token says it belongs to; undefined for a text that is no token of ours. */
export function organizationIdOf(token: string): string | undefined {
  const [head, secret] = token.split('.')
  if (head === undefined || secret === undefined || secret === '') return undefined
  const id = Buffer.from(head, 'base64url').toString()
  return id === '' ? undefined : id
}

interface Known {
  readonly principal: Principal
  readonly untilMs: number
}

/** How long a token is believed without asking the store again; also how long a deleted one lives on another node. */
const believeMs = 5000
const knownMax = 10_000

/** Finds out who is calling, from the bearer token, with a short memory. */
export class Authenticator {
  readonly #database: Database
  readonly #now: () => number
  readonly #known = new Map<string, Known>()
  /** Hashes of headers seen lately: the same caller comes with the same one every time. */
  readonly #hashes = new Map<string, string>()

  constructor(database: Database, now: () => number) {
    this.#database = database
    this.#now = now
  }

  /** The caller behind an Authorization header, at once while known; else rejects as `#ask` says. */
  principalOf(authorization: string | undefined): Principal | Promise<Principal> {
    const now = this.#now()
    const seen = this.#known.get(this.#hashes.get(authorization ?? '') ?? '')
    if (seen !== undefined && seen.untilMs > now) return seen.principal
    return this.#ask(authorization, now)
  }

  /** Asks the store; `authentication.required` or `bad.credentials` where it has no such caller. */
  async #ask(authorization: string | undefined, now: number): Promise<Principal> {
    const token =
      authorization === undefined ? undefined : /^bearer +(\S+)$/i.exec(authorization.trim())?.[1]
    if (authorization === undefined || token === undefined) {
      throw new AppError(
        'authentication.required',
        'No authentication bearer token was specified in the Authorization header: get one from POST /oauth/token.',
      )
    }
    const hash = hashOf(token)
    this.#known.delete(hash)
    const principal = await this.#read(token, hash, now)
    if (this.#known.size >= knownMax) this.#known.clear()
    if (this.#hashes.size >= knownMax) this.#hashes.clear()
    this.#hashes.set(authorization, hash)
    this.#known.set(hash, {
      principal,
      untilMs: Math.min(now + believeMs, principal.tokenExpiresMs),
    })
    return principal
  }

  /** Forgets a token that was deleted here. */
  forget(hash: string): void {
    this.#known.delete(hash)
  }

  async #read(token: string, hash: string, now: number): Promise<Principal> {
    const organizationId = organizationIdOf(token)
    const row =
      organizationId === undefined
        ? undefined
        : await this.#database.store(organizationId).tokens.get(hash)
    if (
      organizationId === undefined ||
      row === undefined ||
      row.kind !== 'access' ||
      row.expiresMs <= now
    ) {
      throw new AppError(
        'bad.credentials',
        'Invalid login credentials: the token is unknown or has expired. Log in again.',
      )
    }
    const audience = row.body?.['audience']
    return {
      organizationId,
      clientId: row.clientId,
      ...(row.userId === undefined ? {} : { userId: row.userId }),
      permissions: await this.#permissions(organizationId, row),
      scopes: row.scopes,
      tokenHash: hash,
      tokenExpiresMs: row.expiresMs,
      ...(typeof audience === 'string' ? { audience } : {}),
    }
  }

  async #permissions(organizationId: string, row: TokenRow): Promise<readonly string[]> {
    const { records } = this.#database.store(organizationId)
    if (row.userId !== undefined) {
      const user = await records.get('user', row.userId)
      if (user?.state === 'active') return permissionsOf(this.#database.store(organizationId), user)
    } else {
      const client = await records.get('oauthClient', row.clientId)
      if (client?.state === 'active') {
        return permissionsOf(this.#database.store(organizationId), client)
      }
    }
    throw new AppError('bad.credentials', 'The user or client of this token is no longer active.')
  }
}
