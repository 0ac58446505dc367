import type { ReceiptReason } from './connector.ts'

const reasons: Readonly<Record<ReceiptReason, true>> = {
  MessageExpired: true,
  RateLimited: true,
  MessageNotAllowed: true,
  GeneralError: true,
  UnsupportedMessage: true,
  UnknownMessage: true,
  InvalidMessageStructure: true,
  InvalidDestination: true,
  ServerError: true,
  MediaTypeNotAllowed: true,
  InvalidMediaContentLength: true,
  RecipientOptedOut: true,
  DataFiltered: true,
}

/** Whether a word is one of the vendor's receipt reasons (enum of the official SDK). */
export function isReceiptReason(word: string): word is ReceiptReason {
  return Object.hasOwn(reasons, word)
}
