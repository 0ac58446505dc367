import { type Static, Type } from 'typebox'
import type { RetryPolicy } from '../domain/delivery.ts'
import type { Io, Sent } from './connector.ts'
import { failureOf, isAccepted, readJsonLoosely, textOf } from './http.ts'
import { hubSignatureSha1, traceId } from './hub-signature.ts'

/** Settings of one channel of a gateway of the customer's own; `channel` says what its id is. */
export const gatewaySettings = (channel: string) =>
  Type.Object({
    channelId: Type.String({ title: 'Channel id', description: channel }),
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

/** What a channel is set to, and the headers that its webhooks bear besides (`header:` options of its section). */
export type GatewaySettings = Static<ReturnType<typeof gatewaySettings>> & {
  readonly webhookHeaders?: Readonly<Record<string, string>>
}

/**
 * How posts to a gateway are repeated.
 * GUESS: the vendor sets attempts and time-outs per tenant and does not publish them.
 */
export const gatewayRetry: RetryPolicy = {
  retriesMax: 4,
  delayMs: 5_000,
  factor: 2,
  delayMsMax: 60_000,
  jitter: 0.2,
  horizonMs: 14_400_000,
}

/**
 * Posts one document to the gateway's webhook, signed over its bytes (Third-Party Messaging). The gateway asks for a
 * repeat by 5xx or by not answering in 10 seconds, and is to drop doubles by id.
 */
export async function postToGateway(
  { document, deliveryId }: { readonly document: object; readonly deliveryId: string },
  settings: GatewaySettings,
  io: Io,
): Promise<Sent> {
  const body = Buffer.from(JSON.stringify(document))
  const reply = await io.fetch({
    method: 'POST',
    url: settings.webhookUrl,
    headers: {
      ...settings.webhookHeaders,
      'content-type': 'application/json',
      accept: 'application/json',
      'x-hub-signature': hubSignatureSha1(settings.webhookSecret, body),
      'x-b3-traceid': traceId(deliveryId),
    },
    body,
    timeoutMs: 10_000,
  })
  const answer = readJsonLoosely(reply)
  if (!isAccepted(reply)) {
    const detail = { message: textOf(answer['message']), providerCode: textOf(answer['code']) }
    throw failureOf(reply, io.now(), detail)
  }
  const messageId = textOf(answer['messageId'])
  return { providerIds: messageId === undefined ? [] : [messageId] }
}
