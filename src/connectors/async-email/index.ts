import type { EmailAddress } from '../../domain/email.ts'
import { AppError } from '../../errors.ts'
import { jsonBody } from '../body.ts'
import {
  type ConnectorEvent,
  connector,
  type OutboundMessage,
  type Received,
  type ReceivedEmail,
  type WebhookRequest,
} from '../connector.ts'
import { isRecord, textOf } from '../http.ts'
import { requireSignature } from '../hub-signature.ts'
import {
  bodyFault,
  entriesOf,
  mediaOf,
  receivedError,
  receivedReceipt,
  timeOf,
} from '../third-party.ts'
import {
  type GatewaySettings,
  gatewayRetry,
  gatewaySettings,
  postToGateway,
} from '../third-party-post.ts'

/**
 * A gateway of the customer's own for e-mail (Third-Party Messaging with an e-mail domain as channel). Signed, repeated
 * and answered like texts; files travel as base64 within the document.
 */
export const asyncEmail = connector({
  name: 'async-email',
  title: 'Custom gateway for e-mail (Third-Party Messaging)',
  carries: 'email',
  settings: gatewaySettings('The e-mail domain.'),
  charactersMax: 0,
  idempotent: true,
  retry: gatewayRetry,
  receive,
  send(message: OutboundMessage<'email'>, settings: GatewaySettings, io) {
    const document = mailDocument(message, settings.channelId)
    return postToGateway({ document, deliveryId: message.deliveryId }, settings, io)
  },
})

function mailDocument(mail: OutboundMessage<'email'>, channelId: string): object {
  const party = ({ email, name }: EmailAddress) => ({
    id: email,
    ...(name === undefined ? {} : { nickname: name }),
  })
  return {
    messages: [
      {
        id: mail.deliveryId,
        channel: {
          id: channelId,
          type: 'email',
          from: party(mail.from),
          to: mail.to.map(party),
          cc: mail.cc.map(party),
          bcc: mail.bcc.map(party),
          time: new Date(mail.timeMs).toISOString(),
        },
        type: 'Text',
        direction: 'Outbound',
        messageId: mail.messageId,
        ...(mail.inReplyTo === undefined ? {} : { inReplyTo: mail.inReplyTo }),
        references: mail.references,
        subject: mail.subject,
        text: mail.text,
        ...(mail.html === undefined ? {} : { html: mail.html }),
        content: mail.files.map(({ name, mime, content }) => ({
          contentType: 'Attachment',
          attachment: { filename: name, mime, content: content.toString('base64') },
        })),
      },
    ],
  }
}

function receive(request: WebhookRequest, { apiSecret }: GatewaySettings): Received {
  requireSignature(request, apiSecret)
  const events = eventsIn(request.path, jsonBody(request))
  const messageIds = events.flatMap((one) => (one.type === 'email' ? [one.providerId] : []))
  const body = JSON.stringify({ status: { code: 0, message: 'OK' }, data: { messageIds } })
  return { events, reply: { status: 200, contentType: 'application/json', body } }
}

function eventsIn(path: string, body: Record<string, unknown>): readonly ConnectorEvent[] {
  if (path === 'messages') return entriesOf(body, 'messages').map(mailIn)
  if (path === 'receipts') return entriesOf(body, 'receipts').flatMap(receivedReceipt)
  if (path === 'errors') return entriesOf(body, 'errors').flatMap(receivedError)
  throw new AppError('not.found', 'Post to messages, receipts, errors or media.')
}

/** A customer's mail (model `IncomingEmailMessage`). */
function mailIn(message: Readonly<Record<string, unknown>>): ReceivedEmail {
  const channel = isRecord(message['channel']) ? message['channel'] : {}
  const [from] = addressesIn(channel['from'] ?? message['from'])
  if (from === undefined) throw bodyFault('channel.from.id', 'is missing')
  const to = addressesIn(channel['to'] ?? message['to'])
  if (to.length === 0) throw bodyFault('channel.to', 'is missing')
  const id = textOf(message['id']) ?? textOf(message['messageId'])
  if (id === undefined) throw bodyFault('id', 'is missing')
  const html = textOf(message['html'])
  const messageId = textOf(message['messageId'])
  const inReplyTo = textOf(message['inReplyTo'])
  const timeMs = timeOf(channel['time'] ?? message['time'])
  const references: readonly unknown[] = [message['references'] ?? []].flat()
  return {
    type: 'email',
    providerId: id,
    from,
    to,
    cc: addressesIn(channel['cc'] ?? message['cc']),
    subject: textOf(message['subject']) ?? '',
    text: typeof message['text'] === 'string' ? message['text'] : '',
    media: mediaOf(message['content']),
    references: references.flatMap((one) => textOf(one) ?? []),
    ...(html === undefined ? {} : { html }),
    ...(messageId === undefined ? {} : { messageId }),
    ...(inReplyTo === undefined ? {} : { inReplyTo }),
    ...(timeMs === undefined ? {} : { timeMs }),
  }
}

function addressesIn(parties: unknown): readonly EmailAddress[] {
  const all: readonly unknown[] = parties === undefined ? [] : [parties].flat()
  return all.flatMap((party) => {
    const email = textOf(isRecord(party) ? party['id'] : party)
    if (email === undefined || !email.includes('@')) return []
    const name = isRecord(party) ? textOf(party['nickname']) : undefined
    return [{ email, ...(name === undefined ? {} : { name }) }]
  })
}
