import { isReceiptReason, type ReceiptStatus } from '../domain/receipt.ts'
import { AppError } from '../errors.ts'
import type { ConnectorEvent, OutboundMedia, ReceivedReceipt } from './connector.ts'
import { isRecord, textOf } from './http.ts'

// What gateways post is the same for texts and e-mails but for the messages themselves. GUESS: the vendor publishes
// the names of these calls and models, not their members; these are the ones of its normalized messages.

type Body = Readonly<Record<string, unknown>>

/** The most entries that one call may have. */
const entriesMax = 100

/** The members of a list that a gateway posts, or the one object itself. */
export function entriesOf(body: Body, name: string): readonly Body[] {
  const listed = body[name]
  const entries: readonly unknown[] = listed === undefined ? [body] : [listed].flat()
  if (entries.length > entriesMax) {
    throw bodyFault(name, `may have ${entriesMax} entries at the most`)
  }
  return entries.map((one, index) => {
    if (isRecord(one)) return one
    throw bodyFault(`${name}[${index}]`, 'must be an object')
  })
}

/** The id of a party, given as an object or a text. */
export function partyId(party: unknown): string | undefined {
  return isRecord(party) ? textOf(party['id']) : textOf(party)
}

/** Attachments of a message, by address. */
export function mediaOf(content: unknown): readonly OutboundMedia[] {
  const entries: readonly unknown[] = Array.isArray(content) ? content : []
  return entries.flatMap((one) => {
    const attachment = isRecord(one) ? (one['attachment'] ?? one) : undefined
    if (!isRecord(attachment)) return []
    const url = textOf(attachment['url'])
    if (url === undefined) return []
    const mime = textOf(attachment['mime']) ?? 'application/octet-stream'
    const filename = textOf(attachment['filename'])
    return [{ url, mime, ...(filename === undefined ? {} : { filename }) }]
  })
}

const statuses: Readonly<Record<string, ReceiptStatus>> = {
  sent: 'Sent',
  published: 'Sent',
  delivered: 'Delivered',
  read: 'Delivered',
  failed: 'Failed',
}

/** What became of a text; `messageId` is the one that the webhook was answered with. */
export function receivedReceipt(receipt: Body): readonly ConnectorEvent[] {
  const word = textOf(receipt['status'])
  if (word === undefined) throw bodyFault('status', 'is missing')
  const status = statuses[word.toLowerCase()]
  if (status === undefined) return []
  const reasons = Array.isArray(receipt['reasons']) ? receipt['reasons'] : []
  const [first]: readonly unknown[] = reasons
  const final = receipt['isFinalReceipt']
  return [
    {
      ...idOf(receipt),
      type: 'receipt',
      status,
      final: typeof final === 'boolean' ? final : status !== 'Sent',
      ...(status === 'Failed' && isRecord(first) ? reasonOf(first) : {}),
      ...withTime(receipt['time']),
    },
  ]
}

/** What went wrong with a text; one that names none is only written down. */
export function receivedError(error: Body): readonly ConnectorEvent[] {
  if (textOf(error['messageId']) === undefined) return []
  return [{ ...idOf(error), type: 'receipt', status: 'Failed', final: true, ...reasonOf(error) }]
}

/** A gateway that gives no ids of its own names ours. */
function idOf(body: Body): Pick<ReceivedReceipt, 'providerId' | 'deliveryId'> {
  const id = textOf(body['messageId']) ?? textOf(body['id'])
  if (id === undefined) throw bodyFault('messageId', 'is missing')
  return { providerId: id, deliveryId: id }
}

function reasonOf(body: Body): Pick<ReceivedReceipt, 'reason' | 'code' | 'description'> {
  const code = textOf(body['code'])
  const description = textOf(body['message'])
  return {
    reason: code !== undefined && isReceiptReason(code) ? code : 'GeneralError',
    ...(code === undefined ? {} : { code }),
    ...(description === undefined ? {} : { description }),
  }
}

function withTime(value: unknown): { timeMs?: number } {
  const timeMs = timeOf(value)
  return timeMs === undefined ? {} : { timeMs }
}

/** Epoch milliseconds of an ISO time with its zone. */
export function timeOf(value: unknown): number | undefined {
  const text = textOf(value) ?? ''
  const timeMs = /T.*(Z|[+-]\d\d:?\d\d)$/.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(timeMs) ? undefined : timeMs
}

/** `bad.request` about one member of what a gateway posted. */
export function bodyFault(fieldName: string, what: string): AppError {
  return new AppError('bad.request', `{field} ${what}.`, {
    params: { field: fieldName },
    details: [{ fieldName }],
  })
}
