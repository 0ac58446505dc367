import { type Static, Type } from 'typebox'
import { SendError } from '../../errors.ts'
import { type ClientCredentials, callWithToken } from '../client-credentials.ts'
import { connector, type OutboundMessage, type OutboundReply } from '../connector.ts'
import { failureOf, isAccepted, readJsonLoosely, textOf, urlBelow } from '../http.ts'
import { meaningOfResult } from '../portico-codes.ts'
import { smsRetry } from '../sms-retry.ts'
import { receivePortico } from './receive.ts'

/** Where texts are posted below the API's address. GUESS: the vendor's guide says where numbers are, not messages. */
const sendPathDefault = '/api/v2/messaging/sms/messages'

const settings = Type.Object({
  loginUrl: Type.Optional(
    Type.String({
      title: 'Login address',
      description: 'Such as https://login.mypurecloud.com (service PurecloudIDP).',
      pattern: '^https?://',
    }),
  ),
  baseUrl: Type.Optional(
    Type.String({
      title: 'Platform API address',
      description: 'Such as https://api.mypurecloud.com (service PorticoSMS).',
      pattern: '^https?://',
    }),
  ),
  clientId: Type.Optional(
    Type.String({ title: 'Client id of the integration', minLength: 1, secret: true }),
  ),
  clientSecret: Type.Optional(
    Type.String({ title: 'Client secret of the integration', minLength: 1, secret: true }),
  ),
  sendPath: Type.Optional(
    Type.String({
      title: 'Path that texts are posted to',
      default: sendPathDefault,
      pattern: '^/',
    }),
  ),
  callbackSecret: Type.String({
    title: 'Callback secret',
    description: 'Expected of callbacks that come to the address of the account.',
    minLength: 8,
    secret: true,
  }),
})

type Settings = Static<typeof settings>

/**
 * Sends SMS through the SMS aggregation of Genesys Cloud, or of another signalbox, with the fields of its product API
 * (Portico, "Send MT"). The message id is ours: it comes back in receipts, and a second send with it is dropped.
 */
export const portico = connector({
  name: 'portico',
  title: 'Genesys Cloud SMS aggregation (Portico)',
  carries: 'sms',
  settings,
  charactersMax: 0,
  idempotent: true, // result 7: duplicate
  retry: smsRetry,
  receive: (request, { callbackSecret }) => receivePortico(request, callbackSecret),
  async send(message, settings, io) {
    const client = clientOf(settings)
    const body = JSON.stringify(fieldsOf(message))
    const url = urlBelow(client.baseUrl, settings.sendPath ?? sendPathDefault)
    const reply = await callWithToken(client, io, (bearer) =>
      io.fetch({
        method: 'POST',
        url,
        headers: {
          authorization: `Bearer ${bearer}`,
          'content-type': 'application/json',
          accept: 'application/json',
        },
        body,
      }),
    )
    if (!isAccepted(reply)) throw refusal(reply, io.now())
    const result = textOf(readJsonLoosely(reply)['result_code']) ?? '0'
    const failure = meaningOfResult(result)
    if (failure !== undefined) throw failure
    return { providerIds: [message.deliveryId] }
  },
})

function clientOf(settings: Settings): ClientCredentials & { readonly baseUrl: string } {
  const { loginUrl, baseUrl, clientId, clientSecret } = settings
  if (loginUrl && baseUrl && clientId && clientSecret) {
    return { loginUrl, baseUrl, clientId, clientSecret }
  }
  throw new SendError(
    'misconfigured',
    'The account is not whole: create both services, PurecloudIDP and PorticoSMS.',
  )
}

function fieldsOf(message: OutboundMessage<'sms'>): Record<string, string> {
  const digits = (one: string) => one.replace(/^\+/, '')
  const [medium, ...more] = message.media
  if (more.length > 0) {
    throw new SendError('rejected', 'The aggregation takes one picture a text.', {
      reason: 'MediaTypeNotAllowed',
    })
  }
  return {
    message_id: message.deliveryId,
    phone_number: digits(message.to),
    sender: digits(message.from),
    message: message.text,
    receipt: 'TRUE',
    priority: message.purpose === 'bulk' ? 'BULK' : 'INTERACTIVE',
    ...(medium === undefined
      ? {}
      : {
          'mms_attachment[0].content_type': medium.mime,
          'mms_attachment[0].content': medium.url,
        }),
  }
}

function refusal(reply: OutboundReply, nowMs: number): SendError {
  const body = readJsonLoosely(reply)
  const providerCode = textOf(body['code']) ?? String(reply.status)
  if (reply.status === 401 || reply.status === 403) {
    return new SendError(
      'misconfigured',
      `The platform refused the client with ${reply.status}. Give its role all permissions of messaging and messagingProvisioning.`,
      { providerCode, reason: 'GeneralError' },
    )
  }
  return failureOf(reply, nowMs, { providerCode, message: textOf(body['message']) })
}
