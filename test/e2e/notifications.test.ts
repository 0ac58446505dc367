import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import WebSocket from 'ws'
import { type AServer, aServer, queueId, StandingClock } from './notification-server.ts'

interface Frame {
  readonly topicName: string
  readonly version?: string
  readonly eventBody: Record<string, unknown>
  readonly metadata?: { readonly CorrelationId: string }
}

/** A client of a channel that keeps the frames it gets. */
async function aClient(server: AServer, channelId: string) {
  const socket = new WebSocket(
    `${server.url.replace('http', 'ws')}/streaming/channels/${channelId}`,
  )
  const frames: Frame[] = []
  const closes: { code: number; reason: string }[] = []
  socket.on('message', (data) => void frames.push(JSON.parse(String(data))))
  socket.on('close', (code, reason) => void closes.push({ code, reason: String(reason) }))
  await new Promise((resolve, reject) => {
    socket.on('open', resolve)
    socket.on('error', reject)
  })
  // The answer to a ping shows that the server serves the socket.
  socket.send('{"message":"ping"}')
  await until(() => frames.length > 0)
  return { socket, frames, closes }
}

async function until(reached: () => boolean): Promise<void> {
  for (let tries = 0; tries < 500; tries += 1) {
    if (reached()) return
    await delay(10)
  }
  assert.fail('What was waited for did not happen in five seconds.')
}

async function aChannel(server: AServer, who: string, topics: readonly string[]): Promise<string> {
  const made = await server.call(who, 'POST', '/api/v2/notifications/channels')
  assert.equal(made.status, 200)
  const channelId = idOf(made.body)
  if (topics.length > 0) {
    const reply = await server.call(who, 'POST', subscriptions(channelId), bodyOf(topics))
    assert.equal(reply.status, 200, JSON.stringify(reply.body))
  }
  return channelId
}

function idOf(body: unknown): string {
  assert.ok(typeof body === 'object' && body !== null && 'id' in body)
  return String(body.id)
}

const subscriptions = (channelId: string): string =>
  `/api/v2/notifications/channels/${channelId}/subscriptions`
const bodyOf = (topics: readonly string[]) => topics.map((id) => ({ id }))
const named = (frames: readonly Frame[], topicName: string) =>
  frames.filter((frame) => frame.topicName === topicName)

async function connected(server: AServer, channelId: string): Promise<void> {
  for (let tries = 0; tries < 500; tries += 1) {
    const channel = await server.store.records.get('notificationChannel', channelId)
    if (channel?.connectionId !== undefined) return delay(20)
    await delay(10)
  }
  assert.fail('No socket took the channel.')
}

