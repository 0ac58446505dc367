import assert from 'node:assert/strict'
import { test } from 'node:test'
import WebSocket from 'ws'
import { type AServer, aServer, StandingClock } from './notification-server.ts'

const channels = '/api/v2/notifications/channels'
const dayMs = 24 * 60 * 60 * 1000

interface Entity {
  readonly id: string
  readonly [name: string]: unknown
}

function entitiesOf({ body }: { readonly body: unknown }): readonly Entity[] {
  assert.ok(typeof body === 'object' && body !== null && 'entities' in body)
  assert.ok(Array.isArray(body.entities))
  return body.entities
}

const idsOf = (reply: { readonly body: unknown }): string[] =>
  entitiesOf(reply)
    .map(({ id }) => id)
    .sort()

async function aChannel(server: AServer, who: string): Promise<string> {
  const { body } = await server.call(who, 'POST', channels)
  assert.ok(typeof body === 'object' && body !== null && 'id' in body)
  return String(body.id)
}

test('a channel has an id that cannot be guessed, an address for its socket, and a day to live', async (t) => {
  const clock = new StandingClock()
  const server = await aServer({ clock })
  t.after(() => server.close())
  const { status, body } = await server.call('anna|', 'POST', channels)
  assert.equal(status, 200)
  assert.ok(typeof body === 'object' && body !== null && 'id' in body)
  assert.match(String(body.id), /^streaming-0-[\w-]+\.[\w-]{32}$/)
  assert.deepEqual(body, {
    id: body.id,
    connectUri: `ws://signalbox.test/streaming/channels/${body.id}`,
    expires: '2026-03-02T12:00:00.000Z',
  })
  assert.notEqual(await aChannel(server, 'anna|'), body.id)
})

test('a channel belongs to its owner alone', async (t) => {
  const server = await aServer()
  t.after(() => server.close())
  const id = await aChannel(server, 'anna|')
  const path = `${channels}/${id}`
  assert.equal((await server.call('anna|', 'HEAD', path)).status, 200)
  for (const other of ['bert|*', '|*']) {
    assert.equal((await server.call(other, 'HEAD', path)).status, 404)
    assert.equal((await server.call(other, 'GET', `${path}/subscriptions`)).status, 404)
    assert.equal((await server.call(other, 'PUT', `${path}/subscriptions`, [])).status, 404)
    assert.equal((await server.call(other, 'DELETE', `${path}/subscriptions`)).status, 404)
  }
  assert.deepEqual(idsOf(await server.call('anna|', 'GET', channels)), [id])
  const all = `${channels}?includechannels=oauthclient`
  assert.deepEqual(idsOf(await server.call('bert|', 'GET', all)), [])
  assert.deepEqual(idsOf(await server.call('|', 'GET', channels)), [])
  assert.deepEqual(idsOf(await server.call('|', 'GET', all)), [id])
  assert.equal((await server.call('|', 'GET', `${channels}?includechannels=x`)).status, 400)
})

test('topics are added, replaced, listed and cleared', async (t) => {
  const server = await aServer()
  t.after(() => server.close())
  const path = `${channels}/${await aChannel(server, 'anna|')}/subscriptions`
  const [presence, routing, activity] = ['presence', 'routingStatus', 'activity'].map(
    (name) => `v2.users.bert.${name}`,
  )
  const first = await server.call('anna|', 'POST', path, [{ id: presence }])
  assert.deepEqual(entitiesOf(first), [{ id: presence, state: 'Permitted', selfUri: path }])
  await server.call('anna|', 'POST', path, [{ id: routing }, { id: presence }, { id: routing }])
  assert.deepEqual(idsOf(await server.call('anna|', 'GET', path)), [presence, routing])
  await server.call('anna|', 'PUT', path, [{ id: activity }])
  assert.deepEqual(idsOf(await server.call('anna|', 'GET', path)), [activity])
  assert.equal((await server.call('anna|', 'DELETE', path)).status, 200)
  assert.deepEqual(idsOf(await server.call('anna|', 'GET', path)), [])
})

