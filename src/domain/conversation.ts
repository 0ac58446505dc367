import type { ChannelFacts } from './channel-facts.ts'
import { type Channel, isMessenger } from './message.ts'

/** What a participant is there for. The vendor's words; message flows appear as `workflow`. */
export type Purpose = 'customer' | 'workflow' | 'acd' | 'agent' | 'user' | 'external' | 'api'

/** States of one communication of a message conversation (vendor model `Message.state`). */
export type CommunicationState = 'alerting' | 'connected' | 'parked' | 'disconnected'

/** Why a communication ended (vendor model `Message.disconnectType`). */
export type DisconnectType =
  | 'endpoint'
  | 'client'
  | 'system'
  | 'timeout'
  | 'transfer'
  | 'transfer.noanswer'
  | 'transfer.notavailable'
  | 'error'
  | 'peer'
  | 'other'
  | 'inactivity'

export type SegmentType = 'System' | 'Delay' | 'Alert' | 'Interact' | 'Wrapup'

/** A stretch of one communication, for reports: what went on from when to when. */
export interface Segment {
  readonly type: SegmentType
  readonly startMs: number
  readonly endMs?: number
  readonly disconnectType?: DisconnectType
}

/** One leg of a participant. A participant that comes back gets another one. */
export interface Communication {
  readonly id: string
  readonly state: CommunicationState
  readonly direction: 'inbound' | 'outbound'
  readonly startMs: number
  readonly alertingMs?: number
  readonly connectedMs?: number
  readonly endMs?: number
  /** Since when it is parked; only while it is. */
  readonly parkedMs?: number
  /** When a parked leg comes back by itself; absent: when the agent says so. */
  readonly resumeMs?: number
  readonly disconnectType?: DisconnectType
  /** Communication id of the leg it talks with. */
  readonly peerId?: string
  readonly held: boolean
  readonly segments: readonly Segment[]
}

/** How a queue asks for after-call work (vendor model `Participant.wrapupPrompt`). */
export type WrapupPrompt = 'mandatory' | 'optional' | 'timeout' | 'forcedTimeout' | 'agentRequested'

/** The after-call work that a participant owes by his queue's settings, as they were when he was alerted. */
export interface AfterCallWork {
  readonly prompt: WrapupPrompt
  readonly timeoutMs: number
  /** The agent asked for it (prompt `agentRequested`). */
  readonly requested?: boolean
}

/** What the agent said of the conversation when it was over. */
export interface Wrapup {
  readonly code: string
  readonly name?: string
  readonly notes?: string
  readonly tags?: readonly string[]
  readonly durationSeconds?: number
  readonly endMs?: number
  readonly provisional: boolean
}

export interface Participant {
  readonly id: string
  readonly purpose: Purpose
  readonly name?: string
  /** The customer's address, or the integration's or sender's for our side. */
  readonly address: string
  readonly userId?: string
  readonly queueId?: string
  readonly queueName?: string
  /** The routing application that a `workflow` participant stands for. */
  readonly flowId?: string
  readonly startMs: number
  readonly endMs?: number
  readonly alertingTimeoutMs?: number
  readonly attributes: Readonly<Record<string, string>>
  readonly wrapupRequired: boolean
  readonly wrapup?: Wrapup
  /** Saved for later by the agent; not his last word. */
  readonly provisionalWrapup?: Wrapup
  readonly wrapupSkipped?: boolean
  /** Absent for participants that have no after-call work. */
  readonly acw?: AfterCallWork
  readonly startAcwMs?: number
  readonly endAcwMs?: number
  /** What was asked of the queue, so that it is asked again when an agent lets it ring. */
  readonly asks?: RoutingWishes
  /** Why what was sent for this participant did not arrive. */
  readonly error?: { readonly code: string; readonly message: string }
  /** He listens only, to this participant. */
  readonly monitoredParticipantId?: string
  /** He stays until this participant, or an agent of this queue's leg, has taken over (attended transfer). */
  readonly handingTo?: string
  readonly communications: readonly Communication[]
}

/** What a conversation asks of the queue that it waits in. */
export interface RoutingWishes {
  /** Skills that an agent needs, every one of them. */
  readonly skillIds?: readonly string[]
  /** The language that an agent needs. */
  readonly languageId?: string
  /** The greater goes first; 0 unless said otherwise. */
  readonly priority?: number
}

/** The customer as the channel names him. */
export interface CustomerIdentity {
  readonly id: string
  readonly idType: 'Email' | 'Phone' | 'Opaque'
  readonly nickname?: string
  readonly firstName?: string
  readonly lastName?: string
}

