import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { TestContext } from 'node:test'
import fastify, { type FastifyInstance } from 'fastify'
import { Compile } from 'typebox/compile'
import { noRunner } from '../actions/test-runner.ts'
import { issueToken } from '../api/oauth/issue-token.ts'
import type { AnyOperation } from '../api/operation.ts'
import type { Clock } from '../clock.ts'
import type { Outside } from '../context.ts'
import { createIds } from '../ids.ts'
import type { Log } from '../log.ts'
import type { Messaging } from '../messaging/messaging.ts'
import { RequestLog } from '../request-log.ts'
import type { OAuthClient, User } from '../store/records.ts'
import { openSqlite } from '../store/sqlite.ts'
import type { Database, Store } from '../store/store.ts'
import { Authenticator, hashOf } from '../tokens.ts'
import { openVault } from '../vault.ts'
import { addOAuth } from './oauth.ts'
import { addOperations } from './routes.ts'
import { sendError } from './server.ts'

/** A clock that a test moves by hand; its timers never fire by themselves. */
export interface TestClock extends Clock {
  nowMs: number
}

/** A server over a real store in a temporary folder, with one organization and no socket. */
export interface TestServer {
  readonly app: FastifyInstance
  readonly database: Database
  readonly store: Store
  readonly clock: TestClock
  readonly outside: Outside
  /** A bearer header for a caller with these permissions: a user where an id is given, a client otherwise. */
  bearer(permissions: readonly string[], userId?: string): Promise<{ authorization: string }>
}

const silent: Log = { debug() {}, info() {}, warn() {}, error: console.error }

/** The organization of every test server. */
export const organizationId = '0190a000-0000-7000-8000-000000000001'

/** Serves the operations and the login side to `app.inject`; everything is gone after the test. */
export async function startTestServer(
  context: TestContext,
  operations: readonly AnyOperation[] = [],
): Promise<TestServer> {
  const folder = await mkdtemp(path.join(tmpdir(), 'signalbox-'))
  const database = await openSqlite({
    file: path.join(folder, 'test.db'),
    vault: openVault(Buffer.alloc(32, 7)),
    durability: 'process',
  })
  const clock: TestClock = {
    nowMs: 1_790_000_000_000,
    now: () => clock.nowMs,
    after: () => () => {},
  }
  const outside: Outside = { clock, ids: createIds(clock.now), chance: () => 0.5 }
  const messaging: Messaging = { outside, connectors: new Map() }
  const app = bareHttp(outside)
  const publicUrl = 'http://127.0.0.1:3000'
  addOAuth(app, { database, outside, names: () => ({ publicUrl, hosts: [] }) })
  const authenticator = new Authenticator(database, clock.now)
  addOperations(app, operations.map(keepingItsWord), async (request) => {
    const principal = await authenticator.principalOf(request.headers.authorization)
    const store = database.store(principal.organizationId)
    const contextId = request.id
    return {
      requests: new RequestLog(),
      principal,
      store,
      database,
      messaging,
      actions: noRunner,
      outside,
      log: silent,
      contextId,
      publicUrl,
      admit: async () => {},
      forgetToken: (hash: string) => authenticator.forget(hash),
    }
  })
  context.after(async () => {
    await app.close()
    await database.close()
    await rm(folder, { recursive: true })
  })
  await database.addOrganization(organizationId)
  const store = database.store(organizationId)
  await store.records.add('organization', {
    ...base(organizationId, 'Test organization'),
    defaultCountry: 'US',
  })
  const bearer = async (permissions: readonly string[], userId?: string) => {
    const client = aClient({ id: outside.ids.uuid(), permissions })
    await addClient({ database, store }, client)
    if (userId !== undefined) await store.records.add('user', aUser({ id: userId, permissions }))
    const scopes: readonly string[] = []
    const subject = { client, scopes, ...(userId === undefined ? {} : { userId }) }
    const { accessToken } = await issueToken(store, subject, outside)
    return { authorization: `Bearer ${accessToken}` }
  }
  return { app, database, store, clock, outside, bearer }
}

/** The operation, failing the test when what it answers does not fit the schema that it declares. */
function keepingItsWord(operation: AnyOperation): AnyOperation {
  const { schema } = operation.reply
  const validator = schema === undefined ? undefined : Compile(schema)
  return {
    ...operation,
    async handle(input, context) {
      const reply: unknown = await operation.handle(input, context)
      const sent: unknown = reply === undefined ? undefined : JSON.parse(JSON.stringify(reply))
      assert.equal(sent === undefined, validator === undefined, operation.id)
      assert.deepEqual([...(validator?.Errors(sent) ?? [])], [], operation.id)
      return reply
    },
  }
}

/** As little HTTP as the routes need: raw bodies, and failures in the vendor's error body. */
function bareHttp(outside: Outside): FastifyInstance {
  const app = fastify({ genReqId: outside.ids.uuid })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (request, body, done) => {
    request.rawBody = Buffer.from(body)
    done(null, undefined)
  })
  app.addHook('onRequest', async (request) => {
    request.rawBody = Buffer.alloc(0)
  })
  app.setErrorHandler((error, request, reply) => sendError(request, reply, { error, log: silent }))
  return app
}

/** The members that every record has, in its first version. */
export function base(id: string, name: string) {
  return { id, name, version: 1, createdMs: 1_790_000_000_000, modifiedMs: 1_790_000_000_000 }
}

/** A client-credentials client whose secret is `secret`, but for what is given. */
export function aClient(given: Partial<OAuthClient>): OAuthClient {
  return {
    ...base('client', 'Test client'),
    grantType: 'CLIENT-CREDENTIALS',
    secretHash: hashOf('secret'),
    redirectUris: [],
    scopes: [],
    permissions: [],
    tokenValiditySeconds: 86_400,
    state: 'active',
    ...given,
  }
}

/** An active user without a password, but for what is given. */
export function aUser(given: Partial<User> & { readonly id: string }): User {
  return {
    ...base(given.id, `User ${given.id}`),
    email: `${given.id}@test.example`,
    state: 'active',
    permissions: [],
    ...given,
  }
}

/** Adds a client and its entry in the directory. */
export async function addClient(
  to: Pick<TestServer, 'database' | 'store'>,
  client: OAuthClient,
): Promise<void> {
  await to.store.records.add('oauthClient', client)
  await to.database.addToDirectory('oauth-client', client.id, organizationId)
}
