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
    /^Bearer\s+(\S+)$/i.exec(authorization)?.[1],
    request.query['token'],
  ]
  if (given.some((one) => sameSecret(one, secret))) return
  throw new AppError(
    'invalid.signature',
    'The callback secret is missing or wrong. Send it as header x-callback-token, as Basic password or as query parameter token.',
  )
}

function basicPassword(authorization: string): string {
  const basic = /^Basic\s+(\S+)$/i.exec(authorization)?.[1] ?? ''
  const pair = Buffer.from(basic, 'base64').toString('utf8')
  return pair.slice(pair.indexOf(':') + 1)
}
