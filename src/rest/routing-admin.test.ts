import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { routingOperations } from '../api/routing/index.ts'
import { enqueue, open } from '../domain/conversation-flow.ts'
import { saveStep, setRouting } from '../messaging/step.ts'
import { aUser, base, startTestServer, type TestServer } from './test-server.ts'

const queues = '/api/v2/routing/queues'
const recipients = '/api/v2/routing/message/recipients'
const codes = '/api/v2/routing/wrapupcodes'

async function start(context: TestContext, permissions: readonly string[] = ['routing:*']) {
  const server = await startTestServer(context, routingOperations)
  const headers = await server.bearer(permissions)
  for (const id of ['ada', 'alan']) await server.store.records.add('user', aUser({ id }))
  const call = (
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    url: string,
    payload?: object,
  ) => server.app.inject({ method, url, headers, ...(payload === undefined ? {} : { payload }) })
  return { ...server, call }
}

type Server = Awaited<ReturnType<typeof start>>

async function makeQueue({ call }: Server, body: object = { name: 'Support' }): Promise<string> {
  const response = await call('POST', queues, body)
  assert.equal(response.statusCode, 200, response.body)
  return response.json().id
}

/** A customer who waits in the queue. */
async function wait({ store, outside }: TestServer, queueId: string): Promise<void> {
  const moment = { nowMs: outside.clock.now(), newId: outside.ids.uuid }
  const opened = open(
    {
      channel: 'open',
      platformAddress: 'integration',
      customer: { id: 'customer', idType: 'Opaque' },
      direction: 'inbound',
    },
    moment,
  )
  const step = enqueue(opened.conversation, queueId, 'Support', moment)
  await store.transaction((store) => saveStep(store, { step }, moment.nowMs))
}

test('a queue is created, read, replaced and deleted', async (context) => {
  const server = await start(context)
  const id = await makeQueue(server, {
    name: 'Support',
    description: 'First line',
    mediaSettings: { message: { alertingTimeoutSeconds: 12 } },
    acwSettings: { wrapupPrompt: 'MANDATORY_TIMEOUT', timeoutMs: 5000 },
  })
  const read = (await server.call('GET', `${queues}/${id}`)).json()
  assert.equal(read.mediaSettings.message.alertingTimeoutSeconds, 12)
  assert.deepEqual(read.acwSettings, { wrapupPrompt: 'MANDATORY_TIMEOUT', timeoutMs: 5000 })
  await server.call('POST', `${queues}/${id}/members`, [{ id: 'ada' }])
  const replaced = (await server.call('PUT', `${queues}/${id}`, { name: 'Help' })).json()
  assert.equal(replaced.name, 'Help')
  assert.equal(replaced.description, undefined)
  assert.equal(replaced.mediaSettings.message.alertingTimeoutSeconds, 30)
  assert.equal(replaced.memberCount, 1)
  assert.equal((await server.call('DELETE', `${queues}/${id}`)).statusCode, 200)
  assert.equal((await server.call('GET', `${queues}/${id}`)).statusCode, 404)
})

test('after-call work that ends by itself has a time between a second and an hour', async (context) => {
  const server = await start(context)
  const post = (name: string, acwSettings: object) =>
    server.call('POST', queues, { name, acwSettings })
  const timed = { wrapupPrompt: 'MANDATORY_TIMEOUT' }
  for (const wrong of [timed, { ...timed, timeoutMs: 999 }, { ...timed, timeoutMs: 3_600_001 }]) {
    const refused = await post('A', wrong)
    assert.equal(refused.statusCode, 400)
    assert.equal(refused.json().details[0].fieldName, 'acwSettings.timeoutMs')
  }
  assert.equal((await post('A', { ...timed, timeoutMs: 1000 })).statusCode, 200)
  assert.equal((await post('B', { wrapupPrompt: 'OPTIONAL', timeoutMs: 0 })).statusCode, 200)
})

