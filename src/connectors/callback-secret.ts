import { createHmac } from 'node:crypto'
import { AppError } from '../errors.ts'
import type { WebhookRequest } from './connector.ts'
import { sameSecret } from './http.ts'

/**
 * Refuses a callback that bears no proof of its sender: what providers that sign nothing can be told to send, a static
 * header, Basic, a bearer token or a query parameter, or what the way in has found out already.
 */
export function requireCallbackSecret(request: WebhookRequest, secret: string | undefined): void {
  if (request.isProven === true) return
  const authorization = request.headers['authorization'] ?? ''
  const given = [
    request.headers['x-callback-token'],
    basicPassword(authorization),
    request.query['token'],
  ]
  if (given.some((one) => sameSecret(one, secret))) return
  const bearer = /^Bearer\s+(\S+)$/i.exec(authorization)?.[1]
  if (secret !== undefined && sameSecret(bearer, callbackBearer(secret))) return
  throw new AppError(
    'invalid.signature',
    'The callback secret is missing or wrong. Send it as header x-callback-token, as Basic password or as query parameter token.',
  )
}

/**
 * The bearer token of callbacks that follow a login (Kaleyra: "Advanced" callback authentication). It follows from the
 * secret, so that every node knows it; another secret ends it.
 */
export function callbackBearer(secret: string): string {
  return createHmac('sha256', secret).update('callback bearer').digest('base64url')
}

/** The password of a Basic `Authorization` header; empty where there is none. */
export function basicPassword(authorization: string): string {
  const basic = /^Basic\s+(\S+)$/i.exec(authorization)?.[1] ?? ''
  const pair = Buffer.from(basic, 'base64').toString('utf8')
  return pair.slice(pair.indexOf(':') + 1)
}
