import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { grantToken } from './api/oauth/grant-token.ts'
import { systemClock } from './clock.ts'
import { type FirstStartGround, firstStart } from './first-start.ts'
import { createIds } from './ids.ts'
import { isPassword } from './passwords.ts'
import { openSqlite } from './store/sqlite.ts'
import type { Database, Store } from './store/store.ts'
import { Authenticator } from './tokens.ts'
import { openVault } from './vault.ts'

async function start(context: TestContext) {
  const dataDir = mkdtempSync(join(tmpdir(), 'signalbox-first-'))
  const database = await openSqlite({
    file: join(dataDir, 'test.db'),
    vault: openVault(Buffer.alloc(32, 3)),
    durability: 'process',
  })
  context.after(async () => {
    await database.close()
    rmSync(dataDir, { recursive: true })
  })
  const outside = { clock: systemClock, ids: createIds(() => Date.now()) }
  const given: FirstStartGround = { outside, dataDir, ownUrl: 'http://127.0.0.1:8080' }
  const file = join(dataDir, 'credentials.json')
  const read = () => JSON.parse(readFileSync(file, 'utf8'))
  return { database, given, file, read }
}

/** The database whose records cannot be written: what a crash before the commit looks like afterwards. */
function failing(database: Database): Database {
  const store = (id: string): Store => {
    const whole = database.store(id)
    return {
      ...whole,
      records: whole.records,
      organizationId: id,
      transaction: () => Promise.reject(new Error('The power went out.')),
    }
  }
  return { ...database, store }
}

test('an empty database gets an organization that can be logged in to', async (context) => {
  const { database, given, file, read } = await start(context)
  const first = await firstStart(database, given)
  assert.ok(first)
  assert.equal(first.credentialsFile, file)
  assert.equal(statSync(file).mode & 0o777, 0o600)
  const { client, users } = read()
  const form = {
    grant_type: 'client_credentials',
    client_id: client.id,
    client_secret: client.secret,
  }
  const token = await grantToken(
    database,
    { form, authorization: undefined, resources: { baseUrls: [], paths: [] } },
    given.outside,
  )
  const authenticator = new Authenticator(database, () => Date.now())
  const principal = await authenticator.principalOf(`Bearer ${token.accessToken}`)
  assert.equal(principal.organizationId, first.organizationId)
  const { records, agents } = database.store(first.organizationId)
  assert.equal(users.length, 3)
  for (const { id, email, password } of users) {
    const user = await records.byKey('user', email)
    assert.equal(user?.id, id)
    assert.equal(await isPassword(password, user?.passwordHash), true)
    assert.equal(await database.organizationOf('user-email', email), first.organizationId)
    assert.equal((await agents.get(id))?.routingStatus, 'OFF_QUEUE')
  }
})

test('the parts of the demo lead to each other', async (context) => {
  const { database, given, read } = await start(context)
  const first = await firstStart(database, given)
  const { records } = database.store(first?.organizationId ?? '')
  const made = read()
  const relay = await records.byKey('relay', made.integration.id)
  assert.ok(relay)
  const integration = await records.get('openIntegration', relay.integrationId)
  const path = `/relays/${first?.organizationId}/${relay.id}`
  assert.equal(integration?.webhookUrl, `http://127.0.0.1:8080${path}`)
  assert.equal(integration?.allowPrivateNetwork, true)
  assert.equal(integration?.secrets?.['token'], made.integration.webhookSecret)
  assert.equal(relay.secrets?.['webhookSecret'], made.integration.webhookSecret)
  const connection = await records.get('account', relay.connectionId)
  assert.deepEqual(connection?.settings, {
    baseUrl: 'self',
    loginUrl: 'self',
    clientId: made.client.id,
  })
  assert.equal(connection?.secrets?.['clientSecret'], made.client.secret)
  assert.equal((await records.get('account', relay.accountId))?.connector, 'loopback')
  const sender = await records.byKey('sender', made.sender.address)
  assert.equal(sender?.accountId, relay.accountId)
  for (const id of [relay.integrationId, sender?.recipientId ?? '']) {
    assert.equal((await records.get('recipient', id))?.queueId, made.queue.id)
  }
  const queue = await records.get('queue', made.queue.id)
  assert.equal(queue?.members.length, 3)
  assert.ok(queue?.members.every(({ joined }) => joined))
  assert.ok(await records.get('wrapupCode', queue?.wrapupCodeIds[0] ?? ''))
})

test('what is printed tells no secret', async (context) => {
  const { database, given, read } = await start(context)
  const printed = JSON.stringify(await firstStart(database, given))
  const { client, users, integration, account } = read()
  const secrets = [client.secret, integration.webhookSecret, account.token]
  for (const { password } of users) secrets.push(password)
  assert.equal(secrets.length, 6)
  for (const secret of secrets) assert.equal(printed.includes(secret), false)
})

test('a later start changes nothing', async (context) => {
  const { database, given, file } = await start(context)
  const first = await firstStart(database, given)
  const before = readFileSync(file, 'utf8')
  assert.equal(await firstStart(database, given), undefined)
  assert.equal(readFileSync(file, 'utf8'), before)
  assert.deepEqual(await database.organizationIds(), [first?.organizationId])
})

test('after a crash before the records were saved, the next start makes the organization', async (context) => {
  const { database, given, file, read } = await start(context)
  await assert.rejects(firstStart(failing(database), given), /power/)
  assert.equal(existsSync(file), false)
  const first = await firstStart(database, given)
  assert.deepEqual(await database.organizationIds(), [first?.organizationId])
  assert.equal(read().organization.id, first?.organizationId)
})

test('after a crash before the file had its name, the next start names it', async (context) => {
  const { database, given, file } = await start(context)
  await firstStart(database, given)
  renameSync(file, `${file}.draft`)
  assert.equal(await firstStart(database, given), undefined)
  assert.equal(existsSync(file), true)
  assert.equal(existsSync(`${file}.draft`), false)
})

test('of two nodes that start at once one makes the organization', async (context) => {
  const { database, given } = await start(context)
  const both = await Promise.all([firstStart(database, given), firstStart(database, given)])
  assert.equal(both.filter((first) => first !== undefined).length, 1)
  assert.equal((await database.organizationIds()).length, 1)
})
