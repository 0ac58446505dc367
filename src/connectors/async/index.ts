import { type Static, Type } from 'typebox'
import { connector, type OutboundMessage, type OutboundReply } from '../connector.ts'
import { failureOf, isAccepted, readJsonLoosely, textOf } from '../http.ts'
import { hubSignatureSha1, traceId } from '../hub-signature.ts'
import { textDocument } from './messages.ts'
import { receiveThirdParty } from './receive.ts'

const settings = Type.Object({
  channelId: Type.String({
    title: 'Channel id',
    description: 'The number, as the gateway writes it.',
  }),
  webhookUrl: Type.String({ title: 'Webhook of the gateway', pattern: '^https?://' }),
  webhookSecret: Type.String({
    title: 'Webhook secret key',
    description: 'Signs what is posted to the gateway.',
    minLength: 1,
    secret: true,
  }),
  apiSecret: Type.String({
    title: 'API secret key',
    description: 'The gateway signs with it what it posts here.',
    minLength: 1,
    secret: true,
  }),
})

/** Settings of one channel, and the headers that its webhooks bear besides (`header:` options of its section). */
type Settings = Static<typeof settings> & {
  readonly webhookHeaders?: Readonly<Record<string, string>>
}

/**
 * A gateway of the customer's own for texts (Third-Party Messaging): posts each to its webhook, signed, and reads what
 * it posts back. The gateway asks for a repeat by 5xx or by not answering in 10 seconds, and is to drop doubles by id.
 */
export const asyncGateway = connector({
  name: 'async',
  title: 'Custom gateway (Third-Party Messaging)',
  carries: 'sms',
  settings,
  charactersMax: 0,
  idempotent: true,
  // GUESS: the vendor sets attempts and time-outs per tenant and does not publish them.
  retry: {
    retriesMax: 4,
    delayMs: 5_000,
    factor: 2,
    delayMsMax: 60_000,
    jitter: 0.2,
    horizonMs: 14_400_000,
  },
  receive: (request, { apiSecret, channelId }) =>
    receiveThirdParty(request, { apiSecret, channelId }),
  async send(message: OutboundMessage<'sms'>, settings: Settings, io) {
    const document = textDocument(message, { channelId: settings.channelId, nowMs: io.now() })
    const body = Buffer.from(JSON.stringify(document))
    const reply = await io.fetch({
      method: 'POST',
      url: settings.webhookUrl,
      headers: {
        ...settings.webhookHeaders,
        'content-type': 'application/json',
        accept: 'application/json',
        'x-hub-signature': hubSignatureSha1(settings.webhookSecret, body),
        'x-b3-traceid': traceId(message.deliveryId),
      },
      body,
      timeoutMs: 10_000,
    })
    if (!isAccepted(reply)) throw failureOf(reply, io.now(), detailOf(reply))
    const messageId = textOf(readJsonLoosely(reply)['messageId'])
    return { providerIds: messageId === undefined ? [] : [messageId] }
  },
})

function detailOf(reply: OutboundReply) {
  const body = readJsonLoosely(reply)
  return { message: textOf(body['message']), providerCode: textOf(body['code']) }
}
