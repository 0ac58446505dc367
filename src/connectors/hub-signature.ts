import { createHash, createHmac } from 'node:crypto'
import { AppError } from '../errors.ts'
import type { WebhookRequest } from './connector.ts'
import { sameSecret } from './http.ts'

/**
 * The `X-Hub-Signature` value of a body: `sha1=` and the HMAC-SHA1 over its exact bytes (Third-Party Messaging API).
 * GUESS: hexadecimal in lower case, as others use under that header name.
 */
export function hubSignatureSha1(secret: string, body: Buffer): string {
  return `sha1=${createHmac('sha1', secret).update(body).digest('hex')}`
}

/** Whether a body bears the `X-Hub-Signature` that only a holder of the secret can make; the case does not count. */
export function isHubSignedSha1(header: string | undefined, secret: string, body: Buffer): boolean {
  return secret !== '' && sameSecret(header?.trim().toLowerCase(), hubSignatureSha1(secret, body))
}

/** A Zipkin B3 trace id of 32 hexadecimal digits, the same for every attempt of a delivery. */
export function traceId(deliveryId: string): string {
  const hex = deliveryId.replaceAll('-', '').toLowerCase()
  if (/^[0-9a-f]{32}$/.test(hex)) return hex
  return createHash('sha256').update(deliveryId).digest('hex').slice(0, 32)
}

/** Refuses a call of a gateway that only a holder of the channel's secret could have signed. */
export function requireSignature(request: WebhookRequest, apiSecret: string): void {
  if (isHubSignedSha1(request.headers['x-hub-signature'], apiSecret, request.body)) return
  throw unsigned()
}

/** `invalid.signature`, in words for whoever writes a gateway. */
export function unsigned(): AppError {
  return new AppError(
    'invalid.signature',
    'X-Hub-Signature is missing or does not match. It must be "sha1=" and the hexadecimal HMAC-SHA1 of the raw body under the channel’s api secret.',
  )
}
