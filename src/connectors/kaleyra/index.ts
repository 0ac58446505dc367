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
    const { url, headers, fields, formEnd } = requestOf(settings, io)
    const own = fieldsOf(message, settings)
    const body =
      settings.encoding === 'json'
        ? JSON.stringify({ ...own, ...fields })
        : formEncode(own) + formEnd
    const reply = await io.fetch({ method: 'POST', url, headers, body })
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

/** What the requests of an account have in common; kept with its settings. */
interface AccountRequest {
  readonly callbackUrl: string
  readonly url: string
  readonly headers: Fields
  readonly fields: Fields
  /** The fields as the end of a form. */
  readonly formEnd: string
}

const requests = new WeakMap<KaleyraSettings, AccountRequest>()

function requestOf(settings: KaleyraSettings, io: Io): AccountRequest {
  const known = requests.get(settings)
  if (known?.callbackUrl === io.callbackUrl) return known
  const { baseUrl = 'https://api.kaleyra.io', endpoint = 'sms', encoding, type } = settings
  const fields = {
    ...(type === undefined ? {} : { type }),
    ...(settings.templateId === undefined ? {} : { template_id: settings.templateId }),
    ...callbackOf(settings, io),
  }
  const form = formEncode(fields)
  const made: AccountRequest = {
    callbackUrl: io.callbackUrl,
    url: urlBelow(baseUrl, `/v1/${encodeURIComponent(settings.sid)}/${endpoint}`),
    headers: {
      'api-key': settings.apiKey,
      'content-type':
        encoding === 'json' ? 'application/json' : 'application/x-www-form-urlencoded',
      accept: 'application/json',
    },
    fields,
    formEnd: form === '' ? '' : `&${form}`,
  }
  requests.set(settings, made)
  return made
}

/** The documented fields of one text, all as texts, as in the samples of both encodings. */
function fieldsOf(message: OutboundMessage<'sms'>, { stripPlus }: KaleyraSettings): Fields {
  const { from, to, text } = message
  const fields: Fields = {
    to: stripPlus === true ? to.replace(/^\+/, '') : to,
    sender: stripPlus === true ? from.replace(/^\+/, '') : from,
    body: text,
    source: 'API',
    ref: message.deliveryId,
  }
  if (segmentSms(text).encoding === 'UCS-2') fields['unicode'] = '1'
  return fields
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
  const ids: string[] = []
  for (const one of data) {
    const id = isRecord(one) ? textOf(one['message_id']) : undefined
    if (id !== undefined) ids.push(id)
  }
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
