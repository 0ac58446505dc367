import { createHmac } from 'node:crypto'
import { type Static, Type } from 'typebox'
import type { ReceiptReason, ReceiptStatus } from '../../domain/receipt.ts'
import { segmentSms } from '../../domain/sms.ts'
import { AppError, SendError } from '../../errors.ts'
import { requiredText } from '../body.ts'
import { requireCallbackSecret } from '../callback-secret.ts'
import { type ConnectorEvent, connector, type Received, type WebhookRequest } from '../connector.ts'
import { failureOf, isAccepted, sameSecret, textOf, urlBelow } from '../http.ts'
import { smsRetry } from '../sms-retry.ts'

const settings = Type.Object({
  baseUrl: Type.String({
    title: 'Address of smsbox',
    description: 'Such as http://kannel.example:13013.',
    pattern: '^https?://',
  }),
  username: Type.String({ title: 'User of group sendsms-user', minLength: 1 }),
  password: Type.String({ title: 'Password', minLength: 1, secret: true }),
  smsc: Type.Optional(Type.String({ title: 'SMSC to send by', minLength: 1 })),
  callbackSecret: Type.String({
    title: 'Callback secret',
    description: 'Goes into post-url as token, and makes the tokens of delivery reports.',
    minLength: 8,
    secret: true,
  }),
})

type Settings = Static<typeof settings>

/**
 * Sends SMS through Kannel's smsbox and reads what it reports (User Guide, "Using the HTTP interface to send SMS
 * messages" and "SMS-service"; tried with 1.4.5). Kannel gives no id for what it takes and drops no doubles; reports
 * come to an address that names the delivery, with a token that holds for that delivery alone.
 */
export const kannel = connector({
  name: 'kannel',
  title: 'Kannel',
  carries: 'sms',
  settings,
  charactersMax: 0,
  idempotent: false,
  retry: smsRetry,
  receive,
  async send(message, settings, io) {
    if (message.media.length > 0) {
      throw new SendError('rejected', 'Kannel takes no attachments. Send the text alone.', {
        reason: 'MediaTypeNotAllowed',
      })
    }
    const { deliveryId } = message
    const token = deliveryToken(settings.callbackSecret, deliveryId)
    const report = `id=${encodeURIComponent(deliveryId)}&token=${token}&type=%d&answer=%A`
    const reply = await io.fetch({
      method: 'POST',
      url: urlBelow(settings.baseUrl, '/cgi-bin/sendsms'),
      headers: {
        'content-type': 'text/plain; charset=UTF-8',
        'x-kannel-username': settings.username,
        'x-kannel-password': settings.password,
        'x-kannel-from': message.from,
        'x-kannel-to': message.to,
        'x-kannel-coding': segmentSms(message.text).encoding === 'UCS-2' ? '2' : '0',
        'x-kannel-dlr-mask': '31',
        'x-kannel-dlr-url': `${io.callbackUrl}/status?${report}`,
        ...(settings.smsc === undefined ? {} : { 'x-kannel-smsc': settings.smsc }),
      },
      body: message.text,
    })
    // 0: taken by bearerbox, 3: kept until the SMSC is back; `Sent.` is said by older ones.
    if (isAccepted(reply) && /^\s*([03]:|Sent)/.test(reply.body)) return { providerIds: [] }
    if (isAccepted(reply)) {
      throw new SendError('uncertain', 'The answer is not one of Kannel’s.', {
        providerCode: String(reply.status),
      })
    }
    const said = { message: textOf(reply.body.trim().slice(0, 200)) }
    if (reply.status !== 401 && reply.status !== 403) throw failureOf(reply, io.now(), said)
    throw new SendError('misconfigured', 'Kannel refused the user. Check name and password.', {
      providerCode: String(reply.status),
    })
  },
})

/** What a report's address must bear: another delivery's does not do, and the secret cannot be read off it. */
export function deliveryToken(secret: string, deliveryId: string): string {
  return createHmac('sha256', secret).update(`report ${deliveryId}`).digest('base64url')
}

function receive(request: WebhookRequest, { callbackSecret }: Settings): Received {
  if (request.path !== 'message' && request.path !== 'status') {
    throw new AppError('not.found', 'Texts go to message; reports to the address sent with a text.')
  }
  if (request.path === 'message') requireCallbackSecret(request, callbackSecret)
  const events = request.path === 'message' ? [textIn(request)] : reportIn(request, callbackSecret)
  // What is answered to a text would go to the handset, were max-messages not 0.
  return { events, reply: { status: 200 } }
}

/** A body in the charset that Kannel names; an SMS that is not text has none to show. */
function textIn({ query, headers, body }: WebhookRequest): ConnectorEvent {
  const charset = /charset="?([\w-]+)/i.exec(headers['content-type'] ?? '')?.[1]?.toLowerCase()
  const decoder = new TextDecoder(charset?.startsWith('utf-16') === true ? 'utf-16be' : 'utf-8')
  const seconds = query['time'] ?? ''
  return {
    type: 'sms',
    providerId: requiredText(query, 'id'),
    from: requiredText(query, 'from'),
    to: requiredText(query, 'to'),
    text: headers['content-type']?.startsWith('application/') === true ? '' : decoder.decode(body),
    media: [],
    ...(/^\d{9,10}$/.test(seconds) ? { timeMs: Number(seconds) * 1000 } : {}),
  }
}

type Meaning = { status: ReceiptStatus; final: boolean; reason?: ReceiptReason }

/** Types of report; 32 and what comes later say nothing that could be relied on. */
const meanings: Readonly<Record<string, Meaning>> = {
  '1': { status: 'Delivered', final: true },
  '2': { status: 'Failed', final: true, reason: 'GeneralError' },
  '4': { status: 'Sent', final: false },
  '8': { status: 'Sent', final: false },
  '16': { status: 'Failed', final: true, reason: 'MessageNotAllowed' },
}

function reportIn({ query }: WebhookRequest, secret: string): readonly ConnectorEvent[] {
  const deliveryId = query['id'] ?? ''
  if (!sameSecret(query['token'], deliveryToken(secret, deliveryId))) {
    throw new AppError('invalid.signature', 'The token is not the one of this delivery’s reports.')
  }
  const code = requiredText(query, 'type')
  const meaning = meanings[code]
  if (meaning === undefined) return []
  const description = textOf(query['answer'])
  return [
    {
      type: 'receipt',
      deliveryId,
      ...meaning,
      code,
      ...(description === undefined ? {} : { description }),
    },
  ]
}
