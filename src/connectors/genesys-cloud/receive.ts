import { AppError } from '../../errors.ts'
import { jsonBody } from '../body.ts'
import type { OutboundMedia, Received, ReceivedOpen, WebhookRequest } from '../connector.ts'
import { isHubSigned, isRecord, textOf } from '../http.ts'

type Fields = Record<string, unknown>

const nothing: Fields = {}

/**
 * Reads what an Open Messaging integration posts to its outbound notification webhook: a normalized message
 * under `X-Hub-Signature-256`. Typing events and receipts are returned too, marked by `kind`.
 * Throws `invalid.signature` for calls that the secret does not cover and `bad.request` for unreadable ones.
 */
export function receiveOpen(request: WebhookRequest, secret: string | undefined): Received {
  checkSignature(request, secret)
  return { events: [messageOf(jsonBody(request))], reply: { status: 200 } }
}

function checkSignature(request: WebhookRequest, secret: string | undefined): void {
  if (secret === undefined) {
    throw new AppError(
      'invalid.signature',
      'This connection has no webhook secret, so it takes no calls. Enter the one of the Open Messaging integration.',
    )
  }
  if (isHubSigned(request.headers['x-hub-signature-256'], secret, request.body)) return
  throw new AppError(
    'invalid.signature',
    'X-Hub-Signature-256 is missing or does not match. It must be "sha256=" and the Base64 HMAC-SHA256 of the raw body under the webhook secret.',
  )
}

function messageOf(body: Fields): ReceivedOpen {
  const channel = recordIn(body, 'channel')
  const kind = kindOf(body)
  const conversationId = textOf(body['conversationId'])
  const originatingEntity = textOf(body['originatingEntity'])
  return {
    type: 'open',
    id: textOf(body['id']) ?? required(channel['messageId'], 'id'),
    integrationId: required(integrationIn(channel, kind), 'channel.from.id'),
    to: required(recordIn(channel, 'to')['id'], 'channel.to.id'),
    time: required(channel['time'], 'channel.time'),
    kind,
    text: kind === 'Structured' ? structuredText(body) : (textOf(body['text']) ?? ''),
    media: mediaIn(body),
    ...(conversationId === undefined ? {} : { conversationId }),
    ...(originatingEntity === undefined ? {} : { originatingEntity }),
  }
}

function kindOf(body: Fields): ReceivedOpen['kind'] {
  const type = body['type']
  if (type === 'Text' || type === 'Structured' || type === 'Event' || type === 'Receipt')
    return type
  throw new AppError(
    'bad.request',
    'type is missing or unknown. Send a normalized message of type Text, Structured, Event or Receipt.',
    { details: [{ fieldName: 'type' }] },
  )
}

/** `channel.id` where it is given; older samples name the integration only as one end of the message. */
function integrationIn(channel: Fields, kind: ReceivedOpen['kind']): unknown {
  const end = kind === 'Receipt' ? 'to' : 'from' // a receipt travels under the customer's own message
  return textOf(channel['id']) ?? recordIn(channel, end)['id']
}

/** The template's text with its parameters filled in, or the message's own text where it has no template. */
function structuredText(body: Fields): string {
  const notification = recordsIn(body, 'content').find(
    (one) => one['contentType'] === 'Notification',
  )
  const template = recordIn(notification ?? nothing, 'template')
  const inner = recordIn(template, 'body')
  const pattern = textOf(inner['text']) ?? textOf(template['text']) ?? textOf(body['text']) ?? ''
  const values = new Map<string, string>()
  for (const parameter of [
    ...recordsIn(template, 'parameters'),
    ...recordsIn(inner, 'parameters'),
  ]) {
    const name = textOf(parameter['name'])
    if (name !== undefined) values.set(name, textOf(parameter['text']) ?? '')
  }
  return pattern.replaceAll(/\{\{\s*([^{}]*?)\s*\}\}/g, (whole, name: string) => {
    return values.get(name) ?? whole
  })
}

function mediaIn(body: Fields): OutboundMedia[] {
  const media: OutboundMedia[] = []
  for (const content of recordsIn(body, 'content')) {
    const attachment = recordIn(content, 'attachment')
    const url = textOf(attachment['url'])
    if (content['contentType'] !== 'Attachment' || url === undefined) continue
    const filename = textOf(attachment['filename'])
    const mime = textOf(attachment['mime']) ?? 'application/octet-stream'
    media.push(filename === undefined ? { url, mime } : { url, mime, filename })
  }
  return media
}

function required(value: unknown, fieldName: string): string {
  const text = textOf(value)
  if (text !== undefined) return text
  throw new AppError('bad.request', '{field} is missing. Send a normalized open message.', {
    params: { field: fieldName },
    details: [{ fieldName }],
  })
}

function recordIn(fields: Fields, name: string): Fields {
  const value = fields[name]
  return isRecord(value) ? value : nothing
}

function recordsIn(fields: Fields, name: string): Fields[] {
  const value = fields[name]
  return Array.isArray(value) ? value.filter(isRecord) : []
}
