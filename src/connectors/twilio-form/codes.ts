import type { ReceiptReason, ReceiptStatus } from '../../domain/receipt.ts'

const reasons: Readonly<Record<string, ReceiptReason>> = {
  '21211': 'InvalidDestination',
  '21610': 'RecipientOptedOut',
  '21614': 'InvalidDestination',
  '21617': 'InvalidMessageStructure',
  '30003': 'InvalidDestination',
  '30004': 'MessageNotAllowed',
  '30005': 'InvalidDestination',
  '30006': 'InvalidDestination',
  '30007': 'DataFiltered',
  '30036': 'MessageExpired',
}

/** The reason that an error code stands for (Twilio, "Error and warning dictionary"); undefined for all others. */
export function reasonOfCode(code: string): ReceiptReason | undefined {
  return reasons[code]
}

interface StatusMeaning {
  readonly status: ReceiptStatus
  readonly final: boolean
  readonly reason?: ReceiptReason
}

/** What a `MessageStatus` means; undefined for those before it left, such as `queued` and `sending`. */
export function meaningOfStatus(word: string, code: string): StatusMeaning | undefined {
  switch (word.toLowerCase()) {
    case 'sent':
      return { status: 'Sent', final: false }
    case 'delivered':
      return { status: 'Delivered', final: true }
    case 'read':
      return { status: 'Read', final: true }
    case 'failed':
    case 'undelivered':
      return { status: 'Failed', final: true, reason: reasons[code] ?? 'GeneralError' }
    default:
      return undefined
  }
}
