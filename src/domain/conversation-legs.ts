import { beginAfterCallWork } from './after-call-work.ts'
import {
  type Communication,
  type Conversation,
  currentLeg,
  customerOf,
  type DisconnectType,
  isLive,
  type Participant,
  type Purpose,
  type SegmentType,
} from './conversation.ts'

/** What an observer is told changed; the names of the vendor's detail events. */
export interface Detail {
  readonly name:
    | 'customer.start'
    | 'customer.end'
    | 'acd.start'
    | 'acd.end'
    | 'flow.start'
    | 'flow.end'
    | 'user.start'
    | 'user.end'
    | 'attributes'
    | 'wrapup'
    | 'acw'
    | 'outbound'
  readonly participantId: string
}

/** A conversation after a step, and what the step changed. */
export interface Step {
  readonly conversation: Conversation
  readonly details: readonly Detail[]
}

/** The instant of a step, and where its new ids come from. */
export interface Moment {
  readonly nowMs: number
  readonly newId: () => string
}

/** A participant who has not connected yet. */
export function newParticipant(purpose: Purpose, address: string, moment: Moment): Participant {
  return {
    id: moment.newId(),
    purpose,
    address,
    startMs: moment.nowMs,
    attributes: {},
    wrapupRequired: false,
    communications: [],
  }
}

/** A leg that is connected from its first instant. */
export function connectedLeg(
  direction: 'inbound' | 'outbound',
  moment: Moment,
  segment: SegmentType = 'Interact',
): Communication {
  return {
    id: moment.newId(),
    state: 'connected',
    direction,
    startMs: moment.nowMs,
    connectedMs: moment.nowMs,
    held: false,
    segments: [{ type: segment, startMs: moment.nowMs }],
  }
}

/** Ends the legs of the participants that match. */
export function endWhere(
  conversation: Conversation,
  matches: (participant: Participant) => boolean,
  disconnectType: DisconnectType,
  moment: Moment,
): Step {
  return endLegs(conversation, (one) => (matches(one) ? disconnectType : undefined), moment)
}

/**
 * Ends the legs of the participants for whom `endingOf` says why, where they are not over yet; when the customer's is
 * over, so is the conversation.
 */
export function endLegs(
  conversation: Conversation,
  endingOf: (participant: Participant) => DisconnectType | undefined,
  { nowMs }: Pick<Moment, 'nowMs'>,
): Step {
  const details: Detail[] = []
  const participants = conversation.participants.map((participant) => {
    const leg = currentLeg(participant)
    if (leg === undefined || leg.state === 'disconnected') return participant
    const disconnectType = endingOf(participant)
    if (disconnectType === undefined) return participant
    const name = endDetail(participant, leg)
    if (name !== undefined) details.push({ name, participantId: participant.id })
    const ended = {
      ...replaceLeg(participant, endedLeg(leg, nowMs, disconnectType)),
      endMs: nowMs,
    }
    if (leg.connectedMs === undefined) return ended
    const after = beginAfterCallWork(ended, nowMs)
    if (after.endAcwMs !== undefined) details.push({ name: 'acw', participantId: after.id })
    return after
  })
  const next = withoutIdleWaiting({ ...conversation, participants })
  if (isLive(customerOf(next))) return { conversation: next, details }
  return { conversation: { ...withoutWaiting(next), endMs: nowMs }, details }
}

/** The leg when it is over. */
export function endedLeg(
  leg: Communication,
  endMs: number,
  disconnectType: DisconnectType,
): Communication {
  return {
    ...unparked(leg),
    state: 'disconnected',
    endMs,
    disconnectType,
    segments: endSegments(leg, endMs, disconnectType),
  }
}

/** Hardly any leg was parked, and leaving members out of a copy costs far more than copying. */
function unparked(leg: Communication): Communication {
  if (leg.parkedMs === undefined && leg.resumeMs === undefined) return leg
  const { parkedMs: _parked, resumeMs: _resume, ...rest } = leg
  return rest
}

/** It waits only while it is in a queue. */
function withoutIdleWaiting(conversation: Conversation): Conversation {
  const queued = conversation.participants.some((one) => one.purpose === 'acd' && isLive(one))
  return queued ? conversation : withoutWaiting(conversation)
}

/** Most have not waited at all; see `unparked`. */
function withoutWaiting(conversation: Conversation): Conversation {
  if (conversation.waiting === undefined) return conversation
  const { waiting: _over, ...rest } = conversation
  return rest
}

function endDetail(participant: Participant, leg: Communication): Detail['name'] | undefined {
  if (participant.purpose === 'customer') return 'customer.end'
  if (participant.purpose === 'acd') return 'acd.end'
  if (participant.purpose === 'workflow') return 'flow.end'
  return participant.userId !== undefined && leg.connectedMs !== undefined ? 'user.end' : undefined
}

/** The leg's segments with the running one ended. */
export function endSegments(
  leg: Communication,
  endMs: number,
  disconnectType?: DisconnectType,
): Communication['segments'] {
  return leg.segments.map((segment) => {
    if (segment.endMs !== undefined) return segment
    return disconnectType === undefined
      ? { ...segment, endMs }
      : { ...segment, endMs, disconnectType }
  })
}

/** Makes the participant's leg and the customer's each other's peers. */
export function linkToCustomer(conversation: Conversation, participantId: string): Conversation {
  const customer = customerOf(conversation)
  const other = participantOf(conversation, participantId)
  const customerLeg = currentLeg(customer)
  const otherLeg = currentLeg(other)
  if (customerLeg === undefined || otherLeg === undefined) return conversation
  const linked = replaceParticipant(
    conversation,
    replaceLeg(customer, { ...customerLeg, peerId: otherLeg.id }),
  )
  return replaceParticipant(linked, replaceLeg(other, { ...otherLeg, peerId: customerLeg.id }))
}

/** The participant of that id; asking for one that is not there is a bug. */
export function participantOf(conversation: Conversation, id: string): Participant {
  const participant = conversation.participants.find((one) => one.id === id)
  if (participant === undefined)
    throw new Error(`Conversation ${conversation.id} has no participant ${id}.`)
  return participant
}

/** The conversation with one more participant. */
export function addParticipant(conversation: Conversation, participant: Participant): Conversation {
  return { ...conversation, participants: [...conversation.participants, participant] }
}

/** The conversation with a participant in his changed form. */
export function replaceParticipant(
  conversation: Conversation,
  participant: Participant,
): Conversation {
  return {
    ...conversation,
    participants: conversation.participants.map((one) =>
      one.id === participant.id ? participant : one,
    ),
  }
}

/** The participant with a leg in its changed form. */
export function replaceLeg(participant: Participant, leg: Communication): Participant {
  return {
    ...participant,
    communications: participant.communications.map((one) => (one.id === leg.id ? leg : one)),
  }
}
