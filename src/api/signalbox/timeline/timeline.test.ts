import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Delivery } from '../../../domain/delivery.ts'
import type { Message } from '../../../domain/message.ts'
import type { Receipt } from '../../../domain/receipt.ts'
import { addLoopback, type TestHouse, testHouse } from '../../../simulator/test-house.ts'
import { signalboxGetMessageTimeline } from './get-timeline.ts'

const startMs = Date.parse('2026-01-05T10:00:00Z')

function aMessage(about: Partial<Message> = {}): Message {
  return {
    id: 'message-1',
    conversationId: 'conversation-1',
    communicationId: 'leg-1',
    direction: 'outbound',
    messengerType: 'sms',
    kind: 'Text',
    fromAddress: '+12025550155',
    toAddress: '+12025550101',
    text: 'Hello',
    content: [],
    timeMs: startMs,
    status: 'queued',
    ...about,
  }
}

function aDelivery(about: Partial<Delivery> = {}): Delivery {
  return {
    id: 'delivery-1',
    accountId: 'box',
    kind: 'sms',
    lane: 'box|+12025550155|+12025550101',
    bucket: 1,
    priority: 0,
    state: 'queued',
    attempts: 0,
    acceptedMs: startMs,
    dueMs: startMs,
    expiresMs: startMs + 3_600_000,
    messageId: 'message-1',
    leaseEpoch: 0,
    ...about,
  }
}

function aReceipt(about: Partial<Receipt>): Receipt {
  return {
    id: 'receipt-1',
    messageId: 'message-1',
    deliveryId: 'delivery-1',
    status: 'Delivered',
    final: true,
    timeMs: startMs,
    applied: true,
    ...about,
  }
}

const anExchange = {
  id: 'exchange-1',
  startedMs: startMs + 6000,
  endedMs: startMs + 6002,
  method: 'POST',
  url: '/webhooks/acme/box',
  requestHeaders: {},
  requestBody: '{"type":"status"}',
  status: 200,
}

const route = {
  from: '+12025550155',
  to: '+12025550101',
  text: 'Hello',
  media: [],
  purpose: 'agent',
}

interface Timeline {
  readonly status: string
  readonly where: string
  readonly next: string
  readonly nextAttempt?: string
  readonly steps: readonly {
    readonly kind: string
    readonly lagMs: number
    readonly text: string
    readonly time: string
    readonly details: Readonly<Record<string, unknown>>
  }[]
}

async function timeline(house: TestHouse, id = 'message-1'): Promise<Timeline> {
  const reply = await house.call(signalboxGetMessageTimeline, { path: { id } })
  const read: Timeline = JSON.parse(JSON.stringify(reply))
  return read
}

/** The history of a text that failed once, was sent, and whose receipts came early, twice and too late. */
async function script(house: TestHouse): Promise<void> {
  const { store } = house
  await addLoopback(house)
  await store.records.add('user', {
    id: 'user-1',
    name: 'Ada',
    email: 'ada@example.com',
    state: 'active',
    permissions: [],
    version: 1,
    createdMs: 0,
    modifiedMs: 0,
  })
  await store.messages.add(aMessage({ createdByUserId: 'user-1', status: 'delivery-success' }))
  await store.deliveries.add(aDelivery({ state: 'delivered', attempts: 2 }), route)
  const attempt = { deliveryId: 'delivery-1', startedMs: startMs + 100, endedMs: startMs + 400 }
  await store.deliveries.addAttempt({
    ...attempt,
    number: 1,
    outcome: 'retry',
    failure: 'unreachable',
    error: 'The connection was refused.',
  })
  await store.deliveries.addAttempt({
    ...attempt,
    number: 2,
    startedMs: startMs + 5000,
    endedMs: startMs + 7000,
    outcome: 'sent',
    providerIds: ['loop-1'],
  })
  await store.exchanges.add(anExchange, { accountId: 'box' })
  const arrived = { providerId: 'loop-1', exchangeId: 'exchange-1' }
  await store.receipts.add(aReceipt({ ...arrived, timeMs: startMs + 7000 }))
  await store.receipts.add(
    aReceipt({ ...arrived, id: 'receipt-2', timeMs: startMs + 8000, applied: false }),
  )
  await store.receipts.add(
    aReceipt({
      id: 'receipt-3',
      status: 'Failed',
      code: '34',
      timeMs: startMs + 9000,
      applied: false,
    }),
  )
}

