import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { partWith } from '../../../test/part-with.ts'
import { enqueue, joinAsAgent, open } from '../../domain/conversation-flow.ts'
import type { Moment } from '../../domain/conversation-legs.ts'
import type { Channel } from '../../domain/message.ts'
import { openSqlite } from '../../store/sqlite.ts'
import type { FeedEvent, Store } from '../../store/store.ts'
import { openVault } from '../../vault.ts'
import { topicEventsOf } from './events.ts'
import { TopicIndex } from './topic-index.ts'

let count = 0
const moment: Moment = {
  nowMs: 1000,
  newId() {
    count += 1
    return `id-${count}`
  },
}

/** A store with one conversation of `anna` that came through the queue `sales`; counts how often it is read. */
async function aStore(t: TestContext, channel: Channel = 'open') {
  const directory = await mkdtemp(join(tmpdir(), 'signalbox-'))
  const vault = openVault(Buffer.alloc(32, 7))
  const database = await openSqlite({ file: join(directory, 'db'), vault, durability: 'process' })
  t.after(async () => {
    await database.close()
    await rm(directory, { recursive: true })
  })
  await database.addOrganization('o')
  const kept = database.store('o')
  const opened = open(
    {
      channel,
      platformAddress: 'shop',
      customer: { id: 'cora', idType: 'Opaque' },
      direction: 'inbound',
    },
    moment,
  )
  const queued = enqueue(opened.conversation, 'sales', 'Sales', moment)
  const agent = { userId: 'anna', name: 'Anna', queueId: 'sales' }
  const { conversation } = joinAsAgent(queued.conversation, agent, moment)
  await kept.conversations.save({ ...conversation, version: 1 })
  const counted = { conversations: 0, messages: 0 }
  const store: Store = {
    organizationId: 'o',
    records: kept.records,
    deliveries: kept.deliveries,
    receipts: kept.receipts,
    answers: kept.answers,
    feed: kept.feed,
    agents: kept.agents,
    timers: kept.timers,
    tokens: kept.tokens,
    handsets: kept.handsets,
    exchanges: kept.exchanges,
    toolCalls: kept.toolCalls,
    emails: kept.emails,
    mailbox: kept.mailbox,
    retention: kept.retention,
    throttles: kept.throttles,
    consents: kept.consents,
    flowRuns: kept.flowRuns,
    campaigns: kept.campaigns,
    media: kept.media,
    transaction: (work) => kept.transaction(work),
    conversations: partWith(kept.conversations, {
      get(id) {
        counted.conversations += 1
        return kept.conversations.get(id)
      },
    }),
    messages: partWith(kept.messages, {
      ofConversation(id, limit) {
        counted.messages += 1
        return kept.messages.ofConversation(id, limit)
      },
    }),
  }
  return { store, conversation, counted }
}

function listeningTo(...topics: readonly string[]): TopicIndex<string> {
  const index = new TopicIndex<string>()
  for (const topic of topics) index.add(topic, 'somebody')
  return index
}

const entryOf = (event: FeedEvent) => ({ sequence: 1, timeMs: 1000, event })
const own = 'v2.users.anna.conversations'
const queue = 'v2.routing.queues.sales.conversations'

test('a conversation is read once, however many topics want it', async (t) => {
  const { store, conversation, counted } = await aStore(t)
  const detail = `v2.detail.events.conversation.${conversation.id}.user.start`
  const topics = [own, `${own}.messages`, queue, `${queue}.messages`, detail]
  const events = await topicEventsOf(
    entryOf({
      type: 'conversation',
      conversationId: conversation.id,
      version: 1,
      userIds: ['anna', 'bert'],
      queueIds: ['sales'],
      details: [
        { name: 'user.start', participantId: conversation.participants.at(-1)?.id ?? '' },
        { name: 'acd.end', participantId: conversation.participants[1]?.id ?? '' },
      ],
    }),
    listeningTo(...topics, 'v2.users.somebody-else.conversations'),
    store,
  )
  assert.deepEqual(events.map(({ topicName }) => topicName).sort(), topics.sort())
  assert.deepEqual(counted, { conversations: 1, messages: 1 })
})

const mediumTopics = ['messages', 'emails', 'cobrowseSessions', 'socialexpressions', 'videos']
const topicOf: readonly (readonly [Channel, string])[] = [
  ['sms', 'messages'],
  ['email', 'emails'],
  ['cobrowse', 'cobrowseSessions'],
  ['social', 'socialexpressions'],
  ['video', 'videos'],
]
for (const [channel, medium] of topicOf) {
  test(`a conversation on ${channel} is told on ${medium}, and on no other medium`, async (t) => {
    const { store, conversation } = await aStore(t, channel)
    const events = await topicEventsOf(
      entryOf({
        type: 'conversation',
        conversationId: conversation.id,
        version: 1,
        userIds: ['anna'],
        queueIds: [],
        details: [],
      }),
      listeningTo(own, ...mediumTopics.map((name) => `${own}.${name}`)),
      store,
    )
    assert.deepEqual(
      events.map(({ topicName }) => topicName),
      [own, `${own}.${medium}`],
    )
    for (const { body } of events) assert.equal(JSON.parse(body).id, conversation.id)
  })
}

