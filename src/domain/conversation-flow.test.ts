import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  type Conversation,
  currentLeg,
  customerOf,
  isLive,
  isWrappingUp,
  type WrapupPrompt,
} from './conversation.ts'
import {
  alert,
  answer,
  decline,
  endAll,
  enqueue,
  expire,
  joinAsAgent,
  leave,
  noAnswer,
  open,
  reopen,
  requestQueue,
  setAttributes,
} from './conversation-flow.ts'
import type { Moment, Step } from './conversation-legs.ts'
import { agentless } from './conversation-programs.ts'
import { monitor, park, type TransferOrder, transfer, unpark } from './conversation-transfer.ts'
import {
  dropWrapups,
  requestWrapup,
  saveWrapup,
  skipWrapup,
  wrapupRanOut,
} from './conversation-wrapup.ts'
import { assertPossible } from './test-possible.ts'

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

  test('asks for the same skills again when an agent lets it ring', () => {
    const next = moments()
    const asked = { id: 'support', name: 'Support', skillIds: ['german'], priority: 2 }
    const queued = requestQueue(anOpening(next()), asked, next()).conversation
    const alerted = alert(queued, agent, next()).conversation
    const back = noAnswer(alerted, legOf(alerted, 'agent').participant.id, next()).conversation
    assert.deepEqual(back.waiting?.skillIds, ['german'])
    assert.equal(back.waiting?.priority, 2)
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

const prompts = [
  'mandatory',
  'optional',
  'timeout',
  'forcedTimeout',
  'agentRequested',
] as const satisfies readonly WrapupPrompt[]

/** Agents under each of the five prompts, by turns. */
function nextOwing(conversation: Conversation) {
  const prompt = prompts[conversation.participants.length % prompts.length] ?? 'mandatory'
  return { ...agent, acw: { prompt, timeoutMs: 5000 } }
}

const toUser = (conversation: Conversation): TransferOrder['target'] => ({
  type: 'user',
  agent: { ...nextOwing(conversation), userId: 'eve', name: 'Eve' },
})
const toQueue: TransferOrder['target'] = { type: 'queue', id: 'sales', name: 'Sales' }

/** One random command on whoever talks, waits, listens or wraps up. */
function performMore(
  conversation: Conversation,
  command: string,
  moment: Moment,
): Step | undefined {
  const live = conversation.participants.filter(isLive)
  const talking = live.find(
    (one) => one.purpose === 'agent' && currentLeg(one)?.state === 'connected',
  )
  const queued = live.find(({ purpose }) => purpose === 'acd')
  const parked = live.find((one) => currentLeg(one)?.state === 'parked')
  const wrapping = conversation.participants.find(isWrappingUp)
  const [kind, target] = command.split(' ')
  if (kind === 'Attended' || kind === 'Unattended') {
    const participantId = target === 'waiting' ? queued?.id : talking?.id
    const to = target === 'user' ? toUser(conversation) : toQueue
    return participantId === undefined
      ? undefined
      : transfer(conversation, { participantId, kind, target: to }, moment)
  }
  const said = { code: 'sold', provisional: command === 'draft' }
  switch (command) {
    case 'park':
      return talking && park(conversation, talking.id, moment.nowMs + 60_000, moment)
    case 'unpark':
      return parked && unpark(conversation, parked.id, moment)
    case 'monitor':
      return (
        talking &&
        monitor(
          conversation,
          { userId: 'sue', name: 'Sue', monitoredParticipantId: talking.id },
          moment,
        )
      )
    case 'request':
      return talking && requestWrapup(conversation, talking.id, true)
    case 'wrapup':
    case 'draft':
      return wrapping && saveWrapup(conversation, wrapping.id, said, moment)
    case 'wrapupEarly':
      return talking && saveWrapup(conversation, talking.id, said, moment)
    case 'skip':
      return wrapping && skipWrapup(conversation, wrapping.id, moment)
    case 'ranOut':
      return wrapping && wrapupRanOut(conversation, wrapping.id, moment)
    case 'expire':
      return conversation.endMs === undefined ? expire(conversation, moment) : undefined
    case 'drop':
      return dropWrapups(conversation, moment)
    default:
      return undefined
  }
}

/** One random command on a conversation, where it can be given. */
function perform(conversation: Conversation, command: string, moment: Moment): Step | undefined {
  const more = performMore(conversation, command, moment)
  if (more !== undefined) return more
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
      return conversation.waiting === undefined
        ? undefined
        : alert(conversation, nextOwing(conversation), moment)
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
    case 'reopen':
      return isOpen ? undefined : reopen(conversation, 'inbound', moment)
    default:
      return undefined
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
    'Attended user',
    'Attended queue',
    'Unattended user',
    'Unattended queue',
    'Unattended waiting',
    'park',
    'unpark',
    'monitor',
    'request',
    'wrapup',
    'draft',
    'wrapupEarly',
    'skip',
    'ranOut',
    'drop',
    'expire',
  )
  fc.assert(
    fc.property(fc.array(commands, { maxLength: 60, size: 'max' }), (history) => {
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
    { numRuns: 1000 },
  )
})