test('a queue needs a name of its own and addresses that are there', async (context) => {
  const server = await start(context)
  const id = await makeQueue(server)
  const post = (body: object) => server.call('POST', queues, body)
  assert.equal((await post({})).json().code, 'required.field.missing')
  assert.equal((await post({ name: 'SUPPORT' })).statusCode, 409)
  assert.equal((await server.call('PUT', `${queues}/${id}`, { name: 'Support' })).statusCode, 200)
  const sms = { smsAddress: { id: '+12025550142' } }
  const bad = await post({ name: 'A', outboundMessagingAddresses: sms })
  assert.equal(bad.json().details[0].fieldName, 'outboundMessagingAddresses.smsAddress')
  const open = { openMessagingRecipient: { id: 'none' } }
  assert.equal((await post({ name: 'A', outboundMessagingAddresses: open })).statusCode, 400)
  const address = '+12025550142'
  const sender = { ...base('s', address), address, accountId: 'a', recipientId: 's' }
  await server.store.records.add('sender', sender)
  const made = await post({ name: 'A', outboundMessagingAddresses: sms })
  assert.equal(made.json().outboundMessagingAddresses.smsAddress.id, address)
})

test('queues are found by name and id', async (context) => {
  const server = await start(context)
  const sales = await makeQueue(server, { name: 'Sales' })
  await makeQueue(server, { name: 'Support' })
  const names = async (query: string) => {
    const { entities } = (await server.call('GET', `${queues}${query}`)).json()
    return entities.map(({ name }: { name: string }) => name)
  }
  assert.deepEqual(await names(''), ['Sales', 'Support'])
  assert.deepEqual(await names('?name=SU*'), ['Support'])
  assert.deepEqual(await names(`?id=${sales},none`), ['Sales'])
})

test('members are added, unjoined and taken out', async (context) => {
  const server = await start(context)
  const members = `${queues}/${await makeQueue(server)}/members`
  const joined = async (query = '') => {
    const { entities } = (await server.call('GET', `${members}${query}`)).json()
    return entities.map((one: { id: string; joined: boolean }) => `${one.id} ${one.joined}`)
  }
  const added = await server.call('POST', members, [{ id: 'ada' }, { id: 'alan' }, { id: 'ada' }])
  assert.equal(added.statusCode, 200)
  assert.deepEqual(await joined(), ['ada true', 'alan true'])
  const unjoin = await server.call('PATCH', members, [{ id: 'ada', joined: false }])
  assert.equal(unjoin.json().entities[0].joined, false)
  assert.deepEqual(await joined('?joined=true'), ['alan true'])
  assert.equal((await server.call('PATCH', `${members}/ada`, { joined: true })).statusCode, 202)
  assert.deepEqual(await joined('?name=ADA'), ['ada true'])
  assert.equal(
    (await server.call('POST', `${members}?delete=true`, [{ id: 'ada' }])).statusCode,
    200,
  )
  assert.equal((await server.call('DELETE', `${members}/alan`)).statusCode, 204)
  assert.deepEqual(await joined(), [])
  assert.equal((await server.call('DELETE', `${members}/alan`)).statusCode, 404)
  assert.equal((await server.call('PATCH', `${members}/alan`, { joined: true })).statusCode, 404)
  assert.equal((await server.call('POST', members, [{ id: 'nobody' }])).statusCode, 400)
})

test('who joins a queue is alerted for what waits there', async (context) => {
  const server = await start(context)
  const queueId = await makeQueue(server)
  const nowMs = server.clock.now()
  const absent = {
    userId: 'ada',
    presence: 'OnQueue',
    routingStatus: 'OFF_QUEUE',
    presenceSinceMs: 0,
    routingSinceMs: 0,
    version: 0,
  } as const
  await setRouting(server.store, absent, { status: 'IDLE', nowMs })
  await wait(server, queueId)
  assert.equal((await server.call('DELETE', `${queues}/${queueId}`)).statusCode, 409)
  await server.call('POST', `${queues}/${queueId}/members`, [{ id: 'ada' }])
  assert.equal((await server.store.conversations.activeOfUser('ada')).length, 1)
  const url = `${queues}/${queueId}/members?expand=routingStatus`
  const { entities } = (await server.call('GET', url)).json()
  assert.equal(entities[0].routingStatus.status, 'INTERACTING')
})