test('a message tells the conversation again to those who are in it', async (t) => {
  const { store, conversation, counted } = await aStore(t)
  const event: FeedEvent = {
    type: 'message',
    messageId: 'm',
    conversationId: conversation.id,
    status: 'sent',
  }
  const events = await topicEventsOf(entryOf(event), listeningTo(own, `${queue}.messages`), store)
  assert.deepEqual(
    events.map(({ topicName }) => topicName),
    [own, `${queue}.messages`],
  )
  assert.deepEqual(counted, { conversations: 1, messages: 1 })
})

test('a desk is told where its conversation stands, and of the one message in full', async (t) => {
  const { store, conversation, counted } = await aStore(t)
  const desk = 'v2.users.anna.signalbox.desk'
  const message = {
    id: 'm',
    conversationId: conversation.id,
    communicationId: conversation.participants[0]?.communications[0]?.id ?? '',
    direction: 'inbound',
    messengerType: 'open',
    kind: 'Text',
    fromAddress: 'cora',
    toAddress: 'shop',
    text: 'Where is it?',
    content: [],
    timeMs: 1000,
    status: 'received',
  } as const
  await store.transaction(async (store) => {
    await store.messages.add(message)
    await store.messages.add({ ...message, id: 'n', text: 'Hello?' })
  })
  const of = { conversationId: conversation.id }
  const [told, ...others] = await topicEventsOf(
    entryOf({ type: 'message', messageId: 'm', status: 'received', ...of }),
    listeningTo(desk),
    store,
  )
  assert.deepEqual(others, [])
  assert.equal(told?.topicName, desk)
  const view = JSON.parse(told.body)
  assert.equal(view.version, conversation.version)
  assert.equal(view.conversation.id, conversation.id)
  assert.deepEqual(view.conversation.participants[0].messages[0].messages, [])
  assert.deepEqual(
    view.messages.map((one: { textBody: string }) => one.textBody),
    ['Where is it?'],
  )
  const moved = { version: 1, userIds: ['anna'], queueIds: [], details: [], ...of }
  const [newest] = await topicEventsOf(
    entryOf({ type: 'conversation', ...moved }),
    listeningTo(desk),
    store,
  )
  assert.equal(JSON.parse(newest?.body ?? '').messages[0].textBody, 'Hello?')
  assert.deepEqual(counted, { conversations: 2, messages: 1 })
})

for (const [channel, medium] of topicOf) {
  test(`a message on ${channel} is told to who listens to ${medium} only`, async (t) => {
    const { store, conversation } = await aStore(t, channel)
    const { id: conversationId } = conversation
    const event = { type: 'message', messageId: 'm', conversationId, status: 'sent' } as const
    const index = listeningTo(`${own}.${medium}`)
    const events = await topicEventsOf(entryOf(event), index, store)
    assert.deepEqual(
      events.map(({ topicName }) => topicName),
      [`${own}.${medium}`],
    )
    index.remove(`${own}.${medium}`, 'somebody')
    assert.equal(index.conversations, false)
  })
}

test('what nobody wants is not read', async (t) => {
  const { store, conversation, counted } = await aStore(t)
  const conversationId = conversation.id
  const events: readonly FeedEvent[] = [
    { type: 'message', messageId: 'm', conversationId, status: 'sent' },
    {
      type: 'conversation',
      conversationId,
      version: 1,
      userIds: ['anna'],
      queueIds: ['sales'],
      details: [],
    },
    { type: 'typing', conversationId, userIds: ['anna'], durationMs: 5000 },
    { type: 'agent', userId: 'anna', routingStatus: 'IDLE', presence: 'Available' },
    { type: 'delivery', deliveryId: 'd', state: 'sent', accountId: 'a' },
  ]
  for (const event of events) {
    const told = await topicEventsOf(entryOf(event), listeningTo('v2.users.bert.presence'), store)
    assert.deepEqual(told, [])
  }
  assert.deepEqual(counted, { conversations: 0, messages: 0 })
})

test('typing is told to the users whom it is for', async (t) => {
  const { store, conversation } = await aStore(t)
  const topic = `${own}.inbound.typing.event`
  const [told] = await topicEventsOf(
    entryOf({
      type: 'typing',
      conversationId: conversation.id,
      userIds: ['anna'],
      durationMs: 5000,
    }),
    listeningTo(topic),
    store,
  )
  assert.equal(told?.topicName, topic)
  assert.match(told.body, /"typing":\{"type":"On","duration":5000\}/)
})

test('an e-mail conversation is told on the topics of e-mail, and on none of messages', async (t) => {
  const { store, conversation } = await aStore(t)
  const { id: conversationId } = conversation
  const version = conversation.version + 1
  const email = { subject: 'My order', provider: 'PureCloud Email' }
  await store.conversations.save({ ...conversation, version, channel: 'email', email })
  const events = await topicEventsOf(
    entryOf({
      type: 'conversation',
      conversationId,
      version,
      userIds: ['anna'],
      queueIds: ['sales'],
      details: [],
    }),
    listeningTo(own, `${own}.messages`, `${own}.emails`, `${queue}.emails`),
    store,
  )
  assert.deepEqual(
    events.map(({ topicName }) => topicName),
    [own, `${own}.emails`, `${queue}.emails`],
  )
  const view = JSON.parse(events[1]?.body ?? '')
  assert.equal(view.participants[0].subject, 'My order')
})
