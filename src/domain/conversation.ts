import type { Channel } from './message.ts'

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
  readonly disconnectType?: DisconnectType
  /** Communication id of the leg it talks with. */
  readonly peerId?: string
  readonly held: boolean
  readonly segments: readonly Segment[]
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
  readonly startMs: number
  readonly endMs?: number
  readonly alertingTimeoutMs?: number
  readonly attributes: Readonly<Record<string, string>>
  readonly wrapupRequired: boolean
  readonly wrapup?: Wrapup
  readonly startAcwMs?: number
  readonly endAcwMs?: number
  readonly communications: readonly Communication[]
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
}

/** A message conversation: who took part, how each leg went, and where it stands. */
export interface Conversation {
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
  readonly waiting?: {
    readonly queueId: string
    readonly sinceMs: number
    readonly notUserIds: readonly string[]
  }
  readonly participants: readonly Participant[]
  readonly recentTransfers: readonly Transfer[]
}

/** What makes messages belong to one thread: our end and the customer's, on one kind of channel. */
export function threadKey(channel: Channel, platformAddress: string, customerId: string): string {
  return `${channel}|${platformAddress}|${customerId}`
}

/** The last leg of a participant: the one that its state is read from. */
export function currentLeg(participant: Participant): Communication | undefined {
  return participant.communications.at(-1)
}

/** The customer's own participant; every conversation has one. */
export function customerOf(conversation: Conversation): Participant {
  const customer = conversation.participants.find(({ purpose }) => purpose === 'customer')
  if (customer === undefined) throw new Error(`Conversation ${conversation.id} has no customer.`)
  return customer
}

/** Users with a leg that is not over. */
export function activeUserIds(conversation: Conversation): readonly string[] {
  const ids = conversation.participants
    .filter((participant) => participant.userId !== undefined && isLive(participant))
    .map(({ userId }) => userId ?? '')
  return [...new Set(ids)]
}

/** Queues that the conversation has been through, first to last. */
export function queueIdsOf(conversation: Conversation): readonly string[] {
  return [...new Set(conversation.participants.flatMap(({ queueId }) => queueId ?? []))]
}

/** Whether the participant's last leg is not over. */
export function isLive(participant: Participant): boolean {
  const leg = currentLeg(participant)
  return leg !== undefined && leg.state !== 'disconnected'
}
