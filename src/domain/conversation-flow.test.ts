import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type Conversation, currentLeg, customerOf, isLive } from './conversation.ts'
import {
  agentless,
  alert,
  answer,
  decline,
  endAll,
  enqueue,
  joinAsAgent,
  leave,
  noAnswer,
  open,
  reopen,
  setAttributes,
} from './conversation-flow.ts'
import type { Moment, Step } from './conversation-legs.ts'

function moments(): () => Moment {
  let nowMs = 1_790_000_000_000
  let id = 0
  return () => {
    nowMs += 1000
    return {
      nowMs,
      newId: () => {
        id += 1
        return `id-${id}`
      },
    }
  }
}

function anOpening(moment: Moment): Conversation {
  return open(
    {
      channel: 'open',
      platformAddress: 'integration-1',
      customer: { id: 'alice', idType: 'Opaque', firstName: 'Alice', lastName: 'B' },
      direction: 'inbound',
    },
    moment,
  ).conversation
}

const agent = { userId: 'ada', name: 'Ada', alertingTimeoutMs: 8000 }

/** A conversation that an agent has answered, with the agent's participant. */
function anAnswered(next: () => Moment) {
  const queued = enqueue(anOpening(next()), 'support', 'Support', next()).conversation
  const alerted = alert(queued, agent, next()).conversation
  const id = alerted.participants.at(-1)?.id ?? ''
  return { conversation: answer(alerted, id, next()).conversation, agentId: id }
}

function legOf(conversation: Conversation, purpose: string) {
  const participant = conversation.participants.findLast((one) => one.purpose === purpose)
  assert.ok(participant !== undefined, `no ${purpose}`)
  return { participant, leg: currentLeg(participant) }
}

describe('a routed conversation', () => {
  test('connects the customer at once and keeps the queue connected until an agent takes it', () => {
    const next = moments()
    const queued = enqueue(anOpening(next()), 'support', 'Support', next()).conversation
    assert.equal(legOf(queued, 'customer').leg?.state, 'connected')
    assert.equal(legOf(queued, 'acd').leg?.state, 'connected')
    assert.equal(queued.waiting?.queueId, 'support')
    const alerted = alert(queued, agent, next()).conversation
    assert.equal(alerted.waiting, undefined)
    assert.equal(legOf(alerted, 'acd').leg?.state, 'connected')
    const answered = answer(alerted, legOf(alerted, 'agent').participant.id, next()).conversation
    assert.equal(legOf(answered, 'acd').leg?.disconnectType, 'transfer')
    assert.equal(legOf(answered, 'agent').leg?.state, 'connected')
    assert.equal(legOf(answered, 'customer').leg?.peerId, legOf(answered, 'agent').leg?.id)
    assert.equal(legOf(answered, 'agent').leg?.peerId, legOf(answered, 'customer').leg?.id)
  })

  test('goes back to its queue when the agent lets it ring, others first', () => {
    const next = moments()
    const queued = enqueue(anOpening(next()), 'support', 'Support', next()).conversation
    const alerted = alert(queued, agent, next()).conversation
    const back = noAnswer(alerted, legOf(alerted, 'agent').participant.id, next()).conversation
    assert.equal(legOf(back, 'agent').leg?.disconnectType, 'transfer.noanswer')
    assert.deepEqual(back.waiting?.notUserIds, ['ada'])
    assert.equal(back.waiting?.sinceMs, queued.participants[1]?.startMs, 'its wait goes on')
    assert.equal(back.endMs, undefined)
  })

  test('ends when the agent leaves: he with client, the customer with peer', () => {
    const next = moments()
    const { conversation, agentId } = anAnswered(next)
    const ended = leave(conversation, agentId, next()).conversation
    assert.equal(legOf(ended, 'agent').leg?.disconnectType, 'client')
    assert.equal(legOf(ended, 'customer').leg?.disconnectType, 'peer')
    assert.ok(ended.endMs !== undefined)
    assert.ok(ended.participants.every((one) => !isLive(one)))
  })

  test('comes back with the same customer on another leg', () => {
    const next = moments()
    const { conversation, agentId } = anAnswered(next)
    const ended = leave(conversation, agentId, next()).conversation
    const back = reopen(ended, 'inbound', next()).conversation
    assert.equal(back.id, conversation.id)
    assert.equal(back.endMs, undefined)
    assert.equal(customerOf(back).communications.length, 2)
    assert.equal(currentLeg(customerOf(back))?.state, 'connected')
  })

  test('an agentless send leaves an api participant that is over', () => {
    const next = moments()
    const told = agentless(anOpening(next()), next())
    assert.equal(legOf(told.conversation, 'api').leg?.state, 'disconnected')
    assert.deepEqual(
      told.details.map(({ name }) => name),
      ['outbound'],
    )
  })

  test('attributes merge; keys that are not named stay', () => {
    const next = moments()
    const conversation = anOpening(next())
    const { id } = customerOf(conversation)
    const once = setAttributes(conversation, id, { tier: 'gold', ref: '1' }).conversation
    const twice = setAttributes(once, id, { ref: '' }).conversation
    assert.deepEqual(customerOf(twice).attributes, { tier: 'gold', ref: '' })
  })
})

