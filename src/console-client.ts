import { createHash } from 'node:crypto'
import { issueCode } from './api/oauth/code.ts'
import type { Outside } from './context.ts'
import type { FirstStart } from './first-start.ts'
import type { OAuthClient } from './store/records.ts'
import type { Database } from './store/store.ts'

/** The OAuth client that the console signs its users in as: public, with PKCE. */
export const consoleClientId = 'signalbox-console'

/** Seconds that a token of the console is worth; it is renewed by its refresh token while the console is open. */
const validSeconds = 3600

/**
 * Makes the console known to the first organization, with the addresses at which it may be opened: loopback ones, and
 * the server's public one.
 */
export async function ensureConsoleClient(
  database: Database,
  given: { readonly outside: Pick<Outside, 'clock'>; readonly publicUrl: string },
): Promise<void> {
  const [organizationId] = await database.organizationIds()
  if (organizationId === undefined) return
  const redirectUris = [
    'http://127.0.0.1/',
    'http://localhost/',
    'http://[::1]/',
    `${given.publicUrl}/`,
  ]
  await database.addToDirectory('oauth-client', consoleClientId, organizationId)
  await database.store(organizationId).transaction(async (store) => {
    const nowMs = given.outside.clock.now()
    const known = await store.records.get('oauthClient', consoleClientId)
    if (known === undefined) {
      return store.records.add('oauthClient', consoleClient(nowMs, redirectUris))
    }
    if (known.redirectUris.join() === redirectUris.join()) return
    await store.records.save('oauthClient', {
      ...known,
      redirectUris,
      version: known.version + 1,
      modifiedMs: nowMs,
    })
  })
}

function consoleClient(nowMs: number, redirectUris: readonly string[]): OAuthClient {
  return {
    id: consoleClientId,
    name: 'Console',
    description: 'The console of this server. Users sign in with PKCE.',
    version: 1,
    createdMs: nowMs,
    modifiedMs: nowMs,
    grantType: 'CODE',
    secretHash: '',
    redirectUris,
    scopes: [],
    permissions: [],
    tokenValiditySeconds: validSeconds,
    state: 'active',
  }
}

/**
 * Adds the link by which whoever started the server gets to the console without looking up a password: it signs one
 * person in, once and within five minutes. Code and proof stand behind the `#`, which browsers send to nobody.
 */
export async function withWelcome(
  first: FirstStart,
  given: {
    readonly database: Database
    readonly url: string
    readonly outside: Pick<Outside, 'clock' | 'ids'>
  },
): Promise<FirstStart> {
  const { database, outside, url } = given
  const store = database.store(first.organizationId)
  const client = await store.records.get('oauthClient', consoleClientId)
  if (client === undefined) throw new Error('The console has no OAuth client yet.')
  const verifier = outside.ids.secret(48)
  const codeChallenge = createHash('sha256').update(verifier).digest('base64url')
  const redirectUri = `${url}/`
  const request = { store, client, redirectUri, state: undefined, scopes: [], codeChallenge }
  const code = await issueCode(request, first.supervisorId, outside)
  const link = `${redirectUri}#${new URLSearchParams({ code, verifier }).toString()}`
  return {
    ...first,
    summary: [...first.summary, `Open the console (once, within five minutes): ${link}`],
  }
}
