import type {
  Communication,
  Conversation,
  CustomerIdentity,
  DisconnectType,
  Participant,
} from './conversation.ts'
import { currentLeg, customerOf, isLive } from './conversation.ts'
import {
  addParticipant,
  connectedLeg,
  endLegs,
  endSegments,
  endWhere,
  linkToCustomer,
  type Moment,
  newParticipant,
  participantOf,
  replaceLeg,
  replaceParticipant,
  type Step,
} from './conversation-legs.ts'
import type { Channel } from './message.ts'

export interface Opening {
  readonly channel: Channel
  readonly platformAddress: string
  readonly customer: CustomerIdentity
  readonly direction: 'inbound' | 'outbound'
}

/** A new conversation with its customer connected, as the vendor shows it from the first instant. */
export function open(opening: Opening, moment: Moment): Step {
  const customer = newParticipant('customer', opening.customer.id, moment)
  const name = displayName(opening.customer)
  const participant: Participant = {
    ...customer,
    ...(name === undefined ? {} : { name }),
    communications: [connectedLeg(opening.direction, moment)],
  }
  return {
    conversation: {
      id: moment.newId(),
      version: 1,
      channel: opening.channel,
      platformAddress: opening.platformAddress,
      customer: opening.customer,
      startMs: moment.nowMs,
      participants: [participant],
      recentTransfers: [],
    },
    details: [{ name: 'customer.start', participantId: participant.id }],
  }
}

/** Brings an ended conversation back: the customer gets another leg (threading window, vendor help on threading). */
export function reopen(
  conversation: Conversation,
  direction: 'inbound' | 'outbound',
  moment: Moment,
): Step {
  const customer = customerOf(conversation)
  const { endMs: _ended, ...open } = conversation
  const { endMs: _left, ...stayed } = customer
  const back: Participant = {
    ...stayed,
    communications: [...customer.communications, connectedLeg(direction, moment)],
  }
  return {
    conversation: replaceParticipant({ ...open, version: conversation.version + 1 }, back),
    details: [{ name: 'customer.start', participantId: back.id }],
  }
}

/** Puts the conversation in a queue: an `acd` participant joins and it waits for an agent. */
export function enqueue(
  conversation: Conversation,
  queueId: string,
  queueName: string,
  moment: Moment,
): Step {
  const acd: Participant = {
    ...newParticipant('acd', conversation.platformAddress, moment),
    name: queueName,
    queueId,
    communications: [connectedLeg('inbound', moment, 'Delay')],
  }
  const joined = addParticipant(conversation, acd)
  return {
    conversation: {
      ...linkToCustomer(joined, acd.id),
      waiting: { queueId, sinceMs: moment.nowMs, notUserIds: [] },
    },
    details: [{ name: 'acd.start', participantId: acd.id }],
  }
}

export interface AlertedAgent {
  readonly userId: string
  readonly name: string
  readonly alertingTimeoutMs: number
}

/** Alerts an agent of the queue that the conversation waits in. */
export function alert(conversation: Conversation, agent: AlertedAgent, moment: Moment): Step {
  const { waiting, ...taken } = conversation
  if (waiting === undefined) throw new Error(`Conversation ${conversation.id} waits in no queue.`)
  const participant: Participant = {
    ...newParticipant('agent', conversation.platformAddress, moment),
    name: agent.name,
    userId: agent.userId,
    queueId: waiting.queueId,
    alertingTimeoutMs: agent.alertingTimeoutMs,
    communications: [
      {
        id: moment.newId(),
        state: 'alerting',
        direction: 'inbound',
        startMs: moment.nowMs,
        alertingMs: moment.nowMs,
        held: false,
        segments: [{ type: 'Alert', startMs: moment.nowMs }],
      },
    ],
  }
  return { conversation: addParticipant(taken, participant), details: [] }
}

/** The alerted agent takes it: his leg connects with the customer's, and the queue's ends with `transfer`. */
export function answer(conversation: Conversation, participantId: string, moment: Moment): Step {
  const agent = participantOf(conversation, participantId)
  const leg = currentLeg(agent)
  if (leg === undefined || leg.state !== 'alerting') return { conversation, details: [] }
  const connected: Communication = {
    ...leg,
    state: 'connected',
    connectedMs: moment.nowMs,
    segments: [...endSegments(leg, moment.nowMs), { type: 'Interact', startMs: moment.nowMs }],
  }
  let next = replaceParticipant(conversation, replaceLeg(agent, connected))
  const ended = endWhere(next, ({ purpose }) => purpose === 'acd', 'transfer', moment)
  next = linkToCustomer(ended.conversation, agent.id)
  const transfer = {
    id: moment.newId(),
    timeMs: moment.nowMs,
    kind: 'Attended' as const,
    ...(agent.userId === undefined ? {} : { destinationUserId: agent.userId }),
  }
  return {
    conversation: { ...next, recentTransfers: [...next.recentTransfers, transfer].slice(-20) },
    details: [...ended.details, { name: 'user.start', participantId: agent.id }],
  }
}

