import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Conversation } from './conversation.ts'
import { alert, answer, decline, endAll, enqueue, noAnswer, open } from './conversation-flow.ts'
import type { Moment } from './conversation-legs.ts'
import { type TransferOrder, transfer, transferState } from './conversation-transfer.ts'

let tick = 0
function moment(): Moment {
  tick += 1000
  return { nowMs: tick, newId: () => `id-${++tick}` }
}

const ada = { userId: 'ada', name: 'Ada', alertingTimeoutMs: 8000 }
const eve: TransferOrder['target'] = { type: 'user', agent: { ...ada, userId: 'eve', name: 'Eve' } }
const sales: TransferOrder['target'] = { type: 'queue', id: 'sales', name: 'Sales' }

const last = (conversation: Conversation) => conversation.participants.at(-1)?.id ?? ''

/** A conversation that Ada talks in and hands over; its transfers by her, and whom they alert. */
function handed(kind: TransferOrder['kind'], target = eve) {
  const ends = {
    channel: 'open' as const,
    platformAddress: 'integration',
    direction: 'inbound' as const,
  }
  const opened = open({ ...ends, customer: { id: 'alice', idType: 'Opaque' } }, moment())
  const queued = enqueue(opened.conversation, 'support', 'Support', moment())
  const alerted = alert(queued.conversation, ada, moment()).conversation
  const giverId = last(alerted)
  const talking = answer(alerted, giverId, moment()).conversation
  const order = { participantId: giverId, kind, target, byUserId: 'ada' }
  return { giverId, order, conversation: transfer(talking, order, moment()).conversation }
}

const byAda = (conversation: Conversation) =>
  conversation.recentTransfers
    .filter(({ initiatorId }) => initiatorId === 'ada')
    .map((one) => [one.kind, transferState(conversation, one)])

for (const kind of ['Attended', 'Unattended'] as const) {
  test(`an ${kind} transfer to a user is on record once, under way until he decides`, () => {
    const { conversation } = handed(kind)
    assert.deepEqual(byAda(conversation), [[kind, 'Pending']])
    const taken = answer(conversation, last(conversation), moment()).conversation
    assert.deepEqual(byAda(taken), [[kind, 'Complete']])
    const over = endAll(taken, 'eve', moment()).conversation
    assert.deepEqual(byAda(over), [[kind, 'Complete']])
  })

  test(`an ${kind} transfer that is declined has failed, and one that rings out has timed out`, () => {
    const declined = handed(kind).conversation
    assert.deepEqual(byAda(decline(declined, last(declined), moment()).conversation), [
      [kind, 'Failed'],
    ])
    const rang = handed(kind).conversation
    assert.deepEqual(byAda(noAnswer(rang, last(rang), moment()).conversation), [[kind, 'Timeout']])
  })

  test(`an ${kind} transfer is cancelled when the conversation ends before it is answered`, () => {
    const { conversation } = handed(kind)
    assert.deepEqual(byAda(endAll(conversation, 'ada', moment()).conversation), [
      [kind, 'Canceled'],
    ])
  })
}

test('a later transfer cancels one that nobody has answered', () => {
  const { conversation, order } = handed('Attended')
  const target = { type: 'user' as const, agent: { ...ada, userId: 'joe', name: 'Joe' } }
  const again = transfer(conversation, { ...order, target }, moment()).conversation
  assert.deepEqual(byAda(again), [
    ['Attended', 'Canceled'],
    ['Attended', 'Pending'],
  ])
})

test('a transfer to a queue is complete when the queue has it', () => {
  assert.deepEqual(byAda(handed('Unattended', sales).conversation), [['Unattended', 'Complete']])
})
