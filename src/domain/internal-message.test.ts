import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Conversation, currentLeg, isLive } from './conversation.ts'
import { alerted, answer, decline, endAll, leave, noAnswer } from './conversation-flow.ts'
import {
  addParticipant,
  connectedLeg,
  linkToCustomer,
  newParticipant,
} from './conversation-legs.ts'

let ids = 0
const newId = () => {
  ids += 1
  return `id-${ids}`
}
const moment = { nowMs: 1000, newId }

/** Ada asks Alan, who is alerted; she had what she asks about from a queue. */
function aConsult(): Conversation {
  const source = {
    ...newParticipant('agent', 'ada', moment),
    userId: 'ada',
    queueId: 'sales',
    communications: [connectedLeg('outbound', moment)],
  }
  const opened: Conversation = {
    id: newId(),
    version: 1,
    channel: 'internalmessage',
    platformAddress: 'alan',
    customer: { id: 'ada', idType: 'Opaque' },
    startMs: 0,
    participants: [source],
    recentTransfers: [],
    internal: { aboutConversationId: 'c', sourceUserId: 'ada', targetUserId: 'alan' },
  }
  const agent = { userId: 'alan', name: 'Alan', alertingTimeoutMs: 1000 }
  const target = alerted(agent, {}, moment, opened)
  return linkToCustomer(addParticipant(opened, target), target.id)
}

const steps = { answer, decline, noAnswer, leave } as const
const acts = fc.tuple(
  fc.constantFrom<keyof typeof steps | 'endAll'>(
    'answer',
    'decline',
    'noAnswer',
    'leave',
    'endAll',
  ),
  fc.nat(1),
)

/** What the message path lets happen: an alert is answered or not, a talk is left. */
function happens(conversation: Conversation, act: keyof typeof steps, at: number): Conversation {
  const participant = conversation.participants[at]
  const state = participant === undefined ? undefined : currentLeg(participant)?.state
  if (participant === undefined || state === undefined || state === 'disconnected')
    return conversation
  const isFitting = act === 'leave' ? state === 'connected' : state === 'alerting'
  return isFitting ? steps[act](conversation, participant.id, moment).conversation : conversation
}

test('an internal message has two users as long as it lasts, and nobody afterwards', () => {
  fc.assert(
    fc.property(fc.array(acts), (list) => {
      let conversation = aConsult()
      for (const [act, at] of list) {
        conversation =
          act === 'endAll'
            ? endAll(conversation, undefined, moment).conversation
            : happens(conversation, act, at)
        const live = conversation.participants.filter(isLive)
        assert.equal(live.length, conversation.endMs === undefined ? 2 : 0)
        assert.equal(conversation.participants.length, 2)
        assert.equal(conversation.waiting, undefined)
      }
    }),
  )
})