export interface Transfer {
  readonly id: string
  readonly timeMs: number
  readonly kind: 'Attended' | 'Unattended'
  readonly initiatorId?: string
  readonly destinationUserId?: string
  readonly destinationQueueId?: string
  /** Whose leg tells how a transfer to a user went; without it the transfer was over when it was recorded. */
  readonly participantId?: string
}

/** What an e-mail conversation is about, and who carries its mails. */
export interface EmailThread {
  readonly subject: string
  /** `PureCloud Email` for mails that we carry; otherwise the external system that has them. */
  readonly provider: string
}

/** A conversation: who took part, how each leg went, and where it stands. */
export interface Conversation extends ChannelFacts {
  readonly id: string
  /** Grows with every save; a save that names another is a lost race. */
  readonly version: number
  readonly channel: Channel
  /** Our end: the integration's id, or the sender's number. */
  readonly platformAddress: string
  readonly customer: CustomerIdentity
  readonly startMs: number
  /** When the last leg ended; absent while the conversation is open. */
  readonly endMs?: number
  /** Set while it waits for an agent. */
  readonly waiting?: RoutingWishes & {
    readonly queueId: string
    readonly sinceMs: number
    readonly notUserIds: readonly string[]
    /** Who is asked first when he is free: the agent who had it last. */
    readonly preferredUserId?: string
  }
  readonly participants: readonly Participant[]
  readonly recentTransfers: readonly Transfer[]
  /** When agents told of their typing in the last minute; epoch milliseconds. */
  readonly typingMs?: readonly number[]
  /** Of an e-mail conversation only. */
  readonly email?: EmailThread
}

/**
 * The key under which at most one conversation is open. Messages belong together by their two ends; on other
 * channels one customer may have several conversations with us at once.
 */
export function threadKeyOf(conversation: Conversation): string {
  const { id, channel, platformAddress, customer, video } = conversation
  if (isMessenger(channel)) return threadKey(channel, platformAddress, customer.id)
  return video === undefined ? `${channel}|${id}` : videoThreadKey(video.conferenceId)
}

/** The key of a video conference: one conversation at a time is held in it. */
export function videoThreadKey(conferenceId: string): string {
  return `video|${conferenceId}`
}

/** What makes messages belong to one thread: our end and the customer's, on one kind of channel. */
export function threadKey(channel: Channel, platformAddress: string, customerId: string): string {
  return `${channel}|${platformAddress}|${customerId}`
}

/** The last leg of a participant: the one that its state is read from. */
export function currentLeg(participant: Participant): Communication | undefined {
  return participant.communications.at(-1)
}

/**
 * The participant that a conversation stands and falls with: the customer, of whom every conversation has one. Internal
 * messages have none, and stand and fall with the user who began them.
 */
export function customerOf(conversation: Conversation): Participant {
  const { channel, participants } = conversation
  const customer =
    channel === 'internalmessage'
      ? participants[0]
      : participants.find(({ purpose }) => purpose === 'customer')
  if (customer === undefined) throw new Error(`Conversation ${conversation.id} has no customer.`)
  return customer
}

/** Users with a leg that is not over. */
export function activeUserIds(conversation: Conversation): readonly string[] {
  return distinct(conversation, (one) => (isLive(one) ? one.userId : undefined))
}

/** Users who have a leg that is not over, or after-call work to do. */
export function engagedUserIds(conversation: Conversation): readonly string[] {
  return distinct(conversation, (one) =>
    isLive(one) || isWrappingUp(one) ? one.userId : undefined,
  )
}

/** Whether the conversation takes up the user's capacity: not while he has it parked or only listens. */
export function occupies(conversation: Conversation, userId: string): boolean {
  return conversation.participants.some(
    (participant) =>
      participant.userId === userId &&
      participant.monitoredParticipantId === undefined &&
      (isWrappingUp(participant) ||
        (isLive(participant) && currentLeg(participant)?.state !== 'parked')),
  )
}

/** Queues that the conversation has been through, first to last. */
export function queueIdsOf(conversation: Conversation): readonly string[] {
  return distinct(conversation, ({ queueId }) => queueId)
}

/** What participants have of something, each once, in their order. They are few, so a list is searched. */
function distinct(
  { participants }: Conversation,
  idOf: (participant: Participant) => string | undefined,
): readonly string[] {
  const ids: string[] = []
  for (const participant of participants) {
    const id = idOf(participant)
    if (id !== undefined && !ids.includes(id)) ids.push(id)
  }
  return ids
}

/** Whether the participant's last leg is not over. */
export function isLive(participant: Participant): boolean {
  const leg = currentLeg(participant)
  return leg !== undefined && leg.state !== 'disconnected'
}

/** Whether the participant's after-call work has begun and is not done. */
export function isWrappingUp({ startAcwMs, endAcwMs }: Participant): boolean {
  return startAcwMs !== undefined && endAcwMs === undefined
}
