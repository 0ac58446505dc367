import type { FastifyRequest } from 'fastify'
import { principalOfApiKey } from '../api/nexus/api-key.ts'
import { covers } from '../api/oauth/audience.ts'
import { AppError } from '../errors.ts'
import type { Principal } from '../principal.ts'
import type { Database } from '../store/store.ts'
import type { Authenticator } from '../tokens.ts'

/**
 * Finds out who is calling an operation: by API key and contact center on Digital Channels, otherwise by bearer token,
 * which Digital Channels takes too where no key is sent. At once for a token that is known; throws and rejects alike.
 */
export function callerOf(
  request: FastifyRequest,
  by: { readonly authenticator: Authenticator; readonly database: Database },
): Principal | Promise<Principal> {
  const { headers, url } = request
  const apiKey = singleHeader(headers['x-api-key'])
  const isNexus = url.startsWith('/nexus/')
  if (isNexus && (apiKey !== undefined || headers.authorization === undefined)) {
    return principalOfApiKey(by.database, { apiKey, ccid: singleHeader(headers['x-ccid']) })
  }
  const principal = by.authenticator.principalOf(headers.authorization)
  return principal instanceof Promise
    ? principal.then((read) => withAudience(read, url))
    : withAudience(principal, url)
}

/** A token that a client asked for with a `resource` is good there only, and so at none of the other doors. */
function withAudience(principal: Principal, url: string): Principal {
  const { audience } = principal
  if (audience === undefined) return principal
  const path = url.split('?')[0]?.replace(/\/+$/, '') ?? ''
  if (covers(audience, path)) return principal
  throw new AppError(
    'bad.credentials',
    'The token was given for {audience} only: log in for the address that you call.',
    { params: { audience } },
  )
}

/** A header's value; the last where it came more than once. */
export function singleHeader(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.at(-1) : value
}