/** The alerted agent let it ring: his leg ends with `transfer.noanswer` and the conversation waits again. */
export function noAnswer(conversation: Conversation, participantId: string, moment: Moment): Step {
  return backToQueue(conversation, participantId, 'transfer.noanswer', moment)
}

/** The alerted agent declined or left: the conversation waits again, others first. */
export function decline(conversation: Conversation, participantId: string, moment: Moment): Step {
  return backToQueue(conversation, participantId, 'client', moment)
}

function backToQueue(
  conversation: Conversation,
  participantId: string,
  disconnectType: DisconnectType,
  moment: Moment,
): Step {
  const agent = participantOf(conversation, participantId)
  const ended = endLegs(conversation, new Map([[agent.id, disconnectType]]), moment)
  if (agent.queueId === undefined) return ended
  const before = conversation.participants
    .filter(
      (other) => other.queueId === agent.queueId && other.userId !== undefined && hasLeft(other),
    )
    .flatMap(({ userId }) => userId ?? [])
  const queueLeg = conversation.participants.find(
    ({ purpose, queueId }) => purpose === 'acd' && queueId === agent.queueId,
  )
  return {
    ...ended,
    conversation: {
      ...ended.conversation,
      waiting: {
        queueId: agent.queueId,
        sinceMs: queueLeg?.startMs ?? moment.nowMs,
        notUserIds: [
          ...new Set([...before, ...(agent.userId === undefined ? [] : [agent.userId])]),
        ],
      },
    },
  }
}

/** One participant leaves. When it is an agent or the customer, the other side goes as `peer` and the conversation ends. */
export function leave(conversation: Conversation, participantId: string, moment: Moment): Step {
  const leaving = participantOf(conversation, participantId)
  const others = conversation.participants.filter(
    (other) => other.id !== leaving.id && isLive(other) && other.purpose !== 'customer',
  )
  const staysOpen = leaving.purpose !== 'customer' && others.length > 0
  const ending = new Map<string, DisconnectType>([[leaving.id, 'client']])
  if (!staysOpen) {
    for (const other of conversation.participants) {
      if (other.id !== leaving.id && isLive(other)) ending.set(other.id, 'peer')
    }
  }
  return endLegs(conversation, ending, moment)
}

/** Everybody leaves: the side that asked with `client`, the others with `peer`; `system` when nobody's side asked. */
export function endAll(
  conversation: Conversation,
  byUserId: string | undefined,
  moment: Moment,
): Step {
  const own = conversation.participants.some(
    ({ userId }) => userId !== undefined && userId === byUserId,
  )
  const ending = new Map<string, DisconnectType>()
  for (const participant of conversation.participants.filter(isLive)) {
    if (own) ending.set(participant.id, participant.userId === byUserId ? 'client' : 'peer')
    else ending.set(participant.id, participant.purpose === 'customer' ? 'peer' : 'system')
  }
  return endLegs(conversation, ending, moment)
}

/** Adds an `api` participant for a message that a program sent (agentless); it is over at once. */
export function agentless(conversation: Conversation, moment: Moment): Step {
  const leg = connectedLeg('outbound', moment)
  const api: Participant = {
    ...newParticipant('api', conversation.platformAddress, moment),
    endMs: moment.nowMs,
    communications: [
      {
        ...leg,
        state: 'disconnected',
        endMs: moment.nowMs,
        disconnectType: 'client',
        segments: endSegments(leg, moment.nowMs, 'client'),
      },
    ],
  }
  return {
    conversation: addParticipant(conversation, api),
    details: [{ name: 'outbound', participantId: api.id }],
  }
}

/** An agent writes first: he joins connected, on behalf of a queue. */
export function joinAsAgent(
  conversation: Conversation,
  agent: { readonly userId: string; readonly name: string; readonly queueId?: string },
  moment: Moment,
): Step {
  const participant: Participant = {
    ...newParticipant('agent', conversation.platformAddress, moment),
    name: agent.name,
    userId: agent.userId,
    ...(agent.queueId === undefined ? {} : { queueId: agent.queueId }),
    communications: [connectedLeg('outbound', moment)],
  }
  return {
    conversation: linkToCustomer(addParticipant(conversation, participant), participant.id),
    details: [{ name: 'user.start', participantId: participant.id }],
  }
}

/** Merges attributes into a participant's; keys that are not named stay (vendor: no delete, blank a value). */
export function setAttributes(
  conversation: Conversation,
  participantId: string,
  attributes: Readonly<Record<string, string>>,
): Step {
  const participant = participantOf(conversation, participantId)
  const merged = { ...participant, attributes: { ...participant.attributes, ...attributes } }
  return {
    conversation: replaceParticipant(conversation, merged),
    details: [{ name: 'attributes', participantId }],
  }
}

/** The conversation as the next version to save. */
export function nextVersion(conversation: Conversation): Conversation {
  return { ...conversation, version: conversation.version + 1 }
}

function hasLeft(participant: Participant): boolean {
  return currentLeg(participant)?.disconnectType === 'transfer.noanswer'
}

function displayName(customer: CustomerIdentity): string | undefined {
  const full = [customer.firstName, customer.lastName]
    .filter((part) => part !== undefined)
    .join(' ')
  return full === '' ? customer.nickname : full
}
