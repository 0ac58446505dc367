import type { ReceiptReason, ReceiptStatus } from '../connector.ts'

/** What a Kaleyra status means as a receipt. */
export interface StatusMeaning {
  readonly status: ReceiptStatus
  readonly final: boolean
  /** Only with `Failed`. */
  readonly reason?: ReceiptReason
}

/** Status words of Kaleyra's callback pages and of its status registry. */
const statuses: Readonly<Record<string, StatusMeaning>> = {
  SUBMITTED: { status: 'Sent', final: false },
  ENROUTE: { status: 'Sent', final: false },
  Sent: { status: 'Sent', final: false },
  'SENT - NO DLR': { status: 'Sent', final: true },
  DELIVRD: { status: 'Delivered', final: true },
  Delivered: { status: 'Delivered', final: true },
  EXPIRED: { status: 'Failed', final: true, reason: 'MessageExpired' },
  Undelivered: { status: 'Failed', final: true, reason: 'GeneralError' },
  UNDELIV: { status: 'Failed', final: true, reason: 'GeneralError' },
  Failed: { status: 'Failed', final: true, reason: 'GeneralError' },
  'NOT-SENT': { status: 'Failed', final: true, reason: 'GeneralError' },
}

/** Trace codes ("SMS status and status trace codes") by the reason they are shown as. */
const tracesByReason: readonly (readonly [ReceiptReason, readonly string[]])[] = [
  ['MessageExpired', ['EXPIRED']],
  ['InvalidDestination', ['INV-NUMBER', 'INVALID-SUB', 'KLR-INV-NUMBER', 'INV-MOB-PATTRN']],
  [
    'GeneralError',
    [
      'ABSENT-SUB',
      'MOB-OFF',
      'HANDSET-BUSY',
      'HANDSET-ERR',
      'MEM-EXEC',
      'NET-ERR',
      'FAILED',
      'REJECTED',
      'NO-CREDITS',
    ],
  ],
  [
    'MessageNotAllowed',
    [
      'BARRED',
      'SERIES-BLK',
      'SNDRID-NOT-ALLOTED',
      'CON-DND',
      'DND-NUMB',
      'BLACKLIST',
      'NOT-ALLOWED',
      'BLOCKED-COUNTRY',
      'SERIES-BLOCK',
      'KYC-NOT-APPROVED',
      'SENDER-ID-NOT-FOUND',
      'OUTPUT-REJ',
    ],
  ],
  ['ServerError', ['SERVER-ERR']],
  ['RecipientOptedOut', ['OPT-OUT', 'NOT-OPTIN']],
  ['DataFiltered', ['SPAM', 'TEMPLATE-NOT-FOUND', 'INV-TEMPLATE-MATCH']],
  ['InvalidMessageStructure', ['REJECTED-MULTIPART']],
]

const meaningByStatus: ReadonlyMap<string, StatusMeaning> = new Map(
  Object.entries(statuses).map(([word, meaning]) => [plain(word), meaning]),
)

const reasonByTrace: ReadonlyMap<string, ReceiptReason> = new Map(
  tracesByReason.flatMap(([reason, traces]) =>
    traces.map((trace) => [plain(trace), reason] as const),
  ),
)

/**
 * Translates a Kaleyra status and its trace code. Case, blanks and hyphens do not count, since Kaleyra's own
 * pages differ in them. `undefined` for a word that no page lists: it says nothing that could be relied on.
 * A trace code that no page lists leaves the status its general reason.
 */
export function meaningOfStatus(status: string, trace: string): StatusMeaning | undefined {
  const meaning = meaningByStatus.get(plain(status))
  if (meaning?.status !== 'Failed') return meaning
  const reason = reasonByTrace.get(plain(trace))
  return reason === undefined ? meaning : { ...meaning, reason }
}

function plain(word: string): string {
  return word.toUpperCase().replaceAll(/[^A-Z0-9]/g, '')
}
