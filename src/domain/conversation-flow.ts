import { workFollows } from './after-call-work.ts'
import type {
  AfterCallWork,
  Communication,
  Conversation,
  CustomerIdentity,
  DisconnectType,
  Participant,
  Transfer,
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
  const communications = [connectedLeg(opening.direction, moment)]
  const participant: Participant =
    name === undefined ? { ...customer, communications } : { ...customer, name, communications }
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

type Waiting = NonNullable<Conversation['waiting']>

/** A queue that a conversation is put in, and what it asks for there. */
export interface QueueRequest extends Partial<Omit<Waiting, 'queueId' | 'sinceMs'>> {
  readonly id: string
  readonly name: string
}

/** Puts the conversation in a queue: an `acd` participant joins and it waits for an agent. */
export function enqueue(
  conversation: Conversation,
  queueId: string,
  queueName: string,
  moment: Moment,
): Step {
  return requestQueue(conversation, { id: queueId, name: queueName }, moment)
}

/** Puts the conversation in a queue with wishes: skills, a priority, the agent who had it last. */
export function requestQueue(
  conversation: Conversation,
  queue: QueueRequest,
  moment: Moment,
): Step {
  const { conversation: joined, details } = joinQueue(conversation, queue, moment)
  const acd = joined.participants.at(-1)
  return { conversation: acd === undefined ? joined : linkToCustomer(joined, acd.id), details }
}

/** Adds the queue's participant last and waits there, while whoever talks with the customer goes on. */
export function joinQueue(conversation: Conversation, queue: QueueRequest, moment: Moment): Step {
  const { id, name, ...wishes } = queue
  const { notUserIds: _who, preferredUserId: _last, ...asks } = wishes
  const acd: Participant = {
    ...newParticipant('acd', conversation.platformAddress, moment),
    name,
    queueId: id,
    queueName: name,
    ...(Object.keys(asks).length === 0 ? {} : { asks }),
    communications: [connectedLeg('inbound', moment, 'Delay')],
  }
  return {
    conversation: {
      ...addParticipant(conversation, acd),
      waiting: { notUserIds: [], ...wishes, queueId: id, sinceMs: moment.nowMs },
    },
    details: [{ name: 'acd.start', participantId: acd.id }],
  }
}

export interface AlertedAgent {
  readonly userId: string
  readonly name: string
  readonly alertingTimeoutMs: number
  /** What the queue asks of him when the conversation is over. */
  readonly acw?: AfterCallWork
}

/** Alerts an agent of the queue that the conversation waits in. */
export function alert(conversation: Conversation, agent: AlertedAgent, moment: Moment): Step {
  const { waiting, ...taken } = conversation
  if (waiting === undefined) throw new Error(`Conversation ${conversation.id} waits in no queue.`)
  const queueName = conversation.participants.findLast(
    ({ purpose, queueId }) => purpose === 'acd' && queueId === waiting.queueId,
  )?.name
  const queue = { id: waiting.queueId, ...(queueName === undefined ? {} : { name: queueName }) }
  return { conversation: addParticipant(taken, alerted(agent, queue, moment, taken)), details: [] }
}

/** An agent's participant that alerts. */
export function alerted(
  agent: AlertedAgent,
  queue: { readonly id?: string; readonly name?: string },
  moment: Moment,
  { platformAddress }: Pick<Conversation, 'platformAddress'>,
): Participant {
  return {
    ...newParticipant('agent', platformAddress, moment),
    name: agent.name,
    userId: agent.userId,
    ...(queue.id === undefined ? {} : { queueId: queue.id }),
    ...(queue.name === undefined ? {} : { queueName: queue.name }),
    alertingTimeoutMs: agent.alertingTimeoutMs,
    ...owes(agent.acw),
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
}

function owes(acw: AfterCallWork | undefined): Pick<Participant, 'acw' | 'wrapupRequired'> {
  if (acw === undefined) return { wrapupRequired: false }
  return { acw, wrapupRequired: workFollows(acw) }
}

/**
 * The alerted agent takes it: his leg connects with the customer's, and the queue's leg ends with `transfer`, as does
 * that of an agent who stayed to hand it over.
 */
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
  const giving = conversation.participants.filter(
    (one) =>
      isLive(one) && one.id !== agent.id && (one.purpose === 'acd' || one.handingTo !== undefined),
  )
  const taken = replaceParticipant(conversation, replaceLeg(agent, connected))
  const ended = endLegs(taken, (one) => (giving.includes(one) ? 'transfer' : undefined), moment)
  const initiatorId = giving.find(({ handingTo }) => handingTo !== undefined)?.userId
  const transfer: Transfer = {
    id: moment.newId(),
    timeMs: moment.nowMs,
    kind: 'Attended',
    ...(initiatorId === undefined ? {} : { initiatorId }),
    ...(agent.userId === undefined ? {} : { destinationUserId: agent.userId }),
  }
  const linked = linkToCustomer(ended.conversation, agent.id)
  const isRecorded = linked.recentTransfers.some((one) => one.participantId === agent.id)
  return {
    conversation: giving.length === 0 || isRecorded ? linked : withTransfer(linked, transfer),
    details: [...ended.details, { name: 'user.start', participantId: agent.id }],
  }
}

/** The conversation with one more transfer; the vendor keeps the last 20. */
export function withTransfer(conversation: Conversation, transfer: Transfer): Conversation {
  return {
    ...conversation,
    recentTransfers: [...conversation.recentTransfers, transfer].slice(-20),
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
  const ended = endWhere(conversation, ({ id }) => id === agent.id, disconnectType, moment)
  const giver = ended.conversation.participants.find(
    (one) => one.handingTo === agent.id && isLive(one),
  )
  if (giver !== undefined) {
    const { handingTo: _kept, ...keeps } = giver
    return { ...ended, conversation: replaceParticipant(ended.conversation, keeps) }
  }
  if (conversation.channel === 'internalmessage') {
    const over = endWhere(ended.conversation, () => true, 'peer', moment)
    return { conversation: over.conversation, details: [...ended.details, ...over.details] }
  }
  if (agent.queueId === undefined) return ended
  const queueId = agent.queueId
  const queued = ended.conversation.participants.findLast(
    (one) => one.purpose === 'acd' && one.queueId === queueId,
  )
  const notUserIds = [
    ...new Set(
      ended.conversation.participants
        .filter((other) => other.queueId === queueId && (other.id === agent.id || hasLeft(other)))
        .flatMap(({ userId }) => userId ?? []),
    ),
  ]
  if (queued !== undefined && isLive(queued)) {
    const waiting = { ...queued.asks, queueId, sinceMs: queued.startMs, notUserIds }
    return { ...ended, conversation: { ...ended.conversation, waiting } }
  }
  const name = agent.queueName ?? queueId
  const queue = { ...queued?.asks, id: queueId, name, notUserIds }
  const again = requestQueue(ended.conversation, queue, moment)
  return { conversation: again.conversation, details: [...ended.details, ...again.details] }
}

/** One participant leaves. When it is an agent or the customer, the other side goes as `peer` and the conversation ends. */
export function leave(conversation: Conversation, participantId: string, moment: Moment): Step {
  const leaving = participantOf(conversation, participantId)
  const { id: anchorId } = customerOf(conversation)
  const talks = (other: Participant) =>
    other.id !== leaving.id &&
    isLive(other) &&
    other.id !== anchorId &&
    other.monitoredParticipantId === undefined
  const staysOpen =
    leaving.monitoredParticipantId !== undefined ||
    (leaving.id !== anchorId && conversation.participants.some(talks))
  const others = staysOpen ? undefined : 'peer'
  return endLegs(conversation, ({ id }) => (id === leaving.id ? 'client' : others), moment)
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
  const endingOf = ({ userId, purpose }: Participant): DisconnectType => {
    if (own) return userId === byUserId ? 'client' : 'peer'
    return purpose === 'customer' ? 'peer' : 'system'
  }
  return endLegs(conversation, endingOf, moment)
}

/** Nobody wrote for too long: everybody's leg ends with `inactivity`. */
export function expire(conversation: Conversation, moment: Moment): Step {
  return endWhere(conversation, () => true, 'inactivity', moment)
}

/** An agent writes first: he joins connected, on behalf of a queue. */
export function joinAsAgent(
  conversation: Conversation,
  agent: {
    readonly userId: string
    readonly name: string
    readonly queueId?: string
    readonly queueName?: string
    readonly acw?: AfterCallWork
  },
  moment: Moment,
): Step {
  const participant: Participant = {
    ...newParticipant('agent', conversation.platformAddress, moment),
    name: agent.name,
    userId: agent.userId,
    ...(agent.queueId === undefined ? {} : { queueId: agent.queueId }),
    ...(agent.queueName === undefined ? {} : { queueName: agent.queueName }),
    ...owes(agent.acw),
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
  const { firstName, lastName, nickname } = customer
  if (firstName === undefined || lastName === undefined) return firstName || lastName || nickname
  return `${firstName} ${lastName}`
}
