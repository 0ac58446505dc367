/** The vendor's receipt reasons (official SDK, `ConversationNormalizedMessage.reasons.code`). */
export const receiptReasons = [
  'MessageExpired',
  'RateLimited',
  'MessageNotAllowed',
  'GeneralError',
  'UnsupportedMessage',
  'UnknownMessage',
  'InvalidMessageStructure',
  'InvalidDestination',
  'ServerError',
  'MediaTypeNotAllowed',
  'InvalidMediaContentLength',
  'RecipientOptedOut',
  'DataFiltered',
] as const

export type ReceiptReason = (typeof receiptReasons)[number]

/** Whether a text is one of the vendor's receipt reasons. */
export function isReceiptReason(text: string): text is ReceiptReason {
  return receiptReasons.some((reason) => reason === text)
}

/** The vendor's receipt words; `Read` occurs on some channels only. */
export const receiptStatuses = [
  'Sent',
  'Delivered',
  'Read',
  'Failed',
  'Published',
  'Removed',
] as const

export type ReceiptStatus = (typeof receiptStatuses)[number]

/** What somebody told us about a message that had left the house. */
export interface Receipt {
  readonly id: string
  readonly messageId: string
  readonly deliveryId?: string
  readonly status: ReceiptStatus
  readonly final: boolean
  readonly reason?: ReceiptReason
  /** The provider's own code and words, as they came. */
  readonly code?: string
  readonly description?: string
  readonly providerId?: string
  /** Epoch milliseconds: when it reached us. */
  readonly timeMs: number
  /** Whether it moved the message; a late, repeated or contradicting one does not. */
  readonly applied: boolean
  /** The recorded call that brought it. */
  readonly exchangeId?: string
}
