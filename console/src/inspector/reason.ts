import type { Exchange } from './exchange.ts'

/** Why a request was refused, as far as the reply says. */
export interface Reason {
  readonly message: string
  readonly fields: readonly { readonly name: string; readonly problem: string }[]
  readonly advice: string
  readonly doc: { readonly title: string; readonly url: string } | undefined
}

const site = 'https://developer.genesys.cloud'
const docs: readonly (readonly [RegExp, string, string])[] = [
  [/inbound\/open/, 'Inbound Open Messaging', '/commdigital/digital/openmessaging/inboundMessages'],
  [/messages\/agentless/, 'Agentless outbound', '/commdigital/digital/agentless-sms-notifications'],
  [/notifications/, 'Notification service', '/notificationsalerts/notifications/'],
  [/oauth/, 'Authorization', '/authorization/platform-auth/'],
  [/integrations\/actions/, 'Data actions', '/commdigital/integrations/'],
]

const advice: Readonly<Record<number, string>> = {
  400: 'Change the request as it says, and send it again.',
  401: 'The token is missing, unknown or over: get a new one.',
  403: 'The caller is known but may not do this: give the client or user the permission, or the token the scope.',
  402: 'The account has no credit left, or is not paid for.',
  404: 'Check the ids in the path; what was deleted is not found either.',
  405: 'The path exists under another method.',
  409: 'Something else changed it first, or it stands in the way: read it again, then try once more.',
  413: 'The body is too large.',
  429: 'Too much at once: wait for as many seconds as Retry-After says.',
  501: 'This operation is not built here.',
}

interface Body {
  readonly message?: string
  readonly error?: string
  readonly error_description?: string
  readonly description?: string
  readonly details?: readonly { readonly fieldName?: string; readonly message?: string }[]
}

/** Reads the reason out of a reply of 4xx or 501; undefined for any other. */
export function reasonOf(exchange: Exchange): Reason | undefined {
  const { status, responseBody = '', url } = exchange
  if (status === undefined || status < 400 || (status >= 500 && status !== 501)) return undefined
  const body = parse(responseBody)
  const found = docs.find(([pattern]) => pattern.test(url))
  return {
    message:
      body.message ??
      body.error_description ??
      body.description ??
      body.error ??
      'The reply does not say.',
    fields: (body.details ?? []).flatMap(({ fieldName, message = '' }) =>
      fieldName === undefined ? [] : [{ name: fieldName, problem: message }],
    ),
    advice: advice[status] ?? 'The reply has the details.',
    doc: found === undefined ? undefined : { title: found[1], url: site + found[2] },
  }
}

function parse(text: string): Body {
  try {
    return JSON.parse(text) as Body
  } catch {
    return text === '' ? {} : { message: text }
  }
}