/** One random command on a conversation, where it can be given. */
function perform(conversation: Conversation, command: string, moment: Moment): Step | undefined {
  const live = conversation.participants.filter(isLive)
  const alerting = live.find((one) => currentLeg(one)?.state === 'alerting')
  const connected = live.find(
    (one) => one.purpose === 'agent' && currentLeg(one)?.state === 'connected',
  )
  const isOpen = conversation.endMs === undefined
  switch (command) {
    case 'enqueue':
      return isOpen && live.length === 1
        ? enqueue(conversation, 'support', 'Support', moment)
        : undefined
    case 'alert':
      return conversation.waiting === undefined ? undefined : alert(conversation, agent, moment)
    case 'answer':
      return alerting && answer(conversation, alerting.id, moment)
    case 'noAnswer':
      return alerting && noAnswer(conversation, alerting.id, moment)
    case 'decline':
      return alerting && decline(conversation, alerting.id, moment)
    case 'leave':
      return connected && leave(conversation, connected.id, moment)
    case 'customerLeaves':
      return isOpen ? leave(conversation, customerOf(conversation).id, moment) : undefined
    case 'endAll':
      return isOpen ? endAll(conversation, 'ada', moment) : undefined
    case 'join':
      return isOpen && live.length === 1
        ? joinAsAgent(conversation, { userId: 'bob', name: 'Bob' }, moment)
        : undefined
    case 'agentless':
      return agentless(conversation, moment)
    default:
      return isOpen ? undefined : reopen(conversation, 'inbound', moment)
  }
}

/** What must hold of a conversation after any history. */
function assertPossible(conversation: Conversation): void {
  const customer = customerOf(conversation)
  assert.equal(
    conversation.endMs === undefined,
    isLive(customer),
    'open exactly while the customer is',
  )
  if (conversation.endMs !== undefined) {
    assert.ok(
      conversation.participants.every((one) => !isLive(one)),
      'nobody stays in an ended one',
    )
    assert.equal(conversation.waiting, undefined, 'an ended one waits for nobody')
  }
  if (conversation.waiting !== undefined) {
    assert.ok(
      conversation.participants.some((one) => one.purpose === 'acd' && isLive(one)),
      'it waits in a live queue',
    )
  }
  for (const { communications } of conversation.participants) {
    for (const [index, leg] of communications.entries()) {
      assert.equal(leg.state === 'disconnected', leg.endMs !== undefined)
      assert.equal(leg.state === 'disconnected', leg.disconnectType !== undefined)
      if (index < communications.length - 1)
        assert.equal(leg.state, 'disconnected', 'only the last leg lives')
      const running = leg.segments.filter(({ endMs }) => endMs === undefined)
      assert.equal(
        running.length,
        leg.state === 'disconnected' ? 0 : 1,
        'one running segment a live leg',
      )
    }
  }
}

test('no history of steps reaches an impossible state', () => {
  const commands = fc.constantFrom(
    'enqueue',
    'alert',
    'answer',
    'noAnswer',
    'decline',
    'leave',
    'customerLeaves',
    'endAll',
    'join',
    'agentless',
    'reopen',
  )
  fc.assert(
    fc.property(fc.array(commands, { maxLength: 30 }), (history) => {
      const next = moments()
      let conversation = anOpening(next())
      assertPossible(conversation)
      for (const command of history) {
        const step = perform(conversation, command, next())
        if (step === undefined) continue
        conversation = step.conversation
        assertPossible(conversation)
      }
    }),
    { numRuns: 500 },
  )
})
