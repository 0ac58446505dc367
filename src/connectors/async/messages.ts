import { isReceiptReason, type ReceiptStatus } from '../../domain/receipt.ts'
import { AppError } from '../../errors.ts'
import type {
  ConnectorEvent,
  OutboundMedia,
  OutboundMessage,
  ReceivedReceipt,
  ReceivedSms,
} from '../connector.ts'
import { isRecord, textOf } from '../http.ts'

type Body = Readonly<Record<string, unknown>>

/**
 * The document of a webhook to the gateway (models `OutgoingMessage` and `RichMedia`). GUESS: the models' members are
 * not published; these are the ones of the vendor's normalized message.
 */
export function textDocument(
  message: OutboundMessage<'sms'>,
  at: { readonly channelId: string; readonly nowMs: number },
): object {
  const content = message.media.map(({ url, mime, filename }) => ({
    contentType: 'Attachment',
    attachment: { url, mime, ...(filename === undefined ? {} : { filename }) },
  }))
  return {
    messages: [
      {
        id: message.deliveryId,
        channel: {
          id: at.channelId,
          type: 'sms',
          to: { id: message.to },
          from: { id: at.channelId },
          time: new Date(at.nowMs).toISOString(),
        },
        type: 'Text',
        text: message.text,
        direction: 'Outbound',
        ...(content.length === 0 ? {} : { content }),
      },
    ],
  }
}

/** The members of a list that a gateway posts, or the one object itself. */
export function entriesOf(body: Body, name: string): readonly Body[] {
  const listed = body[name]
  const entries: readonly unknown[] = listed === undefined ? [body] : [listed].flat()
  return entries.map((one, index) => {
    if (isRecord(one)) return one
    throw fault(`${name}[${index}]`, 'must be an object')
  })
}

/** A customer's text (model `IncomingSmsMessage`). */
export function receivedText(message: Body, channelId: string): ReceivedSms {
  const channel = isRecord(message['channel']) ? message['channel'] : {}
  const from = partyId(channel['from'] ?? message['from'])
  if (from === undefined) throw fault('channel.from.id', 'is missing')
  const id = textOf(message['id']) ?? textOf(message['messageId'])
  if (id === undefined) throw fault('id', 'is missing')
  const timeMs = timeOf(channel['time'] ?? message['time'])
  return {
    type: 'sms',
    providerId: id,
    from,
    to: channelId,
    text: typeof message['text'] === 'string' ? message['text'] : '',
    media: mediaOf(message['content']),
    ...(timeMs === undefined ? {} : { timeMs }),
  }
}

function partyId(party: unknown): string | undefined {
  return isRecord(party) ? textOf(party['id']) : textOf(party)
}

function mediaOf(content: unknown): readonly OutboundMedia[] {
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
  if (word === undefined) throw fault('status', 'is missing')
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
  if (id === undefined) throw fault('messageId', 'is missing')
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

function timeOf(value: unknown): number | undefined {
  const text = textOf(value) ?? ''
  const timeMs = /T.*(Z|[+-]\d\d:?\d\d)$/.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(timeMs) ? undefined : timeMs
}

function fault(fieldName: string, what: string): AppError {
  return new AppError('bad.request', `{field} ${what}.`, {
    params: { field: fieldName },
    details: [{ fieldName }],
  })
}