test('a conversation that comes to an agent is told on every topic that is subscribed to, in order', async (t) => {
  const server = await aServer()
  t.after(() => server.close())
  const messages = 'v2.users.anna.conversations.messages'
  const queue = `v2.routing.queues.${queueId}.conversations.messages`
  const channelId = await aChannel(server, 'anna|*', [
    messages,
    'v2.users.anna.conversations',
    'v2.users.anna.routingStatus',
    'v2.users.anna.activity',
    'v2.users.anna.conversationsummary',
    queue,
    `v2.routing.queues.${queueId}.users`,
  ])
  const { frames } = await aClient(server, channelId)
  await connected(server, channelId)
  const { conversation, message } = await server.write('customer-1', 'Hello')
  await until(() => JSON.stringify(named(frames, messages).at(-1) ?? '').includes(message.id))

  const own = named(frames, messages).map(({ eventBody }) => eventBody)
  assert.ok(own.every(({ id }) => id === conversation.id))
  const last = JSON.stringify(own.at(-1))
  assert.match(last, /"initialState":"alerting"/)
  assert.match(last, new RegExp(`"message":\\{"id":"${message.id}","uri":"[^"]+/${message.id}"\\}`))
  assert.doesNotMatch(last, /Hello|messageURI|selfUri":"\/api\/v2\/conversations\/messages\//)
  assert.ok(named(frames, queue).length >= 2)
  assert.ok(named(frames, 'v2.users.anna.conversations').length > 0)

  const [status] = named(frames, 'v2.users.anna.routingStatus')
  assert.equal(status?.version, '2')
  assert.match(status?.metadata?.CorrelationId ?? '', /^[0-9a-f-]{36}$/)
  assert.match(JSON.stringify(status?.eventBody), /"status":"INTERACTING"/)
  assert.match(JSON.stringify(named(frames, 'v2.users.anna.activity')), /ON_QUEUE/)
  assert.deepEqual(named(frames, 'v2.users.anna.conversationsummary').at(-1)?.eventBody, {
    userId: 'anna',
    message: { contactCenter: { active: 1 }, enterprise: { active: 0 } },
    email: { contactCenter: { active: 0 }, enterprise: { active: 0 } },
    socialExpression: { contactCenter: { active: 0 }, enterprise: { active: 0 } },
    video: { contactCenter: { active: 0 }, enterprise: { active: 0 } },
  })
  assert.equal(named(frames, `v2.routing.queues.${queueId}.users`).length, 1)
  assert.deepEqual(server.log.errors, [])
})

test('frames of one topic come in the order in which things happened', async (t) => {
  const server = await aServer()
  t.after(() => server.close())
  const topic = `v2.routing.queues.${queueId}.conversations.messages`
  const channelId = await aChannel(server, '|conversation:*', [topic])
  const { frames } = await aClient(server, channelId)
  await connected(server, channelId)
  const written = []
  for (let number = 1; number <= 20; number += 1) {
    written.push((await server.write(`customer-${number}`, 'Hello')).conversation.id)
  }
  await until(
    () => new Set(named(frames, topic).map(({ eventBody }) => eventBody['id'])).size === 20,
  )
  const firstSeen = [...new Set(named(frames, topic).map(({ eventBody }) => eventBody['id']))]
  assert.deepEqual(firstSeen, written)
})

test('a detail event is flat, with words in upper case and the leg as its session', async (t) => {
  const server = await aServer()
  t.after(() => server.close())
  const { conversation } = await server.write('customer-1', 'Hello')
  const detail = `v2.detail.events.conversation.${conversation.id}.attributes`
  const channelId = await aChannel(server, '|analytics:*', [detail])
  const { frames } = await aClient(server, channelId)
  await connected(server, channelId)
  await server.store.feed.append(
    {
      type: 'conversation',
      conversationId: conversation.id,
      version: conversation.version,
      userIds: [],
      queueIds: [],
      details: [{ name: 'attributes', participantId: conversation.participants[0]?.id ?? '' }],
    },
    conversation.startMs,
  )
  await until(() => named(frames, detail).length === 1)
  assert.deepEqual(named(frames, detail)[0]?.eventBody, {
    eventTime: conversation.startMs,
    conversationId: conversation.id,
    participantId: conversation.participants[0]?.id,
    sessionId: conversation.participants[0]?.communications[0]?.id,
    direction: 'INBOUND',
    mediaType: 'MESSAGE',
    messageType: 'OPEN',
    provider: 'PureCloud Messaging',
    addressFrom: 'customer-1',
    addressTo: conversation.platformAddress,
    attributes: {},
  })
})

test('a subscription holds from the moment that its maker is answered', async (t) => {
  const server = await aServer()
  t.after(() => server.close())
  const topic = 'v2.users.anna.conversations.messages'
  const channelId = await aChannel(server, 'anna|', [])
  const { frames } = await aClient(server, channelId)
  await connected(server, channelId)
  await server.write('customer-1', 'before')
  await server.call('anna|', 'POST', subscriptions(channelId), bodyOf([topic]))
  await server.write('customer-1', 'after')
  await until(() => named(frames, topic).length === 1)
  await server.call('anna|', 'DELETE', subscriptions(channelId))
  await server.write('customer-1', 'too late')
  await server.call('anna|', 'PUT', subscriptions(channelId), bodyOf([topic]))
  await server.write('customer-1', 'again')
  await until(() => named(frames, topic).length === 2)
})

test('a second connection takes the channel, and the first is closed', async (t) => {
  const server = await aServer()
  t.after(() => server.close())
  const topic = 'v2.users.anna.conversations.messages'
  const channelId = await aChannel(server, 'anna|', [topic])
  const first = await aClient(server, channelId)
  await connected(server, channelId)
  const second = await aClient(server, channelId)
  await until(() => first.closes.length === 1)
  assert.deepEqual(first.closes[0], { code: 1000, reason: 'Another connection took the channel.' })
  await delay(50)
  await server.write('customer-1', 'Hello')
  await until(() => named(second.frames, topic).length > 0)
  assert.equal(named(first.frames, topic).length, 0)
})

test('a channel that was connected to on another node is let go, and topics set there are taken up', async (t) => {
  const clock = new StandingClock()
  const server = await aServer({ clock, manyNodes: true })
  t.after(() => server.close())
  const topic = 'v2.users.anna.conversations.messages'
  const channelId = await aChannel(server, 'anna|', [])
  const { frames, closes } = await aClient(server, channelId)
  await connected(server, channelId)
  const elsewhere = async (change: { topics?: string[]; connectionId?: string }): Promise<void> => {
    const channel = await server.store.records.get('notificationChannel', channelId)
    assert.ok(channel)
    const version = channel.version + 1
    await server.store.records.save('notificationChannel', { ...channel, ...change, version })
    clock.move(1000)
    await delay(50)
  }
  await elsewhere({ topics: [topic] })
  await server.write('customer-1', 'Hello')
  await until(() => named(frames, topic).length > 0)
  await elsewhere({ connectionId: 'another' })
  await until(() => closes.length === 1)
  const channel = await server.store.records.get('notificationChannel', channelId)
  assert.equal(channel?.connectionId, 'another')
})

test('heartbeats come every 30 seconds, pings are answered, and closing is announced', async (t) => {
  const clock = new StandingClock()
  const server = await aServer({ clock })
  const channelId = await aChannel(server, 'anna|', [])
  const { frames, closes, socket } = await aClient(server, channelId)
  t.after(() => socket.terminate())
  await connected(server, channelId)
  assert.deepEqual(frames, [{ topicName: 'channel.metadata', eventBody: { message: 'pong' } }])
  const heartbeat = { topicName: 'channel.metadata', eventBody: { message: 'WebSocket Heartbeat' } }
  clock.move(29_999)
  await delay(30)
  assert.equal(frames.length, 1)
  for (const count of [2, 3]) {
    clock.move(30_000)
    await until(() => frames.length === count)
    assert.deepEqual(frames.at(-1), heartbeat)
    await delay(30)
  }
  await server.close()
  await until(() => closes.length === 1)
  assert.deepEqual(frames.at(-1), {
    topicName: 'v2.system.socket_closing',
    eventBody: { message: 'The server stops.' },
  })
  assert.equal(closes[0]?.code, 1001)
})

test('a socket without a channel of ours is refused before it opens', async (t) => {
  const server = await aServer()
  t.after(() => server.close())
  await assert.rejects(aClient(server, 'streaming-0-MTEx.guessed'), /404/)
  const channelId = await aChannel(server, 'anna|', [])
  await assert.rejects(aClient(server, `${channelId.slice(0, -1)}`), /404/)
})

test('a socket that does not read is cut off, and the others go on', async (t) => {
  const server = await aServer()
  t.after(() => server.close())
  const topic = 'v2.users.anna.conversations'
  const slowId = await aChannel(server, 'anna|', [topic])
  const quickId = await aChannel(server, 'anna|', [topic])
  const slow = await aClient(server, slowId)
  const quick = await aClient(server, quickId)
  await connected(server, slowId)
  await connected(server, quickId)
  const { conversation } = await server.write('customer-1', 'x'.repeat(1000))
  slow.socket.pause()
  await server.store.transaction(async (store) => {
    const [found] = await store.messages.ofConversation(conversation.id, 1)
    assert.ok(found)
    for (let number = 0; number < 500; number += 1) {
      const id = `${number}`.padStart(32, '0')
      await store.messages.add({ ...found, id })
    }
  })
  const event = { type: 'message', messageId: 'm', conversationId: conversation.id, status: 's' }
  const told = named(quick.frames, topic).length
  for (let number = 0; number < 100; number += 1) {
    await server.store.feed.append({ ...event, type: 'message' }, 1)
  }
  await until(() => named(quick.frames, topic).length >= told + 100)
  await delay(20)
  slow.socket.resume()
  await until(() => slow.closes.length === 1)
  assert.equal(slow.closes[0]?.code, 1013)
  assert.ok(named(slow.frames, topic).length < named(quick.frames, topic).length)
})
