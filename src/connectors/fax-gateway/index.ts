import { type Static, Type } from 'typebox'
import type { ReceiptStatus } from '../../domain/receipt.ts'
import { AppError, SendError } from '../../errors.ts'
import { jsonBody } from '../body.ts'
import {
  connector,
  type OutboundMessage,
  type Received,
  type ReceivedReceipt,
  type WebhookRequest,
} from '../connector.ts'
import { failureOf, isAccepted, readJson, readJsonLoosely, sameSecret, textOf } from '../http.ts'
import { type Form, jsonForm, multipartForm } from './form.ts'

const settings = Type.Object({
  url: Type.String({
    title: 'Address of the gateway',
    description: 'Each fax is one POST to it.',
    pattern: '^https?://',
    maxLength: 2000,
  }),
  format: Type.Optional(
    Type.Union([Type.Literal('multipart'), Type.Literal('json')], {
      title: 'Form of the post',
      description:
        '`multipart`: fields and the document as a file; `json`: the document in Base64. Multipart unless set.',
    }),
  ),
  user: Type.Optional(Type.String({ title: 'User name', description: 'For HTTP Basic.' })),
  password: Type.Optional(Type.String({ title: 'Password', secret: true })),
  accessToken: Type.Optional(
    Type.String({ title: 'Access token', description: 'Sent as Bearer.', secret: true }),
  ),
  callbackToken: Type.Optional(
    Type.String({
      title: 'Callback token',
      description: 'Part of the address that the gateway reports to; without it none is told.',
      pattern: '^[A-Za-z0-9_-]{16,200}$',
      secret: true,
    }),
  ),
})

type Settings = Static<typeof settings>

/** Milliseconds that a gateway may take with a document of 25 MB. */
const timeoutMs = 60_000

/**
 * Any fax service that takes a document by HTTP: one post a fax, with HTTP Basic or a Bearer token, and reports by a
 * callback. It promises nothing about repeats, so a fax whose fate is unknown is not sent again by itself.
 */
export const faxGateway = connector({
  name: 'fax-gateway',
  title: 'Fax gateway (HTTP)',
  carries: 'fax',
  settings,
  charactersMax: 0,
  idempotent: false,
  // A busy gateway is tried for a day: whoever faxes does not wait at the machine.
  retry: {
    retriesMax: 20,
    delayMs: 10_000,
    factor: 2,
    delayMsMax: 3_600_000,
    jitter: 0.2,
    horizonMs: 86_400_000,
  },
  receive,
  async send(message, settings, io) {
    const form = formOf(message, { settings, callbackUrl: io.callbackUrl })
    const reply = await io.fetch({
      method: 'POST',
      url: settings.url,
      headers: {
        'content-type': form.contentType,
        'idempotency-key': message.deliveryId,
        ...authorization(settings),
      },
      body: form.body,
      timeoutMs,
    })
    if (!isAccepted(reply)) {
      const { message: words, code } = readJsonLoosely(reply)
      throw failureOf(reply, io.now(), { message: textOf(words), providerCode: textOf(code) })
    }
    const id = textOf(readJson(reply)['id'])
    if (id !== undefined) return { providerIds: [id] }
    throw new SendError('uncertain', 'The gateway took the fax and gave no id for it.', {
      reason: 'ServerError',
    })
  },
})

function formOf(
  message: OutboundMessage<'fax'>,
  given: { readonly settings: Settings; readonly callbackUrl: string },
): Form {
  const { deliveryId, from, to, notes, locale, timeZoneOffsetMinutes, document } = message
  const { callbackToken, format } = given.settings
  const fields = {
    reference: deliveryId,
    from,
    to,
    ...(notes === undefined ? {} : { notes }),
    ...(locale === undefined ? {} : { locale }),
    ...(timeZoneOffsetMinutes === undefined
      ? {}
      : { timeZoneOffsetMinutes: String(timeZoneOffsetMinutes) }),
    ...(callbackToken === undefined
      ? {}
      : { callbackUrl: `${given.callbackUrl}/status?token=${callbackToken}` }),
  }
  return format === 'json' ? jsonForm(fields, document) : multipartForm(fields, document)
}

function authorization({ user, password, accessToken }: Settings): Record<string, string> {
  if (accessToken !== undefined) return { authorization: `Bearer ${accessToken}` }
  if (user === undefined) return {}
  const pair = Buffer.from(`${user}:${password ?? ''}`).toString('base64')
  return { authorization: `Basic ${pair}` }
}

const statusOfWord: Readonly<Record<string, ReceiptStatus>> = {
  sent: 'Sent',
  delivered: 'Delivered',
  failed: 'Failed',
}

function receive(request: WebhookRequest, { callbackToken }: Settings): Received {
  if (!sameSecret(request.query['token'], callbackToken)) {
    throw new AppError(
      'invalid.signature',
      'The token of the address is missing or wrong: report to the callbackUrl that came with the fax.',
    )
  }
  const body = jsonBody(request)
  const status = statusOfWord[(textOf(body['status']) ?? '').toLowerCase()]
  const providerId = textOf(body['id'])
  const deliveryId = textOf(body['reference'])
  if (status === undefined || (providerId === undefined && deliveryId === undefined)) {
    throw new AppError(
      'bad.request',
      'Give a status (sent, delivered or failed), and the id or the reference of the fax.',
      { details: [{ fieldName: status === undefined ? 'status' : 'id' }] },
    )
  }
  const code = textOf(body['code'])
  const description = textOf(body['description'])
  const receipt: ReceivedReceipt = {
    type: 'receipt',
    status,
    final: status !== 'Sent',
    ...(providerId === undefined ? {} : { providerId }),
    ...(deliveryId === undefined ? {} : { deliveryId }),
    ...(status === 'Failed' ? { reason: 'GeneralError' } : {}),
    ...(code === undefined ? {} : { code }),
    ...(description === undefined ? {} : { description }),
  }
  return { events: [receipt], reply: { status: 200 } }
}
