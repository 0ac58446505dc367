import { hashOf, tokenText } from '../src/tokens.ts'
import type { House } from './house.ts'

/** The token of an OAuth client that may do nothing at all, or nothing but this. */
export async function newSecretlessClient(
  house: House,
  permissions: readonly string[] = [],
): Promise<string> {
  const organizationId = house.credentials.organization.id
  const store = house.running.database.store(organizationId)
  const nowMs = Date.now()
  await store.records.add('oauthClient', {
    id: 'powerless',
    name: 'A client without permissions',
    version: 1,
    createdMs: nowMs,
    modifiedMs: nowMs,
    grantType: 'CLIENT-CREDENTIALS',
    secretHash: '',
    redirectUris: [],
    scopes: [],
    permissions,
    tokenValiditySeconds: 3600,
    state: 'active',
  })
  const token = tokenText(organizationId, 'powerless')
  await store.tokens.add({
    hash: hashOf(token),
    kind: 'access',
    clientId: 'powerless',
    scopes: [],
    expiresMs: nowMs + 3_600_000,
  })
  return token
}

/** The token of a supervisor that is limited to these scopes, as an app's that asked for no more. */
export async function newLimitedToken(house: House, scopes: readonly string[]): Promise<string> {
  const { organization, users, publicClient } = house.credentials
  const token = tokenText(organization.id, `limited-to-${scopes.join('-')}`)
  await house.running.database.store(organization.id).tokens.add({
    hash: hashOf(token),
    kind: 'access',
    clientId: publicClient.id,
    userId: users[2]?.id ?? '',
    scopes,
    expiresMs: Date.now() + 3_600_000,
  })
  return token
}
