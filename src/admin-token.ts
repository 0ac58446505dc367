import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Outside } from './context.ts'
import { commandLineClientId } from './principal.ts'
import type { Database, Store } from './store/store.ts'
import { hashOf, tokenText } from './tokens.ts'

/** What the command line finds in the data folder: where the server is, and a token that may do everything. */
export interface AdminFile {
  readonly url: string
  readonly token: string
}

const validMs = 366 * 24 * 3_600_000

/** Where the command line looks for its token. */
export function adminFile(dataDir: string): string {
  return join(dataDir, 'admin.json')
}

/**
 * Gives the command line of this machine a token, in a file that only its owner can read. Each start makes a new one
 * and ends the one before.
 */
export async function ensureAdminToken(
  database: Database,
  given: { readonly outside: Outside; readonly dataDir: string; readonly url: string },
): Promise<void> {
  const [organizationId] = await database.organizationIds()
  if (organizationId === undefined) return
  const { outside } = given
  const file = adminFile(given.dataDir)
  const token = tokenText(organizationId, outside.ids.secret(32))
  const before = tokenIn(file)
  await database.store(organizationId).transaction(async (store) => {
    await ensureClient(store, outside)
    if (before !== undefined) await store.tokens.take(hashOf(before))
    await store.tokens.add({
      hash: hashOf(token),
      kind: 'access',
      clientId: commandLineClientId,
      scopes: [],
      expiresMs: outside.clock.now() + validMs,
    })
  })
  const content: AdminFile = { url: given.url, token }
  writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 })
  chmodSync(file, 0o600)
}

async function ensureClient(store: Store, { clock, ids }: Outside): Promise<void> {
  if ((await store.records.get('oauthClient', commandLineClientId)) !== undefined) return
  const nowMs = clock.now()
  await store.records.add('oauthClient', {
    id: commandLineClientId,
    name: 'Command line',
    version: 1,
    createdMs: nowMs,
    modifiedMs: nowMs,
    grantType: 'CLIENT-CREDENTIALS',
    secretHash: hashOf(ids.secret(32)),
    redirectUris: [],
    scopes: [],
    permissions: ['*'],
    tokenValiditySeconds: 86_400,
    state: 'active',
  })
}

function tokenIn(file: string): string | undefined {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    return undefined // the first start
  }
  const content: unknown = JSON.parse(text)
  return typeof content === 'object' && content !== null && 'token' in content
    ? String(content.token)
    : undefined
}
