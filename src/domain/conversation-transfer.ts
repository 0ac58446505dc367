import {
  type Conversation,
  currentLeg,
  isLive,
  type Participant,
  type Transfer,
} from './conversation.ts'
import {
  type AlertedAgent,
  alerted,
  joinQueue,
  requestQueue,
  withTransfer,
} from './conversation-flow.ts'
import {
  addParticipant,
  connectedLeg,
  endSegments,
  endWhere,
  type Moment,
  newParticipant,
  participantOf,
  replaceLeg,
  replaceParticipant,
  type Step,
} from './conversation-legs.ts'

/** Whom a conversation is handed to. */
export type TransferTarget =
  | { readonly type: 'user'; readonly agent: AlertedAgent }
  | { readonly type: 'queue'; readonly id: string; readonly name: string }

export interface TransferOrder {
  /** Who hands it over: an agent, or the queue that it waits in. */
  readonly participantId: string
  readonly target: TransferTarget
  readonly kind: 'Attended' | 'Unattended'
  /** Who asked, where that is not the participant himself. */
  readonly byUserId?: string | undefined
}

/**
 * Hands a conversation over. Unattended, the leg ends with `transfer` at once; attended, it ends when the target has
 * answered, and stays when he does not. A later transfer withdraws one that nobody has answered yet. A queue has
 * nobody who could attend, so its conversations are always handed over at once.
 */
export function transfer(conversation: Conversation, order: TransferOrder, moment: Moment): Step {
  const giver = participantOf(conversation, order.participantId)
  const stays = stayingAgent(conversation, order)
  const withdrawn = withdraw(conversation, giver.id, moment)
  const given = { giver, target: order.target, attended: stays !== undefined }
  const joined = join(withdrawn.conversation, given, moment)
  const details = [...withdrawn.details, ...joined.details]
  const target = joined.conversation.participants.at(-1)
  const handed =
    stays === undefined || target === undefined
      ? joined.conversation
      : replaceParticipant(joined.conversation, {
          ...participantOf(joined.conversation, stays.id),
          handingTo: target.id,
        })
  const recorded =
    stays?.id === giver.id && order.target.type === 'queue'
      ? handed // which of its agents takes over is recorded when he does
      : withTransfer(handed, recordOf(order, { giver, stays, target }, moment))
  if (stays?.id === giver.id) return { conversation: recorded, details }
  // The customer's leg goes on, so the conversation stays open; only the giver's is over.
  const ended = endWhere(recorded, ({ id }) => id === giver.id, 'transfer', moment)
  return { conversation: ended.conversation, details: [...details, ...ended.details] }
}

/** The agent who goes on until the target answers: the giver himself, or who gave it to the queue that gives it on. */
function stayingAgent(
  conversation: Conversation,
  { participantId, kind }: TransferOrder,
): Participant | undefined {
  const giver = participantOf(conversation, participantId)
  if (giver.purpose !== 'acd') return kind === 'Attended' ? giver : undefined
  return conversation.participants.find((one) => one.handingTo === giver.id && isLive(one))
}

function recordOf(
  { target, byUserId }: TransferOrder,
  legs: {
    readonly giver: Participant
    readonly stays: Participant | undefined
    readonly target: Participant | undefined
  },
  moment: Moment,
): Transfer {
  const initiatorId = byUserId ?? (legs.stays ?? legs.giver).userId
  const record = {
    id: moment.newId(),
    timeMs: moment.nowMs,
    kind: legs.stays === undefined ? ('Unattended' as const) : ('Attended' as const),
    ...(initiatorId === undefined ? {} : { initiatorId }),
  }
  if (target.type === 'queue') return { ...record, destinationQueueId: target.id }
  return {
    ...record,
    destinationUserId: target.agent.userId,
    ...(legs.target === undefined ? {} : { participantId: legs.target.id }),
  }
}

/**
 * How a transfer went, by the leg of whom it is for (states of the vendor's `TransferResponse`): `Pending` until he
 * answers. GUESS: declining is `Failed`, and what ends while he is alerted is `Canceled`; the vendor only names them.
 */
