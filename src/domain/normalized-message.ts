import { isoTime } from '../clock.ts'
import type { CustomerIdentity } from './conversation.ts'
import type { Message, MessageContent } from './message.ts'

/** The vendor's normalized message: what webhooks carry and what inbound posts are answered with. */
export interface NormalizedMessage {
  readonly id: string
  readonly channel: {
    readonly id: string
    readonly platform: 'Open' | 'Sms'
    readonly type: 'Private'
    readonly messageId: string
    readonly to: { readonly id: string; readonly idType?: string }
    readonly from: {
      readonly id: string
      readonly idType?: string
      readonly nickname?: string
      readonly firstName?: string
      readonly lastName?: string
    }
    readonly time: string
    readonly metadata?: Readonly<Record<string, unknown>>
  }
  readonly type: 'Text' | 'Structured' | 'Event' | 'Receipt'
  readonly text?: string
  readonly content?: readonly MessageContent[]
  readonly events?: readonly object[]
  readonly metadata?: Readonly<Record<string, string>>
  readonly status?: string
  readonly reasons?: readonly { readonly code?: string; readonly message: string }[]
  readonly isFinalReceipt?: boolean
  readonly originatingEntity?: 'Human' | 'Bot'
  readonly direction: 'Inbound' | 'Outbound'
  readonly conversationId?: string
}

/** Our end of a channel: the integration, or the sender's number. */
export interface PlatformEnd {
  readonly id: string
  readonly name?: string
}

/** A conversation's message in the vendor's normalized form. */
export function normalizedMessage(
  message: Message,
  customer: CustomerIdentity,
  ours: PlatformEnd,
): NormalizedMessage {
  const outbound = message.direction === 'outbound'
  const { idType, ...identity } = customer
  const theirs = {
    ...identity,
    idType: outbound && message.messengerType === 'open' ? 'Opaque' : idType,
  }
  const own = {
    id: ours.id,
    idType: 'Opaque',
    ...(ours.name === undefined ? {} : { nickname: ours.name }),
  }
  return {
    id: message.id,
    channel: {
      id: ours.id,
      platform: message.messengerType === 'open' ? 'Open' : 'Sms',
      type: 'Private',
      messageId: message.providerMessageId ?? message.id,
      to: outbound ? { id: theirs.id, idType: theirs.idType } : { id: ours.id },
      from: outbound ? own : theirs,
      time: isoTime(message.channelTimeMs ?? message.timeMs),
    },
    type: message.kind,
    ...(message.text === undefined ? {} : { text: message.text }),
    ...(message.content.length === 0 ? {} : { content: message.content }),
    ...(message.metadata === undefined ? {} : { metadata: message.metadata }),
    ...(message.originatingEntity === undefined
      ? {}
      : { originatingEntity: message.originatingEntity }),
    direction: outbound ? 'Outbound' : 'Inbound',
    conversationId: message.conversationId,
  }
}

/** The receipt that tells a webhook what became of the customer's message (vendor: outbound receipt for an inbound message). */
export function receiptForInbound(
  message: Message,
  customer: CustomerIdentity,
  ours: PlatformEnd,
  nowMs: number,
): NormalizedMessage {
  const id = message.providerMessageId ?? message.id
  return {
    id,
    channel: {
      id: ours.id,
      platform: 'Open',
      type: 'Private',
      messageId: id,
      from: { id: customer.id, idType: customer.idType },
      to: { id: ours.id },
      time: isoTime(nowMs),
    },
    type: 'Receipt',
    status: 'Published',
    direction: 'Inbound',
    isFinalReceipt: true,
  }
}

/** The typing event that a webhook gets while an agent writes. */
export function typingEvent(
  id: string,
  customer: CustomerIdentity,
  ours: PlatformEnd,
  at: { readonly nowMs: number; readonly durationMs: number; readonly conversationId: string },
): NormalizedMessage {
  return {
    id,
    channel: {
      id: ours.id,
      platform: 'Open',
      type: 'Private',
      messageId: id,
      to: { id: customer.id, idType: 'Opaque' },
      from: {
        id: ours.id,
        idType: 'Opaque',
        ...(ours.name === undefined ? {} : { nickname: ours.name }),
      },
      time: isoTime(at.nowMs),
    },
    type: 'Event',
    events: [{ eventType: 'Typing', typing: { type: 'On', duration: at.durationMs } }],
    direction: 'Outbound',
    conversationId: at.conversationId,
  }
}
