import { type Static, Type } from 'typebox'
import { isReceiptReason, type ReceiptStatus } from '../../domain/receipt.ts'
import { segmentSms } from '../../domain/sms.ts'
import { AppError } from '../../errors.ts'
import { jsonBody } from '../body.ts'
import { accountKeyOf, boxRetry } from '../box.ts'
import {
  type ConnectorEvent,
  connector,
  type OutboundMedia,
  type Received,
  type WebhookRequest,
} from '../connector.ts'
import { isHubSigned, isRecord, textOf } from '../http.ts'

/** A text as the carrier in the box takes it over. */
export interface CarrierText {
  /** The same for every attempt: a text with an id seen before is not shown twice. */
  readonly deliveryId: string
  readonly from: string
  readonly to: string
  readonly text: string
  readonly media: readonly OutboundMedia[]
  /** Parts that a real network would carry and bill. */
  readonly segments: number
  readonly attempt: number
  /** `<organization>/<account>`, the end of the address on which the account takes callbacks. */
  readonly accountKey: string
}

/** Where loopback texts go: the handset in the console. Throws `SendError` to act a failing network. */
export interface Carrier {
  accept(text: CarrierText): Promise<{ readonly providerId: string }>
}

const settings = Type.Object({
  token: Type.String({
    title: 'Callback token',
    description: 'Signs what is posted to this account, as X-Hub-Signature-256.',
    minLength: 8,
    secret: true,
  }),
})

/**
 * The carrier in the box, for trying things out without a provider and without cost: texts go to the handset
 * in the console, and signed JSON posts stand for a provider's callbacks. The connector to copy for a new one.
 */
export const createLoopback = (carrier: Carrier) =>
  connector({
    name: 'loopback',
    title: 'Loopback handset',
    carries: 'sms',
    settings,
    charactersMax: 0,
    idempotent: true,
    retry: boxRetry,
    receive,
    async send(message, _settings, io) {
      const { providerId } = await carrier.accept({
        deliveryId: message.deliveryId,
        from: message.from,
        to: message.to,
        text: message.text,
        media: message.media,
        segments: segmentSms(message.text).segments.length,
        attempt: message.attempt,
        accountKey: accountKeyOf(io),
      })
      return { providerIds: [providerId] }
    },
  })

function receive(request: WebhookRequest, { token }: Static<typeof settings>): Received {
  if (!isHubSigned(request.headers['x-hub-signature-256'], token, request.body)) {
    throw new AppError(
      'invalid.signature',
      'X-Hub-Signature-256 is missing or does not match. It must be "sha256=" and the Base64 HMAC-SHA256 of the raw body under the token.',
    )
  }
  const body = jsonBody(request)
  return { events: [eventOf(body)], reply: { status: 200 } }
}

function eventOf(body: Record<string, unknown>): ConnectorEvent {
  if (body['type'] === 'status') return statusOf(body)
  if (body['type'] === 'message') {
    return {
      type: 'sms',
      providerId: required(body, 'id'),
      from: required(body, 'from'),
      to: required(body, 'to'),
      text: textOf(body['text']) ?? '',
      media: mediaOf(body['media']),
      ...timeOf(body),
    }
  }
  throw new AppError('bad.request', 'type must be "status" or "message".', {
    details: [{ fieldName: 'type' }],
  })
}

function statusOf(body: Record<string, unknown>): ConnectorEvent {
  const status = required(body, 'status')
  if (!isLoopbackStatus(status)) {
    throw new AppError('bad.request', 'status must be Sent, Delivered or Failed.', {
      details: [{ fieldName: 'status' }],
    })
  }
  const reason = textOf(body['reason']) ?? 'GeneralError'
  const code = textOf(body['code'])
  const description = textOf(body['description'])
  const deliveryId = textOf(body['deliveryId'])
  return {
    type: 'receipt',
    providerId: required(body, 'id'),
    status,
    final: status !== 'Sent',
    ...(deliveryId === undefined ? {} : { deliveryId }),
    ...(status === 'Failed' && isReceiptReason(reason) ? { reason } : {}),
    ...(code === undefined ? {} : { code }),
    ...(description === undefined ? {} : { description }),
    ...timeOf(body),
  }
}

function isLoopbackStatus(
  word: string,
): word is Extract<ReceiptStatus, 'Sent' | 'Delivered' | 'Failed'> {
  return word === 'Sent' || word === 'Delivered' || word === 'Failed'
}

function mediaOf(value: unknown): OutboundMedia[] {
  if (!Array.isArray(value)) return []
  return value.filter(isRecord).flatMap((one) => {
    const url = textOf(one['url'])
    const mime = textOf(one['mime'])
    return url === undefined || mime === undefined ? [] : [{ url, mime }]
  })
}

function timeOf(body: Record<string, unknown>): { timeMs?: number } {
  const time = textOf(body['time']) ?? ''
  const timeMs = /T.*(Z|[+-]\d\d:\d\d)$/.test(time) ? Date.parse(time) : Number.NaN
  return Number.isNaN(timeMs) ? {} : { timeMs }
}

function required(body: Record<string, unknown>, fieldName: string): string {
  const value = textOf(body[fieldName])
  if (value !== undefined) return value
  throw new AppError('bad.request', '{field} is missing or empty.', {
    params: { field: fieldName },
    details: [{ fieldName }],
  })
}