test('a recipient leads to a queue, and keeps it for clients that do not know of it', async (context) => {
  const server = await start(context)
  const queueId = await makeQueue(server)
  await server.store.records.add('recipient', { ...base('r', 'Chat'), messengerType: 'open' })
  await server.store.records.add('recipient', { ...base('s', 'Text'), messengerType: 'sms' })
  const put = (body: object) => server.call('PUT', `${recipients}/r`, body)
  assert.equal((await put({ queue: { id: queueId } })).json().queue.id, queueId)
  assert.equal((await put({ flow: { id: 'f' } })).statusCode, 400)
  const document = { inboundShortMessage: { name: 'Greet', states: [] } }
  await server.store.records.add('flow', { ...base('f', 'Greet'), source: '', document })
  const withFlow = (await put({ flow: { id: 'f' } })).json()
  assert.deepEqual([withFlow.flow.id, withFlow.queue.id], ['f', queueId])
  assert.equal(
    (await put({ queue: { id: 'none' } })).json().code,
    'conversations.error.queue.not.found',
  )
  const inUse = await server.call('DELETE', `${queues}/${queueId}`)
  assert.equal(inUse.statusCode, 409)
  const forced = await server.call('DELETE', `${queues}/${queueId}?forceDelete=true`)
  assert.equal(forced.statusCode, 200)
  const released = (await server.call('GET', `${recipients}/r`)).json()
  assert.equal(released.queue, undefined)
  const open = (await server.call('GET', `${recipients}?messengerType=open`)).json()
  assert.deepEqual([open.total, open.entities[0].id], [1, 'r'])
  assert.equal((await server.call('GET', `${recipients}/none`)).statusCode, 404)
})

test('null takes the queue of a recipient away', async (context) => {
  const server = await start(context)
  const queueId = await makeQueue(server)
  await server.store.records.add('recipient', {
    ...base('r', 'Chat'),
    messengerType: 'open',
    queueId,
  })
  await server.call('PUT', `${recipients}/r`, { queue: null })
  assert.equal((await server.store.records.get('recipient', 'r'))?.queueId, undefined)
})

test('a wrap-up code lives until it is deleted, and leaves its queues then', async (context) => {
  const server = await start(context)
  const { id } = (await server.call('POST', codes, { name: 'Sale', description: 'Sold' })).json()
  const queueId = await makeQueue(server)
  const queue = await server.store.records.get('queue', queueId)
  assert.ok(queue)
  await server.store.records.save('queue', { ...queue, wrapupCodeIds: [id], version: 2 })
  const ofQueue = async () => (await server.call('GET', `${queues}/${queueId}/wrapupcodes`)).json()
  assert.equal((await ofQueue()).entities[0].name, 'Sale')
  const renamed = (await server.call('PUT', `${codes}/${id}`, { name: 'Sold' })).json()
  assert.deepEqual([renamed.name, renamed.description], ['Sold', undefined])
  assert.equal((await server.call('GET', `${codes}?name=sol*`)).json().total, 1)
  assert.equal((await server.call('POST', codes, {})).json().code, 'required.field.missing')
  assert.equal((await server.call('DELETE', `${codes}/${id}`)).statusCode, 204)
  assert.equal((await ofQueue()).total, 0)
  assert.equal((await server.call('GET', `${codes}/${id}`)).statusCode, 404)
})

test('reading queues does not give the right to change them', async (context) => {
  const { call } = await start(context, ['routing:queue:view'])
  assert.equal((await call('GET', queues)).statusCode, 200)
  for (const [method, url] of [
    ['POST', queues],
    ['PUT', `${queues}/q`],
    ['DELETE', `${queues}/q`],
    ['POST', `${queues}/q/members`],
    ['PUT', `${recipients}/r`],
    ['POST', codes],
  ] as const) {
    assert.equal((await call(method, url, {})).statusCode, 403, `${method} ${url}`)
  }
})