export function transferState(
  conversation: Conversation,
  { participantId }: Transfer,
): 'Pending' | 'Complete' | 'Failed' | 'Timeout' | 'Canceled' {
  const target = conversation.participants.find(({ id }) => id === participantId)
  const leg = target === undefined ? undefined : currentLeg(target)
  if (leg === undefined || leg.connectedMs !== undefined) return 'Complete'
  if (leg.state !== 'disconnected') return 'Pending'
  if (leg.disconnectType === 'client') return 'Failed'
  return leg.disconnectType === 'transfer.noanswer' ? 'Timeout' : 'Canceled'
}

function withdraw(conversation: Conversation, giverId: string, moment: Moment): Step {
  const pending = (one: Participant) =>
    one.id !== giverId && (one.purpose === 'acd' || currentLeg(one)?.state === 'alerting')
  const ended = endWhere(conversation, pending, 'transfer', moment)
  const { waiting: _waiting, ...rest } = ended.conversation
  const participants = rest.participants.map(({ handingTo: _handing, ...one }) => one)
  return { conversation: { ...rest, participants }, details: ended.details }
}

/**
 * The target joins. A user who is handed a conversation stands in for the queue that the giver had it from, so that
 * it goes back there when he does not answer (GUESS: the vendor does not say where it goes).
 */
function join(
  conversation: Conversation,
  given: {
    readonly giver: Participant
    readonly target: TransferTarget
    readonly attended: boolean
  },
  moment: Moment,
): Step {
  const { giver, target, attended } = given
  if (target.type === 'user') {
    const queue = {
      ...(giver.queueId === undefined ? {} : { id: giver.queueId }),
      ...(giver.queueName === undefined ? {} : { name: giver.queueName }),
    }
    const agent = alerted(target.agent, queue, moment, conversation)
    return { conversation: addParticipant(conversation, agent), details: [] }
  }
  const wishes = giver.userId === undefined ? {} : { notUserIds: [giver.userId] }
  const queue = { id: target.id, name: target.name, ...wishes }
  return attended
    ? joinQueue(conversation, queue, moment)
    : requestQueue(conversation, queue, moment)
}

/** Somebody listens to a participant; he neither keeps the conversation open nor takes part in it. */
export function monitor(
  conversation: Conversation,
  listener: {
    readonly userId: string
    readonly name: string
    readonly monitoredParticipantId: string
  },
  moment: Moment,
): Step {
  const participant: Participant = {
    ...newParticipant('user', conversation.platformAddress, moment),
    ...listener,
    communications: [connectedLeg('inbound', moment)],
  }
  return {
    conversation: addParticipant(conversation, participant),
    details: [{ name: 'user.start', participantId: participant.id }],
  }
}

/** The agent puts the conversation aside: his capacity is free until he, or the time, brings it back. */
export function park(
  conversation: Conversation,
  participantId: string,
  resumeMs: number | undefined,
  moment: Moment,
): Step {
  const participant = participantOf(conversation, participantId)
  const leg = currentLeg(participant)
  if (leg === undefined || (leg.state !== 'connected' && leg.state !== 'parked'))
    return { conversation, details: [] }
  const { resumeMs: _before, ...rest } = leg
  const parked = {
    ...rest,
    state: 'parked' as const,
    parkedMs: leg.parkedMs ?? moment.nowMs,
    ...(resumeMs === undefined ? {} : { resumeMs }),
  }
  return {
    conversation: replaceParticipant(conversation, replaceLeg(participant, parked)),
    details: [],
  }
}

/** A parked conversation comes back to its agent. */
export function unpark(conversation: Conversation, participantId: string, moment: Moment): Step {
  const participant = participantOf(conversation, participantId)
  const leg = currentLeg(participant)
  if (leg?.state !== 'parked' || !isLive(participant)) return { conversation, details: [] }
  const { parkedMs: _parked, resumeMs: _resume, ...rest } = leg
  const connected = {
    ...rest,
    state: 'connected' as const,
    segments: [
      ...endSegments(leg, moment.nowMs),
      { type: 'Interact' as const, startMs: moment.nowMs },
    ],
  }
  return {
    conversation: replaceParticipant(conversation, replaceLeg(participant, connected)),
    details: [],
  }
}
