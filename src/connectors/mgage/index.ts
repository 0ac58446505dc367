import { type Static, Type } from 'typebox'
import { AppError, SendError } from '../../errors.ts'
import { looseBodies, requiredText } from '../body.ts'
import { requireCallbackSecret } from '../callback-secret.ts'
import {
  type ConnectorEvent,
  connector,
  type OutboundMessage,
  type OutboundReply,
  type Received,
  type WebhookRequest,
} from '../connector.ts'
import { failureOf, formEncode, isAccepted, textOf, urlBelow } from '../http.ts'
import { smsRetry } from '../sms-retry.ts'
import { readAnswer } from './answer.ts'

const settings = Type.Object({
  baseUrl: Type.String({
    title: 'API address',
    description: 'Such as http://directtext.mgage.com or https://dtxt.na.kaleyra.ai.',
    pattern: '^https?://',
  }),
  username: Type.String({ title: 'User name', minLength: 1, secret: true }),
  password: Type.String({ title: 'Password', minLength: 1, secret: true }),
  callbackSecret: Type.String({
    title: 'Callback secret',
    description: 'Expected of callbacks that come to the address of the account.',
    minLength: 8,
    secret: true,
  }),
  stripPlus: Type.Optional(Type.Boolean({ title: 'Send numbers without +', default: false })),
  multimedia: Type.Optional(
    Type.Boolean({
      title: 'Send pictures',
      description: 'On where the sender is registered for MMS.',
      default: false,
    }),
  ),
  carrierSuccess: Type.Optional(
    Type.Union([Type.Literal('Delivered'), Type.Literal('Sent')], {
      title: 'What the status "Carrier Success" means',
      description: 'It is the carrier’s word, not the handset’s.',
      default: 'Delivered',
    }),
  ),
})

type Settings = Static<typeof settings>

/**
 * Sends SMS through the older HTTP API of Kaleyra, mGage's DirectTEXT, and reads its callbacks. It has no idempotency
 * key; the tag `reporting_key1` holds the delivery's id. Ids have up to 19 digits and are kept as texts.
 */
export const mgage = connector({
  name: 'mgage',
  title: 'Kaleyra DirectTEXT (mGage)',
  carries: 'sms',
  settings,
  charactersMax: 0,
  idempotent: false,
  retry: smsRetry,
  receive,
  async send(message, settings, io) {
    const pair = Buffer.from(`${settings.username}:${settings.password}`).toString('base64')
    const reply = await io.fetch({
      method: 'POST',
      url: urlBelow(settings.baseUrl, '/a2w_preRouter/httpApiRouter'),
      headers: {
        authorization: `Basic ${pair}`,
        'content-type': 'application/x-www-form-urlencoded',
        accept: 'text/xml',
      },
      body: formEncode(fieldsOf(message, settings)),
    })
    if (!isAccepted(reply)) throw refusal(reply, io.now())
    return { providerIds: readAnswer(reply.body) }
  },
})

function fieldsOf(message: OutboundMessage<'sms'>, settings: Settings): Record<string, string> {
  const number = (one: string) => (settings.stripPlus === true ? one.replace(/^\+/, '') : one)
  return {
    reply_to: number(message.from),
    recipient: number(message.to),
    body: message.text,
    reporting_key1: message.deliveryId,
    ...pictureOf(message, settings),
  }
}

function pictureOf(message: OutboundMessage<'sms'>, settings: Settings): Record<string, string> {
  const [medium, ...more] = message.media
  if (medium === undefined) return {}
  if (settings.multimedia === true && more.length === 0) {
    return { channel: 'multimedia', content_url: medium.url }
  }
  throw new SendError(
    'rejected',
    'The account sends one picture at the most, and only where it is set up for pictures.',
    { reason: 'MediaTypeNotAllowed' },
  )
}

function refusal(reply: OutboundReply, nowMs: number): SendError {
  if (reply.status !== 401 && reply.status !== 403) return failureOf(reply, nowMs)
  return new SendError(
    'misconfigured',
    `Kaleyra refused the account with ${reply.status}. Check user name, password and address.`,
    { providerCode: String(reply.status), reason: 'GeneralError' },
  )
}

/** Reads a callback: on `message` and `status`, or both on one address, where a text makes it a customer's message. */
function receive(request: WebhookRequest, settings: Settings): Received {
  if (!['', 'message', 'status', 'receipt'].includes(request.path)) {
    throw new AppError('not.found', 'Callbacks go to the address itself, to status or to message.')
  }
  requireCallbackSecret(request, settings.callbackSecret)
  const events = looseBodies(request).map((body): ConnectorEvent => {
    const isText =
      request.path === '' ? textOf(body['message']) !== undefined : request.path === 'message'
    return isText ? textIn(body) : receiptIn(body, settings)
  })
  return { events, reply: { status: 200, contentType: 'text/plain', body: 'OK' } }
}

type Body = Record<string, unknown>

function textIn(body: Body): ConnectorEvent {
  return {
    type: 'sms',
    providerId: requiredText(body, 'message_id'),
    from: requiredText(body, 'device_address'),
    to: requiredText(body, 'inbound_address'),
    text: typeof body['message'] === 'string' ? body['message'] : '',
    media: [],
  }
}

function receiptIn(body: Body, settings: Settings): ConnectorEvent {
  const code = requiredText(body, 'status_code')
  const description = textOf(body['status'])
  const deliveryId = textOf(body['reporting_key1'])
  const isSuccess = code === '200'
  const word = settings.carrierSuccess ?? 'Delivered'
  return {
    type: 'receipt',
    providerId: requiredText(body, 'message_id'),
    ...(deliveryId === undefined ? {} : { deliveryId }),
    status: isSuccess ? word : 'Failed',
    final: true,
    ...(isSuccess ? {} : { reason: 'GeneralError' }),
    code,
    ...(description === undefined ? {} : { description }),
  }
}