test('tells the whole history of a text, in order and with the time between', async (t) => {
  const house = await testHouse(t)
  await script(house)
  const { steps, ...summary } = await timeline(house)
  assert.deepEqual(
    steps.map(({ kind, lagMs }) => [kind, lagMs]),
    [
      ['accepted', 0],
      ['queued', 0],
      ['attempt', 100],
      ['answer', 300],
      ['attempt', 4600],
      ['answer', 2000],
      ['status', 0],
      ['provider-ids', 0],
      ['receipt', 0],
      ['status', 0],
      ['receipt', 1000],
      ['receipt', 1000],
    ],
  )
  assert.deepEqual(
    steps.map(({ text }) => text),
    [
      'Accepted from Ada, to be sent by sms from +12025550155 to +12025550101.',
      'Queued as SMS from +12025550155 to +12025550101 through Box (Loopback handset).',
      'Attempt 1, through Box.',
      'Not sent, and to be tried again. The connection was refused. No connection to the provider was made; the message was not taken.',
      'Attempt 2, through Box.',
      'Taken by Box.',
      'The message is now sent; it was queued.',
      'Box knows it as loop-1.',
      'Box reports Delivered. It came 998 ms before it could be placed.',
      'The message is now delivery-success; it was sent.',
      'Box reports Delivered. It changed nothing: the message was delivery-success already. It came 1998 ms before it could be placed.',
      'Box reports Failed (34). It changed nothing: it comes too late: the message is delivery-success, and a status never moves back.',
    ],
  )
  assert.deepEqual(summary, {
    messageId: 'message-1',
    conversationId: 'conversation-1',
    status: 'delivery-success',
    where: 'With the recipient.',
    next: 'Nothing: it has arrived.',
  })
  assert.deepEqual(steps[8]?.details['exchange'], {
    id: 'exchange-1',
    dateStarted: '2026-01-05T10:00:06.000Z',
    dateEnded: '2026-01-05T10:00:06.002Z',
    durationMs: 2,
    method: 'POST',
    url: '/webhooks/acme/box',
    requestHeaders: {},
    requestBody: '{"type":"status"}',
    status: 200,
  })
})

test('says of no receipt that it had to wait when its send was settled before it came', async (t) => {
  const house = await testHouse(t)
  await script(house)
  const late = {
    id: 'exchange-late',
    startedMs: startMs + 20_000,
    endedMs: startMs + 20_002,
  }
  await house.store.exchanges.add({ ...anExchange, ...late }, { accountId: 'box' })
  await house.store.receipts.add(
    aReceipt({ id: 'receipt-4', exchangeId: late.id, timeMs: startMs + 20_003, applied: false }),
  )
  const { steps } = await timeline(house)
  assert.equal(
    steps.at(-1)?.text,
    'Box reports Delivered. It changed nothing: the message was delivery-success already.',
  )
})

test('says when the next attempt is due', async (t) => {
  const house = await testHouse(t)
  await addLoopback(house)
  await house.store.messages.add(aMessage())
  await house.store.deliveries.add(aDelivery({ attempts: 3, dueMs: startMs + 60_000 }), route)
  const { status, where, next, nextAttempt } = await timeline(house)
  assert.deepEqual(
    { status, where, next, nextAttempt },
    {
      status: 'queued',
      where: 'Here, after 3 attempts.',
      next: 'Next attempt at 2026-01-05T10:01:00.000Z.',
      nextAttempt: '2026-01-05T10:01:00.000Z',
    },
  )
})

