import { AppError } from '../errors.ts'
import type { WebhookRequest } from './connector.ts'
import { isRecord, parseJson, textOf } from './http.ts'

/** The JSON object that a provider posted. Throws `bad.request` for anything else. */
export function jsonBody(request: WebhookRequest): Record<string, unknown> {
  const value = parseJson(request.body.toString('utf8'))
  if (isRecord(value)) return value
  throw new AppError('bad.request', 'The body is not a JSON object. Post one JSON object as UTF-8.')
}

/**
 * What a callback says, in whichever form the provider's customer chose: the query, a form, one JSON object
 * or a JSON array of them. Throws `bad.request` where the body is none of these.
 */
export function looseBodies(request: WebhookRequest): readonly Record<string, unknown>[] {
  const text = request.body.toString('utf8').trim()
  if (text === '') return [request.query]
  const value = parseJsonKeepingDigits(text)
  const posted = Array.isArray(value) ? value : [value ?? formFields(text, request)]
  return posted.map((one) => {
    if (!isRecord(one)) throw unreadable()
    return { ...request.query, ...one }
  })
}

/** A field that a call must have, without blanks around it. Throws `bad.request` naming it. */
export function requiredText(body: Readonly<Record<string, unknown>>, field: string): string {
  const value = textOf(body[field])?.trim()
  if (value) return value
  throw new AppError('bad.request', 'The call has no {field}.', {
    params: { field },
    details: [{ fieldName: field }],
  })
}

/** Whole numbers that are too long for a number become texts: ids of up to 19 digits are sent unquoted. */
function parseJsonKeepingDigits(text: string): unknown {
  if (!/\d{16}/.test(text)) return parseJson(text)
  return parseJson(
    text.replace(longNumber, (token) => (token.startsWith('"') ? token : `"${token}"`)),
  )
}

const longNumber = /"(?:[^"\\]|\\.)*"|-?\b\d{16,}\b(?![.eE\d])/g

function formFields(text: string, request: WebhookRequest): Record<string, string> | undefined {
  const type = request.headers['content-type'] ?? ''
  const looksLikeForm = /^[^\s={[<"][^\s={<>"]*=/.test(text) && !type.includes('json')
  if (!looksLikeForm) return undefined
  return Object.fromEntries(new URLSearchParams(text))
}

function unreadable(): AppError {
  return new AppError(
    'bad.request',
    'The body can be read neither as JSON nor as form fields. Send one of the two.',
  )
}
