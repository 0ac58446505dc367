import { segmentSms } from '../../domain/sms.ts'
import { SendError } from '../../errors.ts'
import { connector, type Io, type OutboundMessage } from '../connector.ts'
import { formEncode, isAccepted, isRecord, readJson, textOf, urlBelow } from '../http.ts'
import { smsRetry } from '../sms-retry.ts'
import { createBulk, leavesInBulk } from './bulk.ts'
import { receiveCallback } from './callback.ts'
import { pullStatus } from './pull.ts'
import { errorIn, refusal } from './refusal.ts'
import { type KaleyraSettings, kaleyraSettings } from './settings.ts'

type Fields = Record<string, string>

const sendInBulk = createBulk()

/**
 * Sends SMS through Kaleyra's API v1 and reads its callbacks ("Send your first SMS", "Callback profiles").
 * Kaleyra has no idempotency key: a send whose answer was lost is not repeated, and the tag `ref`, which
 * holds the delivery's id, lets a later receipt settle it.
 */
export const kaleyra = connector({
  name: 'kaleyra',
  title: 'Kaleyra',
  carries: 'sms',
  settings: kaleyraSettings,
  charactersMax: 0, // not published; what is too long comes back as REJECTED-MULTIPART
  idempotent: false,
  retry: smsRetry,
  receive: receiveCallback,
  status: pullStatus,
  async send(message, settings, io) {
    refuseMedia(message)
    if (leavesInBulk(message, settings)) return sendInBulk(message, settings, io)
    const fields = fieldsOf(message, settings, io)
    const isJson = settings.encoding === 'json'
    const sid = encodeURIComponent(settings.sid)
    const reply = await io.fetch({
      method: 'POST',
      url: urlBelow(
        settings.baseUrl ?? 'https://api.kaleyra.io',
        `/v1/${sid}/${settings.endpoint ?? 'sms'}`,
      ),
      headers: {
        'api-key': settings.apiKey,
        'content-type': isJson ? 'application/json' : 'application/x-www-form-urlencoded',
        accept: 'application/json',
      },
      body: isJson ? JSON.stringify(fields) : formEncode(fields),
    })
    if (!isAccepted(reply)) throw refusal(reply, io.now())
    return { providerIds: idsIn(readJson(reply), reply.status) }
  },
})

function refuseMedia(message: OutboundMessage<'sms'>): void {
  if (message.media.length === 0) return
  throw new SendError('rejected', 'Kaleyra SMS takes no attachments. Send the text alone.', {
    reason: 'MediaTypeNotAllowed',
  })
}

/** The documented fields, all as texts, as in the samples of both encodings. */
function fieldsOf(message: OutboundMessage<'sms'>, settings: KaleyraSettings, io: Io): Fields {
  const number = (one: string) => (settings.stripPlus === true ? one.replace(/^\+/, '') : one)
  return {
    to: number(message.to),
    sender: number(message.from),
    body: message.text,
    source: 'API',
    ref: message.deliveryId,
    ...(settings.type === undefined ? {} : { type: settings.type }),
    ...(settings.templateId === undefined ? {} : { template_id: settings.templateId }),
    ...(segmentSms(message.text).encoding === 'UCS-2' ? { unicode: '1' } : {}),
    ...callbackOf(settings, io),
  }
}

function callbackOf(settings: KaleyraSettings, io: Io): Fields {
  if (settings.callback === 'none') return {}
  if (settings.callback !== 'profile') {
    const callback = {
      url: `${io.callbackUrl}/status`,
      method: 'POST',
      header: { 'x-callback-token': settings.callbackSecret },
      retry: { count: '3', interval: ['10', '60', '300'] },
    }
    return { callback: JSON.stringify(callback) }
  }
  if (settings.callbackProfileId !== undefined) {
    return { callback_profile_id: settings.callbackProfileId }
  }
  throw new SendError(
    'misconfigured',
    'The account asks for a callback profile but names none. Enter its id.',
  )
}

/** Ids of an accepted send: `data[].message_id`, or `id` at the top in older answers. */
function idsIn(answer: Record<string, unknown>, status: number): readonly string[] {
  const data: readonly unknown[] = Array.isArray(answer['data']) ? answer['data'] : [answer['data']]
  const ids = data.flatMap((one) => (isRecord(one) ? (textOf(one['message_id']) ?? []) : []))
  if (ids.length > 0) return ids
  const id = textOf(answer['id'])
  if (id !== undefined) return [id]
  const error = errorIn(answer)
  if (error !== undefined) {
    throw new SendError('rejected', error.message ?? `Kaleyra refused the text: ${error.code}.`, {
      providerCode: error.code,
      reason: 'GeneralError',
    })
  }
  throw new SendError(
    'uncertain',
    `Kaleyra answered ${status} with neither an id nor an error, so it is not known whether it took the text.`,
    { reason: 'ServerError' },
  )
}
