import type { SeenRequest } from '../../src/connectors/stand-in.ts'

/** What Kaleyra is told to call when something becomes of a text. */
export interface KaleyraCallback {
  readonly url: string
  readonly method: 'GET' | 'POST'
  readonly header: Readonly<Record<string, string>>
}

/** What was found in one send request: its fields, and everything that Kaleyra's documentation forbids. */
export interface CheckedRequest {
  readonly fields: Readonly<Record<string, string>>
  readonly callback: KaleyraCallback | undefined
  readonly complaints: readonly string[]
}

/** Fields of "Send your first SMS", and the form of each. */
const formOfField: Readonly<Record<string, RegExp>> = {
  to: /^\+?[1-9]\d{6,14}$/,
  sender: /^(\+?\d{4,15}|[A-Za-z0-9 ]{1,11})$/,
  body: /^.+$/s,
  type: /^(MKT|TXN|OTP|DEFAULT)$/,
  source: /^API$/,
  ref: /^.+$/s,
  template_id: /^\S+$/,
  unicode: /^1$/,
  callback: /^\{.*\}$/s,
  callback_profile_id: /^\S+$/,
}

const requiredFields = ['to', 'sender', 'body', 'ref'] as const

/** Checks every field of a send request; nothing unknown passes. */
export function checkRequest(request: SeenRequest): CheckedRequest {
  const complaints: string[] = []
  const fields = fieldsOf(request, complaints)
  for (const name of requiredFields) {
    if (fields[name] === undefined) complaints.push(`The field ${name} is missing.`)
  }
  for (const [name, value] of Object.entries(fields)) {
    const form = formOfField[name]
    if (form === undefined) complaints.push(`The field ${name} is not known.`)
    else if (!form.test(value)) complaints.push(`The field ${name} is malformed: ${value}`)
  }
  const isWide = /[\u0400-\u20ab\u20ad-\uffff]/.test(fields['body'] ?? '')
  if (isWide && fields['unicode'] === undefined) complaints.push('The text needs unicode=1.')
  if (fields['callback'] !== undefined && fields['callback_profile_id'] !== undefined) {
    complaints.push('The fields callback and callback_profile_id exclude each other.')
  }
  const callback = fields['callback'] === undefined ? undefined : callbackIn(fields['callback'])
  if (typeof callback === 'string') complaints.push(callback)
  return { fields, callback: typeof callback === 'string' ? undefined : callback, complaints }
}

function fieldsOf(request: SeenRequest, complaints: string[]): Record<string, string> {
  const type = request.headers['content-type']
  const text = request.body.toString('utf8')
  if (type === 'application/x-www-form-urlencoded') {
    const pairs = [...new URLSearchParams(text)]
    const fields = Object.fromEntries(pairs)
    if (pairs.length > Object.keys(fields).length) complaints.push('A field is given twice.')
    return fields
  }
  if (type !== 'application/json') {
    complaints.push(`The content type is not known: ${type}`)
    return {}
  }
  const fields: Record<string, string> = {}
  for (const [name, value] of Object.entries(recordIn(text) ?? {})) {
    if (typeof value === 'string') fields[name] = value
    else complaints.push(`The field ${name} is no text.`)
  }
  return fields
}

function callbackIn(json: string): KaleyraCallback | string {
  const { url, method, header, retry, ...rest } = recordIn(json) ?? {}
  if (Object.keys(rest).length > 0) return `The callback has unknown members: ${Object.keys(rest)}`
  if (typeof url !== 'string' || !URL.canParse(url)) return 'The callback has no url.'
  if (method !== 'GET' && method !== 'POST') return 'The callback has no method GET or POST.'
  if (!isRecordOfTexts(header)) return 'The headers of the callback are not texts.'
  if (!isRetry(retry)) return 'The retry of the callback is not a count and one interval a try.'
  return { url, method, header }
}

/** Numbers are written as texts, and there is one interval a try. */
function isRetry(value: unknown): boolean {
  if (!isRecord(value)) return false
  const { count, interval } = value
  return (
    typeof count === 'string' &&
    Array.isArray(interval) &&
    interval.length === Number(count) &&
    interval.every((one) => typeof one === 'string' && /^\d+$/.test(one))
  )
}

function recordIn(json: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(json)
    return isRecord(value) ? value : undefined
  } catch {
    return undefined // every member is then missing, which is complained about
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isRecordOfTexts(value: unknown): value is Record<string, string> {
  return isRecord(value) && Object.values(value).every((one) => typeof one === 'string')
}
