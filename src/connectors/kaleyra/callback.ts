import { AppError } from '../../errors.ts'
import { looseBodies } from '../body.ts'
import { basicPassword, callbackBearer, requireCallbackSecret } from '../callback-secret.ts'
import type { ConnectorEvent, Received, WebhookReply, WebhookRequest } from '../connector.ts'
import { sameSecret, textOf } from '../http.ts'
import { type CallbackValues, callbackValues } from './fields.ts'
import type { KaleyraSettings } from './settings.ts'
import { meaningOfStatus } from './status.ts'

/**
 * Reads a Kaleyra callback: a delivery receipt on `status`, a customer's text on `message`, either on the bare
 * address. Bodies are designed by the account's owner (callback profiles), so names come from the settings.
 * A status that Kaleyra does not document yields no event, and 200, so that it is not sent again.
 */
export function receiveCallback(request: WebhookRequest, settings: KaleyraSettings): Received {
  if (request.path === 'token') return { events: [], reply: logIn(request, settings) }
  if (!['', 'status', 'message'].includes(request.path)) {
    throw new AppError(
      'not.found',
      'Callbacks go to the address itself, to status or to message, logins to token.',
    )
  }
  requireCallbackSecret(request, settings.callbackSecret)
  const events = looseBodies(request).flatMap((body): readonly ConnectorEvent[] => {
    const values = callbackValues(body, settings.fields ?? {})
    return isText(request.path, values) ? [textIn(values, settings)] : receiptsIn(values, settings)
  })
  return { events, reply: { status: 200, contentType: 'text/plain', body: 'OK' } }
}

/**
 * The login that Kaleyra makes before its callbacks where it is told to ("Advanced" authentication): the client secret
 * is the callback secret, the client id any. Throws `invalid.signature` for another secret.
 */
function logIn(request: WebhookRequest, { callbackSecret }: KaleyraSettings): WebhookReply {
  const [body] = request.body.length === 0 ? [] : looseBodies(request)
  const posted = textOf(body?.['client_secret'] ?? body?.['clientSecret'])
  const given = [posted, basicPassword(request.headers['authorization'] ?? '')]
  if (!given.some((one) => sameSecret(one, callbackSecret))) {
    throw new AppError(
      'invalid.signature',
      'The client secret is missing or wrong: send the callback secret of the account as client_secret.',
    )
  }
  const token = {
    access_token: callbackBearer(callbackSecret),
    token_type: 'bearer',
    expires_in: 3600,
  }
  return { status: 200, contentType: 'application/json', body: JSON.stringify(token) }
}

/** On the bare address a text makes it a customer's message; receipts may quote the text too, but bear our ref. */
function isText(path: string, values: CallbackValues): boolean {
  if (path !== '') return path === 'message'
  return values.first('text') !== undefined && values.first('ref') === undefined
}

function textIn(values: CallbackValues, settings: KaleyraSettings): ConnectorEvent {
  const source = required(values, 'source')
  const recipient = required(values, 'recipient')
  const fromSource = (settings.handsetField ?? 'source') === 'source'
  return {
    type: 'sms',
    providerId: required(values, 'id'),
    from: address(fromSource ? source : recipient),
    to: address(fromSource ? recipient : source),
    text: values.all('text').join(''),
    media: [],
    ...timeIn(values, settings),
  }
}

function receiptsIn(values: CallbackValues, settings: KaleyraSettings): ConnectorEvent[] {
  const word = required(values, 'status')
  const code = values.first('code')
  const meaning = meaningOfStatus(word, code ?? '')
  const deliveryId = values.first('ref')
  const ids = values.all('id').flatMap((one) => one.split(',').map((id) => id.trim()))
  if (ids.length === 0 && deliveryId === undefined) required(values, 'id')
  if (meaning === undefined) return []
  const description = values.first('description')
  const receipt = {
    type: 'receipt' as const,
    ...(deliveryId === undefined ? {} : { deliveryId }),
    ...meaning,
    ...(code === undefined ? {} : { code }),
    ...(description === undefined ? {} : { description }),
    ...timeIn(values, settings),
  }
  return ids.length === 0 ? [receipt] : ids.map((providerId) => ({ ...receipt, providerId }))
}

function required(values: CallbackValues, field: 'id' | 'status' | 'source' | 'recipient'): string {
  const value = values.first(field)
  if (value !== undefined) return value
  throw new AppError(
    'bad.request',
    'The callback has no {field}. Add it to the callback profile, or map its name in the settings of the account.',
    { params: { field }, details: [{ fieldName: field }] },
  )
}

/** Numbers come with and without `+`, and with a blank where a query was not encoded. Short codes stay. */
function address(value: string): string {
  const digits = /^\+?(\d{7,15})$/.exec(value.trim())?.[1]
  return digits === undefined ? value.trim() : `+${digits}`
}

function timeIn(values: CallbackValues, settings: KaleyraSettings): { timeMs?: number } {
  const timeMs = timeOf(values.first('time')?.trim() ?? '', settings.zoneOffsetMinutes)
  return timeMs === undefined ? {} : { timeMs }
}

/** Epoch milliseconds of a Unix or ISO time, or of `2025-04-17 18:35:20` where the offset is known. */
function timeOf(text: string, zoneOffsetMinutes: number | undefined): number | undefined {
  if (/^\d{10}$/.test(text)) return Number(text) * 1000
  if (/^\d{13}$/.test(text)) return Number(text)
  const parts = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)\s*(Z|[+-]\d\d:?\d\d)?$/.exec(
    text,
  )
  if (parts === null) return undefined
  const [, day, time, zone] = parts
  if (zone === undefined && zoneOffsetMinutes === undefined) return undefined
  const offsetMs = zone === undefined ? (zoneOffsetMinutes ?? 0) * 60_000 : zoneMs(zone)
  const timeMs = Date.parse(`${day}T${time}Z`) - offsetMs
  return Number.isNaN(timeMs) ? undefined : timeMs
}

function zoneMs(zone: string): number {
  if (zone === 'Z') return 0
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2))
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000
}
