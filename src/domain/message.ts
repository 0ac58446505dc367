import type { ReceiptReason } from './receipt.ts'

/** Channels that message conversations run on here; the vendor knows more. */
export type MessengerType = 'open' | 'sms'

/** What a conversation runs on: a messenger, or one of the other digital media. */
export type Channel =
  | MessengerType
  | 'email'
  | 'internalmessage'
  | 'cobrowse'
  | 'social'
  | 'video'
  | 'fax'

/** Whether conversations on this channel are the vendor's message conversations. */
export function isMessenger(channel: Channel): channel is MessengerType {
  return channel === 'open' || channel === 'sms'
}

/** The vendor's `MessageData.status`. */
export type MessageStatus =
  | 'queued'
  | 'sent'
  | 'delivery-success'
  | 'delivery-failed'
  | 'failed'
  | 'received'
  | 'read'
  | 'published'
  | 'removed'

/** A medium, a template or another structured part of a message, in the vendor's own form. */
export type MessageContent = Readonly<Record<string, unknown>> & { readonly contentType: string }

/** Why a message failed, in words for API users and agents. */
export interface MessageError {
  readonly code: ReceiptReason
  readonly message: string
  /** The provider's own code, as it came. */
  readonly providerCode?: string
}

/** One message of a conversation. What it says never changes; its status does. */
export interface Message {
  /** 32 hexadecimal digits. */
  readonly id: string
  readonly conversationId: string
  readonly communicationId: string
  readonly direction: 'inbound' | 'outbound'
  readonly messengerType: MessengerType | 'internal' | 'fax'
  readonly kind: 'Text' | 'Structured' | 'Event'
  readonly fromAddress: string
  readonly toAddress: string
  readonly text?: string
  readonly content: readonly MessageContent[]
  readonly metadata?: Readonly<Record<string, string>>
  /** The other side's id of an inbound message. */
  readonly providerMessageId?: string
  readonly createdByUserId?: string
  readonly originatingEntity?: 'Human' | 'Bot'
  /** Parts that an SMS takes on the air; absent for other channels. */
  readonly segments?: number
  /** Epoch milliseconds: when we accepted it. */
  readonly timeMs: number
  /** Epoch milliseconds by the sender's clock, for inbound messages. */
  readonly channelTimeMs?: number
  readonly status: MessageStatus
  readonly error?: MessageError
}
