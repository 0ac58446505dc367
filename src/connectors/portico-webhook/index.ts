import { Type } from 'typebox'
import { AppError, SendError } from '../../errors.ts'
import { connector, type NumberNews, type OutboundMedia } from '../connector.ts'
import { failureOf, formEncode, isAccepted } from '../http.ts'
import { stateOf } from '../portico-codes.ts'

const settings = Type.Object({
  tollfreeNumber: Type.String({ title: 'Number', description: 'As it was ordered: digits.' }),
  moUrl: Type.String({ title: 'Where texts of handsets are posted to', pattern: '^https?://' }),
  drUrl: Type.String({ title: 'Where receipts are posted to', pattern: '^https?://' }),
  webhookUsername: Type.String({ title: 'User name of both' }),
  webhookPassword: Type.String({ title: 'Password of both', minLength: 1, secret: true }),
  carrierAccountId: Type.String({ title: 'Account that carries the number’s texts' }),
  comment: Type.Optional(Type.String()),
  emailAddress: Type.Optional(Type.String()),
})

const tenMinutesMs = 600_000

/**
 * Posts what happens with a number to the addresses that it was ordered with, as the SMS aggregation does: a form with
 * Basic authentication, whatever is not answered 2xx again every 10 minutes, up to 25 times (Portico, "Retry strategy").
 */
export const porticoWebhook = connector({
  name: 'portico-webhook',
  title: 'Ordered number (SMS aggregation)',
  carries: 'hook',
  settings,
  charactersMax: 0,
  idempotent: true,
  retry: {
    retriesMax: 25,
    delayMs: tenMinutesMs,
    factor: 1,
    delayMsMax: tenMinutesMs,
    jitter: 0,
    horizonMs: 26 * tenMinutesMs,
  },
  receive() {
    throw new AppError('not.found', 'Nothing is posted here: the number posts to you.')
  },
  async send({ news }, settings, io) {
    const pair = Buffer.from(`${settings.webhookUsername}:${settings.webhookPassword}`)
    const reply = await io.fetch({
      method: 'POST',
      url: news.type === 'message' ? settings.moUrl : settings.drUrl,
      headers: {
        authorization: `Basic ${pair.toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: formEncode(fieldsOf(news)),
    })
    if (isAccepted(reply)) return { providerIds: [] }
    const failure = failureOf(reply, io.now())
    if (failure.failure !== 'rejected') throw failure
    const message = `The address answered ${reply.status}: it is asked again in ten minutes.`
    throw new SendError('unavailable', message, { providerCode: String(reply.status) })
  },
})

function fieldsOf(news: NumberNews): Record<string, string> {
  if (news.type === 'receipt') {
    const { message_state, result_code } = stateOf(news.status, news.reason)
    return { type: 'receipt', message_id: news.messageId, message_state, result_code }
  }
  return {
    type: 'MO',
    message_id: news.id,
    shortcode: digits(news.to),
    phone_number: digits(news.from),
    message: news.text,
    ...Object.assign({}, ...news.media.map(attachmentFields)),
  }
}

/** The product sends content in base64; an address in its place spares both sides the bytes. */
function attachmentFields(medium: OutboundMedia, index: number): Record<string, string> {
  return {
    [`mms_attachment[${index}].content_type`]: medium.mime,
    [`mms_attachment[${index}].content`]: medium.url,
  }
}

function digits(address: string): string {
  return address.replace(/^\+/, '')
}