test('one forbidden topic fails the whole request, unless errors are to be ignored', async (t) => {
  const server = await aServer()
  t.after(() => server.close())
  const path = `${channels}/${await aChannel(server, 'anna|')}/subscriptions`
  const allowed = 'v2.users.anna.conversations'
  const forbidden = 'v2.users.bert.conversations'
  const topics = [{ id: allowed }, { id: forbidden }]
  const refused = await server.call('anna|', 'POST', path, topics)
  assert.equal(refused.status, 403)
  assert.partialDeepStrictEqual(refused.body, {
    code: 'missing.permissions',
    messageParams: { topics: forbidden, permissions: 'conversation:message:view' },
    details: [{ entityId: forbidden }],
  })
  assert.deepEqual(idsOf(await server.call('anna|', 'GET', path)), [])
  const some = await server.call('anna|', 'POST', `${path}?ignoreErrors=true`, topics)
  assert.equal(some.status, 200)
  assert.deepEqual(
    entitiesOf(some).map(({ state }) => state),
    ['Permitted', 'Rejected'],
  )
  assert.deepEqual(entitiesOf(some)[1]?.['missingPermissions'], ['conversation:message:view'])
  assert.deepEqual(idsOf(await server.call('anna|', 'GET', path)), [allowed])
  const unknown = await server.call('anna|', 'POST', path, [{ id: 'v2.nothing' }])
  assert.equal(unknown.status, 400)
})

test('a channel takes a thousand topics', async (t) => {
  const server = await aServer()
  t.after(() => server.close())
  const path = `${channels}/${await aChannel(server, 'anna|')}/subscriptions`
  const topics = Array.from({ length: 1000 }, (_, index) => ({ id: `v2.users.${index}.presence` }))
  assert.equal((await server.call('anna|', 'POST', path, topics)).status, 200)
  const more = [{ id: 'v2.users.more.presence' }]
  assert.equal((await server.call('anna|', 'POST', path, more)).status, 400)
  assert.equal((await server.call('anna|', 'PUT', path, more)).status, 200)
})

test('subscribing renews a channel for a day; without that it is gone', async (t) => {
  const clock = new StandingClock()
  const server = await aServer({ clock })
  t.after(() => server.close())
  const renewed = `${channels}/${await aChannel(server, 'anna|')}`
  const forgotten = `${channels}/${await aChannel(server, 'anna|')}`
  clock.move(dayMs - 1)
  await server.call('anna|', 'PUT', `${renewed}/subscriptions`, [])
  clock.move(1)
  assert.equal((await server.call('anna|', 'HEAD', renewed)).status, 200)
  assert.equal((await server.call('anna|', 'HEAD', forgotten)).status, 404)
  await aChannel(server, 'anna|')
  const kept = await server.store.records.list('notificationChannel', { size: 10, number: 1 })
  assert.equal(kept.total, 2)
})

test('the twenty-first channel replaces the oldest that is idle', async (t) => {
  const clock = new StandingClock()
  const server = await aServer({ clock })
  t.after(() => server.close())
  const made: string[] = []
  for (let number = 0; number < 20; number += 1) {
    clock.move(1)
    made.push(await aChannel(server, 'anna|'))
  }
  const others = await aChannel(server, 'bert|')
  const [oldest, idle] = made
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/streaming/channels/${oldest}`)
  socket.on('open', () => socket.send('{"message":"ping"}'))
  await new Promise((resolve) => socket.on('message', resolve))
  for (let tries = 0; ; tries += 1) {
    const channel = await server.store.records.get('notificationChannel', oldest ?? '')
    if (channel?.connectionId !== undefined) break
    assert.ok(tries < 10_000)
  }
  const latest = await aChannel(server, 'anna|')
  const left = [...made.filter((id) => id !== idle), latest].sort()
  assert.deepEqual(idsOf(await server.call('anna|', 'GET', channels)), left)
  assert.deepEqual(idsOf(await server.call('bert|', 'GET', channels)), [others])
})
