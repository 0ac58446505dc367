import type { OutboundMessage, ReceivedSms } from '../connector.ts'
import { isRecord, textOf } from '../http.ts'
import { bodyFault, mediaOf, partyId, timeOf } from '../third-party.ts'

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

/** A customer's text (model `IncomingSmsMessage`). */
export function receivedText(
  message: Readonly<Record<string, unknown>>,
  channelId: string,
): ReceivedSms {
  const channel = isRecord(message['channel']) ? message['channel'] : {}
  const from = partyId(channel['from'] ?? message['from'])
  if (from === undefined) throw bodyFault('channel.from.id', 'is missing')
  const id = textOf(message['id']) ?? textOf(message['messageId'])
  if (id === undefined) throw bodyFault('id', 'is missing')
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
