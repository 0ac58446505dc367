import type { ReceiptReason } from './receipt.ts'

/** Whether a handset may be written to from one of our numbers, as far as anybody has said. */
export interface Consent {
  /** Our number, short code or name. */
  readonly sender: string
  readonly handset: string
  readonly status: 'opted-in' | 'opted-out'
  /** When that was said; epoch milliseconds. */
  readonly atMs: number
}

/** Where a word about consent came from. */
export type ConsentSource =
  | 'keyword' // the customer texted it
  | 'api' // a program or a person of ours recorded it
  | 'import' // brought over from another ledger
  | 'carrier' // the provider refused a send because of it

/** One line of the ledger: who said what when, and how we know. */
export interface ConsentEntry {
  readonly id: string
  readonly sender: string
  readonly handset: string
  readonly kind: 'opt-out' | 'opt-in' | 'help'
  readonly source: ConsentSource
  readonly atMs: number
  /** The customer's own text, where it was a text. */
  readonly text?: string
  /** The provider's id of that text, or the delivery that was refused. */
  readonly reference?: string
  /** User or client that recorded it. */
  readonly recordedBy?: string
  readonly note?: string
  /** Whether it changed what may be sent; one that was said before a later one does not. */
  readonly applied: boolean
}

/**
 * The consent after hearing an opt-in or opt-out: the later word counts, and of two at the same time the one that
 * opts out. Undefined where nothing changes.
 */
export function consentAfter(
  known: Consent | undefined,
  said: Pick<ConsentEntry, 'sender' | 'handset' | 'kind' | 'atMs'>,
): Consent | undefined {
  if (said.kind === 'help') return undefined
  const status = said.kind === 'opt-out' ? 'opted-out' : 'opted-in'
  if (known !== undefined) {
    if (said.atMs < known.atMs) return undefined
    if (said.atMs === known.atMs && (known.status === 'opted-out' || known.status === status))
      return undefined
  }
  return { sender: said.sender, handset: said.handset, status, atMs: said.atMs }
}

/** Why a text is not sent, in words for the timeline and with the vendor's receipt reason. */
export interface ConsentRefusal {
  readonly reason: ReceiptReason
  readonly failure: 'opted_out' | 'rejected'
  readonly message: string
}

/** A text that is about to leave, as far as consent goes. */
export interface ConsentedSend {
  /** `answer`: our own reply to STOP, START or HELP, which no opt-out holds back. */
  readonly purpose: 'agent' | 'one-time-code' | 'bulk' | 'answer'
  readonly marketingNeedsOptIn: boolean
}

/**
 * Whether what a handset has said forbids the text: everything but the answer to the word itself after an opt-out
 * (vendor: such a send becomes Failed with RecipientOptedOut), and bulk texts without an opt-in where those need one.
 */
export function consentRefusal(
  consent: Consent | undefined,
  send: ConsentedSend,
): ConsentRefusal | undefined {
  if (send.purpose === 'answer') return undefined
  if (consent?.status === 'opted-out') {
    return {
      reason: 'RecipientOptedOut',
      failure: 'opted_out',
      message: `The handset opted out of texts from this sender at ${new Date(consent.atMs).toISOString()}: nothing was sent. Only its own START, or a new consent that you record, lifts that.`,
    }
  }
  if (send.purpose === 'bulk' && send.marketingNeedsOptIn && consent === undefined) {
    return {
      reason: 'MessageNotAllowed',
      failure: 'rejected',
      message:
        'Bulk texts need an opt-in of the handset, and none is recorded: record one, or change the consent policy.',
    }
  }
  return undefined
}
