import { type Static, Type } from 'typebox'
import { AppError, SendError } from '../../errors.ts'
import { requiredText } from '../body.ts'
import { type ConnectorEvent, connector, type Received, type WebhookRequest } from '../connector.ts'
import {
  failureOf,
  formEncode,
  isAccepted,
  readJson,
  readJsonLoosely,
  sameSecret,
  textOf,
  urlBelow,
} from '../http.ts'
import { smsRetry } from '../sms-retry.ts'
import { meaningOfStatus, reasonOfCode } from './codes.ts'
import { formSignature } from './signature.ts'

const settings = Type.Object({
  baseUrl: Type.Optional(
    Type.String({
      title: 'API address',
      default: 'https://api.twilio.com',
      pattern: '^https?://',
    }),
  ),
  accountSid: Type.String({ title: 'Account SID', pattern: '^[A-Za-z0-9-]+$' }),
  authToken: Type.String({
    title: 'Auth token',
    description: 'Opens the API, and signs what is posted here.',
    minLength: 1,
    secret: true,
  }),
})

type Settings = Static<typeof settings>
type Fields = Readonly<Record<string, string>>

/**
 * Sends SMS and MMS through providers with the form of Twilio's Messages resource, and reads status callbacks and
 * incoming texts signed by `X-Twilio-Signature` ("Messages resource", "Secure your webhooks"). No key drops doubles: a
 * send whose answer was lost is not repeated; the address of its status callback names the delivery, and settles it.
 */
export const twilioForm = connector({
  name: 'twilio-form',
  title: 'Messages API compatible with Twilio’s',
  carries: 'sms',
  settings,
  charactersMax: 1600,
  idempotent: false,
  retry: smsRetry,
  receive,
  async send(message, settings, io) {
    const { accountSid, authToken, baseUrl = 'https://api.twilio.com' } = settings
    const form = new URLSearchParams(
      formEncode({
        To: message.to,
        From: message.from,
        Body: message.text,
        StatusCallback: `${io.callbackUrl}/status?delivery=${encodeURIComponent(message.deliveryId)}`,
      }),
    )
    for (const { url } of message.media) form.append('MediaUrl', url)
    const reply = await io.fetch({
      method: 'POST',
      url: urlBelow(baseUrl, `/2010-04-01/Accounts/${accountSid}/Messages.json`),
      headers: {
        authorization: `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
        accept: 'application/json',
      },
      body: form.toString(),
    })
    const answer = isAccepted(reply) ? readJson(reply) : readJsonLoosely(reply)
    if (!isAccepted(reply)) {
      const code = textOf(answer['code']) ?? String(reply.status)
      const said = { message: textOf(answer['message']), providerCode: code }
      const reason = reasonOfCode(code)
      const words = said.message ?? `The provider refused the text with ${code}.`
      if (code === '21610') throw new SendError('opted_out', words, { ...said, reason })
      if ([401, 403].includes(reply.status)) throw new SendError('misconfigured', words, said)
      throw failureOf(reply, io.now(), { ...said, reason })
    }
    const sid = textOf(answer['sid'])
    if (sid !== undefined) return { providerIds: [sid] }
    throw new SendError('uncertain', 'The provider answered without an id of the text.')
  },
})

function receive(request: WebhookRequest, { authToken }: Settings): Received {
  const form = new URLSearchParams(request.body.toString('utf8'))
  const fields = Object.fromEntries(form)
  const expected = formSignature(authToken, request.url ?? '', form)
  if (!sameSecret(request.headers['x-twilio-signature'], expected)) {
    throw new AppError(
      'invalid.signature',
      'X-Twilio-Signature does not match the address and the form. Check the auth token, and that the public URL of the server is the address that is called.',
    )
  }
  const isStatus = request.path === 'status' || (request.path === '' && 'MessageStatus' in fields)
  const events = isStatus ? statusIn(fields, request.query['delivery']) : [textIn(fields)]
  return { events, reply: { status: 200, contentType: 'text/xml', body: '<Response/>' } }
}

function statusIn(form: Fields, deliveryId: string | undefined): readonly ConnectorEvent[] {
  const code = form['ErrorCode'] ?? ''
  const meaning = meaningOfStatus(requiredText(form, 'MessageStatus'), code)
  if (meaning === undefined) return []
  return [
    {
      type: 'receipt',
      providerId: requiredText(form, 'MessageSid'),
      ...(deliveryId === undefined ? {} : { deliveryId }),
      ...meaning,
      ...(code === '' ? {} : { code }),
    },
  ]
}

function textIn(form: Fields): ConnectorEvent {
  const count = Math.min(Number(form['NumMedia']) || 0, 10)
  const media = Array.from({ length: count }, (_, at) => ({
    url: form[`MediaUrl${at}`] ?? '',
    mime: form[`MediaContentType${at}`] ?? 'application/octet-stream',
  })).filter(({ url }) => url !== '')
  return {
    type: 'sms',
    providerId: requiredText(form, 'MessageSid'),
    from: requiredText(form, 'From'),
    to: requiredText(form, 'To'),
    text: form['Body'] ?? '',
    media,
  }
}
