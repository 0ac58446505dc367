import type { OAuthClient } from '../../store/records.ts'
import type { Database, Store } from '../../store/store.ts'
import { audienceOf, type Resources } from './audience.ts'
import { findClient, isPublic } from './client.ts'
import { OAuthError } from './oauth-error.ts'

/** What a browser brings to `GET /oauth/authorize`, and the login form brings back. */
export interface AuthorizationParams {
  readonly response_type?: string
  readonly client_id?: string
  readonly redirect_uri?: string
  readonly scope?: string
  readonly state?: string
  readonly code_challenge?: string
  readonly code_challenge_method?: string
  readonly resource?: string
}

/** Where the browser may be sent back to: known before anything else is judged. */
export interface ReturnAddress {
  readonly store: Store
  readonly client: OAuthClient
  readonly redirectUri: string
  readonly state: string | undefined
}

/** A request that a user can be asked to log in for. */
export interface AuthorizationRequest extends ReturnAddress {
  readonly scopes: readonly string[]
  readonly codeChallenge: string | undefined
  /** The path that the token is to be bound to. */
  readonly audience?: string | undefined
}

/**
 * The client and the address to return to. Throws `OAuthError` that must be shown and not redirected: an address
 * that is not registered may belong to anybody.
 */
export async function returnAddress(
  database: Database,
  params: AuthorizationParams,
): Promise<ReturnAddress> {
  const found =
    params.client_id === undefined ? undefined : await findClient(database, params.client_id)
  if (found === undefined) {
    throw new OAuthError('invalid_client', 'There is no active client with this client_id.')
  }
  const { redirect_uri: redirectUri } = params
  if (redirectUri === undefined || !isRegistered(redirectUri, found.client.redirectUris)) {
    throw new OAuthError(
      'invalid_request',
      'The redirect_uri is not one that is registered with this client.',
    )
  }
  return { ...found, redirectUri, state: params.state }
}

/** The rest of the request. Throws `OAuthError` that is told to the client at its return address. */
export function authorizationRequest(
  address: ReturnAddress,
  params: AuthorizationParams,
  resources: Resources,
): AuthorizationRequest {
  const { client } = address
  if (params.response_type !== 'code') {
    throw new OAuthError('unsupported_response_type', 'The response_type must be code.')
  }
  if (client.grantType !== 'CODE') {
    throw new OAuthError(
      'unauthorized_client',
      'This client is not registered for the authorization code grant.',
    )
  }
  const audience = audienceOf(params.resource, resources)
  return {
    ...address,
    scopes: scopesOf(params, client),
    codeChallenge: challengeOf(params, !isPublic(client) && audience === undefined),
    audience,
  }
}

/** Clients with a secret may do without, as the vendor lets them; at the tools of agents nobody may. */
function challengeOf(params: AuthorizationParams, mayLack: boolean): string | undefined {
  const { code_challenge: challenge, code_challenge_method: method } = params
  if (challenge === undefined) {
    if (mayLack) return undefined
    throw new OAuthError(
      'invalid_request',
      'A client without a secret, and one that names a resource, must send a code_challenge.',
    )
  }
  if (method !== 'S256' || !/^[\w-]{43}$/.test(challenge)) {
    throw new OAuthError(
      'invalid_request',
      'The code_challenge must be the base64url of a SHA-256, with code_challenge_method S256.',
    )
  }
  return challenge
}

/** What is asked for, which must lie within what the client may have; everything that it may have when nothing is. */
function scopesOf(params: AuthorizationParams, client: OAuthClient): readonly string[] {
  const asked = (params.scope ?? '').split(/[ ,]+/).filter((scope) => scope !== '')
  if (asked.length === 0) return client.scopes
  const beyond = asked.find((scope) => client.scopes.length > 0 && !client.scopes.includes(scope))
  if (beyond !== undefined) {
    throw new OAuthError('invalid_scope', 'The client may not ask for one of these scopes.')
  }
  return asked
}

/**
 * Whether an address is registered: exactly, but for the port of a loopback address, which a program on the desk
 * cannot choose beforehand (RFC 8252, section 7.3).
 */
export function isRegistered(uri: string, registered: readonly string[]): boolean {
  if (registered.includes(uri)) return URL.canParse(uri)
  const own = loopbackWithoutPort(uri)
  return own !== undefined && registered.some((one) => loopbackWithoutPort(one) === own)
}

/** Taken apart by its text and not as a URL: anything unusual in front of the path must not match. */
function loopbackWithoutPort(uri: string): string | undefined {
  const parts = /^(http:\/\/(?:127\.0\.0\.1|\[::1\]|localhost))(?::\d{1,5})?(\/[^#\\\s]*)?$/.exec(
    uri,
  )
  return parts === null || !URL.canParse(uri) ? undefined : `${parts[1]}${parts[2] ?? '/'}`
}
