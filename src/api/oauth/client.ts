import { timingSafeEqual } from 'node:crypto'
import type { OAuthClient } from '../../store/records.ts'
import type { Database, Store } from '../../store/store.ts'
import { hashOf } from '../../tokens.ts'
import { OAuthError } from './oauth-error.ts'

/** A client together with the store of its organization. */
export interface FoundClient {
  readonly store: Store
  readonly client: OAuthClient
}

/** How a client names itself at the token endpoint. */
export interface ClientCredentials {
  readonly id: string
  readonly secret?: string
}

/** The active client of that id, of whichever organization. */
export async function findClient(database: Database, id: string): Promise<FoundClient | undefined> {
  const organizationId = await database.organizationOf('oauth-client', id)
  if (organizationId === undefined) return undefined
  const store = database.store(organizationId)
  const client = await store.records.get('oauthClient', id)
  return client?.state === 'active' ? { store, client } : undefined
}

/** Whether a client has no secret, such as one in a browser or on a desk: it must use PKCE. */
export function isPublic(client: OAuthClient): boolean {
  return client.secretHash === ''
}

/** The client that proves itself; `invalid_client` with the vendor's words otherwise, whatever the reason. */
export async function authenticateClient(
  database: Database,
  credentials: ClientCredentials,
): Promise<FoundClient> {
  const found = await findClient(database, credentials.id)
  if (found !== undefined && proves(found.client, credentials.secret)) return found
  throw new OAuthError('invalid_client', 'authentication failed')
}

function proves(client: OAuthClient, secret: string | undefined): boolean {
  if (isPublic(client)) return secret === undefined || secret === ''
  const given = Buffer.from(hashOf(secret ?? ''))
  const kept = Buffer.from(client.secretHash)
  return given.length === kept.length && timingSafeEqual(given, kept)
}
