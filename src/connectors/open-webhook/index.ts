import { Type } from 'typebox'
import { AppError } from '../../errors.ts'
import { connector } from '../connector.ts'
import { failureOf, hubSignature, isAccepted } from '../http.ts'

/** Headers that frame or sign the request; a configured one under these names is dropped. */
const ownHeaders: ReadonlySet<string> = new Set([
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'expect',
  'host',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'x-hub-signature-256',
])

/**
 * Posts normalized messages to the webhook of an Open Messaging integration, as Genesys Cloud does: signed with
 * `X-Hub-Signature-256`, 2xx within 10 s is success, time-outs, 429 and 5xx are repeated up to 5 times 5 s apart,
 * any other status is final. Receivers drop doubles by the message's `id`, so an unanswered post is repeated.
 */
export const openWebhook = connector({
  name: 'open-webhook',
  title: 'Open Messaging webhook',
  carries: 'open',
  settings: Type.Object({}),
  charactersMax: 0,
  idempotent: true,
  retry: {
    retriesMax: 5,
    delayMs: 5_000,
    factor: 1,
    delayMsMax: 5_000,
    jitter: 0,
    horizonMs: 3_600_000, // the count ends it after at most 85 s; the rest is for waiting behind earlier messages
  },
  receive() {
    throw new AppError('not.found', 'Nothing is received here: this connector only sends.')
  },
  async send(message, _settings, io) {
    const body = Buffer.from(JSON.stringify(message.document))
    const reply = await io.fetch({
      method: 'POST',
      url: message.url,
      headers: {
        ...safeHeaders(message.headers),
        'content-type': 'application/json',
        'x-hub-signature-256': hubSignature(message.secret, body),
      },
      body,
      timeoutMs: 10_000,
    })
    if (!isAccepted(reply)) throw failureOf(reply, io.now())
    return { providerIds: [] }
  },
})

/**
 * The configured headers that may be sent, names in lower case. Line breaks are taken out of values, so that
 * a value cannot start a header of its own; headers that could not be written at all are left out.
 */
export function safeHeaders(configured: Readonly<Record<string, string>>): Record<string, string> {
  const safe: Record<string, string> = {}
  for (const [name, value] of Object.entries(configured)) {
    const lower = name.toLowerCase()
    const oneLine = value.replaceAll(/[\r\n]/g, '')
    if (!/^[a-z0-9!#$%&'*+.^_`|~-]+$/.test(lower) || ownHeaders.has(lower)) continue
    if (/^[\t\x20-\x7e\x80-\xff]*$/.test(oneLine)) safe[lower] = oneLine
  }
  return safe
}
