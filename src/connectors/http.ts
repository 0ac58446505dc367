import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { ReceiptReason } from '../domain/receipt.ts'
import { SendError } from '../errors.ts'
import type { OutboundReply } from './connector.ts'

/** What a failed reply carries besides its status, read by the connector from the provider's own body. */
export interface ReplyFailure {
  /** A sentence for the operator; made from the status when absent. */
  readonly message?: string | undefined
  readonly providerCode?: string | undefined
  /** Shown to users; follows from the status when absent. */
  readonly reason?: ReceiptReason | undefined
}

/** Whether a provider took the message: any 2xx. */
export function isAccepted(reply: OutboundReply): boolean {
  return reply.status >= 200 && reply.status < 300
}

/**
 * What a reply other than 2xx means for the delivery, once for all providers (RFC 9110 and RFC 6585):
 * 429 `throttled` and 503 `unavailable` were not taken, other 5xx `uncertain` may have been; 402 is `misconfigured`, the
 * rest `rejected`.
 */
export function failureOf(
  reply: OutboundReply,
  nowMs: number,
  detail: ReplyFailure = {},
): SendError {
  const { failure, reason, sentence } = meaningOf(reply.status)
  return new SendError(failure, detail.message ?? sentence, {
    providerCode: detail.providerCode ?? String(reply.status),
    retryAfterMs: retryAfterMs(reply.headers['retry-after'], nowMs),
    reason: detail.reason ?? reason,
  })
}

/** How long a `Retry-After` header asks to wait, in milliseconds; it holds seconds or an HTTP date. */
export function retryAfterMs(header: string | undefined, nowMs: number): number | undefined {
  const value = header?.trim() ?? ''
  if (/^\d{1,9}(\.\d+)?$/.test(value)) return Math.ceil(Number(value) * 1000)
  if (!/^[A-Za-z]{3}/.test(value)) return undefined
  const untilMs = Date.parse(value)
  return Number.isNaN(untilMs) ? undefined : Math.max(0, untilMs - nowMs)
}

/**
 * The object in an accepted reply, whatever content type it claims.
 * Throws `uncertain` for anything else: the message may have been taken, but there is no id to follow it by.
 */
export function readJson(reply: OutboundReply): Record<string, unknown> {
  const value = parseJson(reply.body)
  if (isRecord(value)) return value
  throw new SendError(
    'uncertain',
    `The provider answered ${reply.status} with a body that is not a JSON object, so it is not known whether it took the message.`,
    { providerCode: String(reply.status), reason: 'ServerError' },
  )
}

/** The object in any reply, or an empty one: for reading error codes, where rubbish only costs detail. */
export function readJsonLoosely(reply: OutboundReply): Record<string, unknown> {
  const value = parseJson(reply.body)
  return isRecord(value) ? value : {}
}

/** A JSON text's value, or `undefined` where it is none. A byte order mark at the start is skipped. */
export function parseJson(text: string): unknown {
  if (!jsonStart.test(text)) return undefined // a form: an error costs as much as reading ten of them
  try {
    return JSON.parse(text.startsWith('\ufeff') ? text.slice(1) : text)
  } catch {
    return undefined // the caller decides what rubbish means
  }
}

const jsonStart = /^\ufeff?[ \t\r\n]*[[{"tfn\d-]/

/** Whether a value that came from outside is an object with named members. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A non-empty text from outside; numbers become text, since providers send ids and codes either way. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value)
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** Writes fields as `application/x-www-form-urlencoded`. */
export function formEncode(fields: Readonly<Record<string, string>>): string {
  let form = ''
  for (const name in fields) {
    form += `${form === '' ? '' : '&'}${formPart(name)}=${formPart(fields[name] ?? '')}`
  }
  return form
}

/** Signs that `encodeURIComponent` leaves as they are and forms do not. */
const formSigns: Readonly<Record<string, string>> = {
  '!': '%21',
  "'": '%27',
  '(': '%28',
  ')': '%29',
  '~': '%7E',
}

/** What `URLSearchParams` makes of a text, in a fifth of its time. */
function formPart(text: string): string {
  if (/^[\w*.-]*$/.test(text)) return text
  const encoded = encodeURIComponent(text.toWellFormed()).replaceAll('%20', '+')
  return /[!'()~]/.test(encoded)
    ? encoded.replace(/[!'()~]/g, (sign) => formSigns[sign] ?? sign)
    : encoded
}

/** An address below a base URL that may end in slashes. */
export function urlBelow(baseUrl: string, path: string): string {
  return baseUrl.replace(/\/+$/, '') + path
}

/** Compares secrets in a time that does not depend on where they differ. An empty secret equals nothing. */
export function sameSecret(given: string | undefined, expected: string | undefined): boolean {
  if (!given || !expected) return false
  return timingSafeEqual(sha256(given), sha256(expected))
}

/**
 * The `X-Hub-Signature-256` value of a body: `sha256=` and the Base64 HMAC-SHA256 over its exact bytes.
 * Base64, not hexadecimal as others use under that header name (Genesys Cloud, "Validate a notification
 * from an outbound open message").
 */
export function hubSignature(secret: string, body: Buffer): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('base64')}`
}

/** Whether a body bears the `X-Hub-Signature-256` that only a holder of the secret can make. */
export function isHubSigned(header: string | undefined, secret: string, body: Buffer): boolean {
  return secret !== '' && sameSecret(header?.trim(), hubSignature(secret, body))
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

interface Meaning {
  readonly failure: SendError['failure']
  readonly reason: ReceiptReason
  readonly sentence: string
}

function meaningOf(status: number): Meaning {
  if (status === 429) {
    const sentence = 'The provider answered 429: too many messages at once.'
    return { failure: 'throttled', reason: 'RateLimited', sentence }
  }
  if (status === 402) {
    const sentence = 'The provider answered 402: the account has no credit.'
    return { failure: 'misconfigured', reason: 'GeneralError', sentence }
  }
  if (status === 503) {
    const sentence = 'The provider answered 503: it takes no messages at the moment.'
    return { failure: 'unavailable', reason: 'ServerError', sentence }
  }
  if (status >= 500) {
    const sentence = `The provider answered ${status}, so it is not known whether it took the message.`
    return { failure: 'uncertain', reason: 'ServerError', sentence }
  }
  const sentence = `The provider refused the message with status ${status}.`
  return { failure: 'rejected', reason: 'GeneralError', sentence }
}
