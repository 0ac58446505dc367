import { createHmac } from 'node:crypto'

/**
 * The `X-Twilio-Signature` of a call: Base64 HMAC-SHA1 over its whole address and its form fields, by name, each name
 * with its value and nothing between (Twilio, "Secure your webhooks"). Of several equal fields one counts.
 */
export function formSignature(authToken: string, url: string, form: URLSearchParams): string {
  const names = [...new Set(form.keys())].sort()
  const fields = names.flatMap((name) =>
    [...new Set(form.getAll(name))].sort().map((value) => name + value),
  )
  return createHmac('sha1', authToken)
    .update(url + fields.join(''))
    .digest('base64')
}