test("follows another platform's message through the relay and back", async (t) => {
  const house = await testHouse(t)
  const { store } = house
  await addLoopback(house)
  await store.deliveries.add(
    aDelivery({ relayId: 'relay-1', messageId: 'platform-1', state: 'delivered', attempts: 1 }),
    route,
  )
  await store.deliveries.addAttempt({
    deliveryId: 'delivery-1',
    number: 1,
    startedMs: startMs + 10,
    endedMs: startMs + 20,
    outcome: 'sent',
  })
  await store.receipts.add(aReceipt({ messageId: 'platform-1', timeMs: startMs + 30 }))
  await store.deliveries.add(
    aDelivery({
      id: 'delivery-2',
      kind: 'platform',
      accountId: 'gone',
      relayId: 'relay-1',
      messageId: 'platform-1',
      acceptedMs: startMs + 31,
    }),
    { method: 'POST', path: '/receipt', body: { status: 'Delivered' } },
  )
  const { status, where, steps } = await timeline(house, 'platform-1')
  assert.equal(status, 'delivery-success')
  assert.equal(where, 'With the recipient.')
  assert.deepEqual(
    steps.map(({ kind }) => kind),
    ['queued', 'attempt', 'answer', 'status', 'receipt', 'status', 'queued'],
  )
  assert.match(steps[0]?.text ?? '', /^Taken by the relay and queued as SMS/)
  assert.equal(
    steps.at(-1)?.text,
    'Queued to tell the platform: Delivered, through gone (removed).',
  )
})

test('waits for all parts of a long text, and fails with the first that fails', async (t) => {
  const house = await testHouse(t)
  const { store } = house
  await addLoopback(house)
  await store.messages.add(aMessage({ status: 'delivery-failed' }))
  await store.deliveries.add(aDelivery({ state: 'failed', attempts: 1 }), route)
  await store.deliveries.addAttempt({
    deliveryId: 'delivery-1',
    number: 1,
    startedMs: startMs,
    endedMs: startMs,
    outcome: 'sent',
    providerIds: ['part-0', 'part-1'],
  })
  await store.receipts.add(aReceipt({ providerId: 'part-0', timeMs: startMs + 1, applied: false }))
  await store.receipts.add(
    aReceipt({ id: 'receipt-2', providerId: 'part-1', status: 'Failed', timeMs: startMs + 2 }),
  )
  const { steps, status } = await timeline(house)
  assert.equal(status, 'delivery-failed')
  const receipts = steps.filter(({ kind }) => kind === 'receipt')
  assert.match(receipts[0]?.text ?? '', /the other parts have not been reported yet/)
  assert.equal(steps.at(-1)?.text, 'The message is now delivery-failed; it was sent.')
})

test('tells of a received text where its conversation stands', async (t) => {
  const house = await testHouse(t)
  await house.store.messages.add(
    aMessage({
      direction: 'inbound',
      fromAddress: '+12025550101',
      toAddress: '+12025550155',
      status: 'received',
      channelTimeMs: startMs - 700,
    }),
  )
  await house.store.conversations.save({
    id: 'conversation-1',
    version: 1,
    channel: 'sms',
    platformAddress: '+12025550155',
    customer: { id: '+12025550101', idType: 'Phone' },
    startMs,
    waiting: { queueId: 'queue-1', sinceMs: startMs, notUserIds: [] },
    participants: [],
    recentTransfers: [],
  })
  const { steps, status, where, next } = await timeline(house)
  assert.deepEqual(
    steps.map(({ kind, lagMs }) => [kind, lagMs]),
    [
      ['written', 0],
      ['accepted', 700],
    ],
  )
  assert.equal(status, 'received')
  assert.match(where, /waits in queue queue-1 since 2026-01-05T10:00:00.000Z/)
  assert.match(next, /alerted/)
})

test('knows nothing of an id that never was here', async (t) => {
  const house = await testHouse(t)
  await assert.rejects(timeline(house, 'nobody'), { code: 'not.found' })
})
