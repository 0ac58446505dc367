import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addLoopback, type TestHouse, testHouse } from '../../simulator/test-house.ts'
import type { RawInput } from '../operation.ts'
import { signalboxOperations } from './index.ts'

/** Calls an operation by its id and reads the reply as a caller would. */
async function call(house: TestHouse, id: string, input: RawInput = {}) {
  const operation = signalboxOperations.find((one) => one.id === id)
  assert.ok(operation, id)
  const reply = (await house.call(operation, input)) ?? {}
  const read: Record<string, unknown> = JSON.parse(JSON.stringify(reply))
  return read
}

const connection = {
  name: 'Org',
  connector: 'genesys-cloud',
  settings: {
    baseUrl: 'https://api.example',
    loginUrl: 'https://login.example',
    clientId: 'client',
    clientSecret: 'planted',
  },
}

/** What the desk does with an agent's own conversations asks for no more than the vendor's operations beside it. */
const forEveryAgent = [
  'signalboxResendMessage',
  'signalboxGetDesk',
  'signalboxGetDeskConversation',
  'signalboxListConversationMessages',
]

test('every operation has an id, a path and a permission of our own, and none twice', () => {
  for (const { id, path, permission } of signalboxOperations) {
    assert.match(id, /^signalbox[A-Z]/)
    assert.match(path, /^\/api\/signalbox\//)
    if (forEveryAgent.includes(id)) continue
    assert.match(String(permission), /^signalbox:[a-z]+:(view|edit)$/)
  }
  const routes = signalboxOperations.map(({ method, path }) => `${method} ${path}`)
  assert.equal(new Set(routes).size, routes.length)
  assert.equal(new Set(signalboxOperations.map(({ id }) => id)).size, signalboxOperations.length)
})

test('keeps a secret that is left out or sent masked, changes one that is sent, and takes none away that is needed', async (t) => {
  const house = await testHouse(t)
  const account = await call(house, 'signalboxCreateAccount', { body: connection })
  const path = { id: String(account['id']) }
  assert.deepEqual(account['secretsSet'], ['clientSecret'])
  assert.equal(Object(account['settings']).clientSecret, '***')
  const kept = async () => (await house.store.records.get('account', path.id))?.secrets
  const { clientSecret: _, ...rest } = connection.settings
  await call(house, 'signalboxUpdateAccount', { path, body: { settings: rest } })
  await call(house, 'signalboxUpdateAccount', {
    path,
    body: { settings: { ...rest, clientSecret: '***' } },
  })
  assert.deepEqual(await kept(), { clientSecret: 'planted' })
  await call(house, 'signalboxUpdateAccount', {
    path,
    body: { settings: { ...rest, clientSecret: 'second' }, version: 3 },
  })
  assert.deepEqual(await kept(), { clientSecret: 'second' })
  await assert.rejects(
    call(house, 'signalboxUpdateAccount', {
      path,
      body: { settings: { ...rest, clientSecret: null } },
    }),
    { code: 'bad.request', message: /clientSecret is missing/ },
  )
  await assert.rejects(
    call(house, 'signalboxUpdateAccount', { path, body: { name: 'Late', version: 3 } }),
    { code: 'conflict', message: /Version 3 was changed, but the last is 4/ },
  )
})

test('checks settings against the schema of the connector and names the field', async (t) => {
  const house = await testHouse(t)
  const create = (connector: string, settings: object) =>
    call(house, 'signalboxCreateAccount', { body: { name: 'A', connector, settings } })
  await assert.rejects(create('loopback', { token: 'short' }), {
    details: [{ errorCode: 'bad.request', fieldName: 'settings.token' }],
  })
  await assert.rejects(create('loopback', { tokn: 'long enough' }), /has no setting tokn/)
  await assert.rejects(
    create('pigeon', {}),
    /There are: loopback, kaleyra, mgage, async, portico, kannel, twilio-form, genesys-cloud, smtp, async-email, capture, fax-loopback, fax-gateway\./,
  )
})

test('brings sender addresses into one form and refuses one that is taken', async (t) => {
  const house = await testHouse(t)
  await addLoopback(house)
  const create = (address: string, accountId = 'box') =>
    call(house, 'signalboxCreateSender', { body: { address, accountId } })
  const sender = await create('+1 (202) 555-0142')
  assert.equal(sender['address'], '+12025550142')
  const recipient = await house.store.records.get('recipient', String(sender['recipientId']))
  assert.equal(recipient?.messengerType, 'sms')
  await assert.rejects(create('12025550142'), { code: 'conflict', message: /is a sender already/ })
  await assert.rejects(create('not a sender at all'), { code: 'bad.request' })
  await assert.rejects(create('ACME', 'none'), {
    message: /accountId must be the id of an account/,
  })
  assert.equal((await create('ACME'))['address'], 'ACME')
  await assert.rejects(call(house, 'signalboxDeleteAccount', { path: { id: 'box' } }), {
    code: 'conflict',
    message: /still used by: .*ACME/,
  })
  await call(house, 'signalboxDeleteSender', { path: { id: String(sender['id']) } })
  assert.equal((await create('+12025550142'))['address'], '+12025550142')
})

test('joins an integration to an account by a relay, once, with a secret of more than 15 characters', async (t) => {
  const house = await testHouse(t)
  await addLoopback(house)
  const { id: connectionId } = await call(house, 'signalboxCreateAccount', { body: connection })
  const body = {
    name: 'Relay',
    connectionId,
    integrationId: 'integration-1',
    accountId: 'box',
    webhookSecret: 'sixteen letters!',
    senders: ['12025550142'],
    defaultSender: '24273',
  }
  const create = (change: object) =>
    call(house, 'signalboxCreateRelay', { body: { ...body, ...change } })
  await assert.rejects(create({ webhookSecret: 'fifteen letters' }), { code: 'bad.request' })
  await assert.rejects(create({ connectionId: 'box' }), /connectionId must be/)
  await assert.rejects(create({ accountId: connectionId }), /accountId must be/)
  const relay = await create({})
  assert.equal(relay['webhookUrl'], `http://127.0.0.1:1/relays/acme/${String(relay['id'])}`)
  assert.deepEqual(relay['senders'], ['+12025550142'])
  await assert.rejects(create({}), { code: 'conflict', message: /has a relay already: Relay/ })
  const path = { id: String(relay['id']) }
  const changed = await call(house, 'signalboxUpdateRelay', { path, body: { defaultSender: null } })
  assert.equal('defaultSender' in changed, false)
  const kept = await house.store.records.get('relay', path.id)
  assert.deepEqual(kept?.secrets, { webhookSecret: body.webhookSecret })
  const { entities } = await call(house, 'signalboxListConnections')
  assert.deepEqual(Object(entities)[0].id, connectionId)
})

test('describes each connector with its schema and how it is set up', async (t) => {
  const { entities } = await call(await testHouse(t), 'signalboxListConnectors')
  const loopback = Object(entities)[0]
  assert.equal(loopback.name, 'loopback')
  assert.deepEqual(loopback.secretNames, ['token'])
  assert.match(loopback.readme, /^# Loopback handset/)
})

test('says how deep the queue is, how old its oldest entry, and which node sends', async (t) => {
  const house = await testHouse(t)
  await addLoopback(house, { report: 'manual', delayMs: 0 })
  await house.store.deliveries.add(
    {
      id: 'delivery-1',
      accountId: 'box',
      kind: 'sms',
      lane: 'l',
      bucket: 1,
      priority: 0,
      state: 'queued',
      attempts: 0,
      acceptedMs: house.outside.clock.now() - 5000,
      dueMs: house.outside.clock.now() + 60_000,
      expiresMs: house.outside.clock.now() + 60_000,
      leaseEpoch: 0,
    },
    {},
  )
  await house.send()
  await house.database.renewLeases(['bucket:00'], 'node-1', 0, 1000)
  const status = await call(house, 'signalboxGetStatus')
  assert.deepEqual(status['nodeIds'], ['node-1'], 'however long ago it took its lease')
  const { byState, oldestUndelivered } = Object(status['deliveries'])
  assert.deepEqual(byState, { queued: 1 })
  assert.ok(oldestUndelivered.ageMs >= 5000)
})

test('waits for the next text on a handset, and gives up in time', async (t) => {
  const house = await testHouse(t)
  await addLoopback(house)
  const list = (waitMs: number) =>
    call(house, 'signalboxListHandsetMessages', { query: { waitMs, handset: '12025550101' } })
  assert.deepEqual(await list(100), { entities: [] })
  const waiting = list(5000)
  await call(house, 'signalboxSendHandsetMessage', {
    body: { from: '+12025550101', to: '+12025550155', text: 'Hello' },
  })
  assert.equal(Object((await waiting)['entities'])[0].text, 'Hello')
})

test('lets the carrier report only on texts that were sent to a handset', async (t) => {
  const house = await testHouse(t)
  await addLoopback(house)
  const { message } = await call(house, 'signalboxSendHandsetMessage', {
    body: { from: '+12025550101', to: '+12025550155', text: 'Hello' },
  })
  const report = (id: string) =>
    call(house, 'signalboxReportHandsetMessage', { path: { id }, body: { status: 'delivered' } })
  await assert.rejects(report(Object(message).id), { code: 'conflict' })
  await assert.rejects(report('none'), { code: 'not.found' })
})
