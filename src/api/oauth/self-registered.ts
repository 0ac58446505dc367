import type { Outside } from '../../context.ts'
import type { OAuthClient } from '../../store/records.ts'
import type { Database } from '../../store/store.ts'
import { OAuthError } from './oauth-error.ts'

/** What a client says of itself, whoever it is (RFC 7591, section 2, as far as it matters here). */
export interface ClientMetadata {
  readonly name: string
  readonly redirectUris: readonly string[]
}

/** Scopes that a client nobody here knows can ever be given. */
export const selfRegisteredScopes = ['conversations', 'conversations:readonly'] as const

const redirectUrisMax = 10
const nameCharactersMax = 100
const tokenValiditySeconds = 3600

/** Reads what a client says of itself. `invalid_client_metadata` and `invalid_redirect_uri` name what is wrong. */
export function readMetadata(document: Readonly<Record<string, unknown>>): ClientMetadata {
  const uris: unknown = document['redirect_uris']
  if (!Array.isArray(uris) || uris.length === 0 || uris.length > redirectUrisMax) {
    throw new OAuthError(
      'invalid_redirect_uri',
      `redirect_uris must be a list of 1 to ${redirectUrisMax} addresses.`,
    )
  }
  const redirectUris = uris.map(String)
  const bad = redirectUris.find((uri) => !isReturnAddress(uri))
  if (bad !== undefined) {
    throw new OAuthError(
      'invalid_redirect_uri',
      'Each redirect_uri must be https, http on a loopback address, or a scheme of the app’s own, without a fragment.',
    )
  }
  const method = document['token_endpoint_auth_method'] ?? 'none'
  if (method !== 'none') {
    throw new OAuthError(
      'invalid_client_metadata',
      'Only public clients can register themselves: token_endpoint_auth_method must be none.',
    )
  }
  const name = document['client_name']
  const host = hostOf(redirectUris[0] ?? '')
  return {
    name: `${typeof name === 'string' && name !== '' ? name.slice(0, nameCharactersMax) : 'An app'} (returns to ${host})`,
    redirectUris,
  }
}

/** Keeps such a client in the one organization that there is, or renews what is known of it. */
export async function keepClient(
  database: Database,
  given: { readonly id: string; readonly metadata: ClientMetadata },
  { clock }: Pick<Outside, 'clock'>,
): Promise<void> {
  const [organizationId, ...others] = await database.organizationIds()
  if (organizationId === undefined || others.length > 0) {
    throw new OAuthError(
      'invalid_request',
      'Clients can register themselves only where the server has one organization.',
    )
  }
  const { id, metadata } = given
  await database.addToDirectory('oauth-client', id, organizationId)
  await database.store(organizationId).transaction(async (store) => {
    const known = await store.records.get('oauthClient', id)
    if (known !== undefined && isSame(known, metadata)) return
    const nowMs = clock.now()
    const client: OAuthClient = {
      id,
      name: metadata.name,
      version: (known?.version ?? 0) + 1,
      createdMs: known?.createdMs ?? nowMs,
      modifiedMs: nowMs,
      description: 'Registered itself.',
      grantType: 'CODE',
      secretHash: '',
      redirectUris: metadata.redirectUris,
      scopes: selfRegisteredScopes,
      permissions: [],
      tokenValiditySeconds,
      state: known?.state ?? 'active',
    }
    if (known === undefined) await store.records.add('oauthClient', client)
    else await store.records.save('oauthClient', client)
  })
}

function isSame(known: OAuthClient, metadata: ClientMetadata): boolean {
  return (
    known.name === metadata.name && known.redirectUris.join(' ') === metadata.redirectUris.join(' ')
  )
}

const forbiddenSchemes = [
  'javascript:',
  'data:',
  'file:',
  'blob:',
  'about:',
  'vbscript:',
  'ws:',
  'wss:',
  'ftp:',
]

function isReturnAddress(uri: string): boolean {
  if (!URL.canParse(uri) || uri.length > 500) return false
  const { protocol, hostname, hash, username } = new URL(uri)
  if (hash !== '' || username !== '' || forbiddenSchemes.includes(protocol)) return false
  return protocol !== 'http:' || ['localhost', '127.0.0.1', '[::1]'].includes(hostname)
}

function hostOf(uri: string): string {
  const { host, protocol } = new URL(uri)
  return host === '' ? protocol : host
}
