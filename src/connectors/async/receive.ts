import { AppError } from '../../errors.ts'
import { jsonBody } from '../body.ts'
import type { ConnectorEvent, Received, WebhookRequest } from '../connector.ts'
import { entriesOf, receivedError, receivedReceipt, receivedText } from './messages.ts'
import { isHubSignedSha1 } from './signature.ts'

/** The most entries that one call may have. */
const entriesMax = 100

/**
 * Reads what a gateway posts: customers' texts on `messages`, what became of ours on `receipts`, what went wrong on
 * `errors`, each signed over its raw bytes (Third-Party Messaging API). A text that was taken before is answered 200.
 */
export function receiveThirdParty(
  request: WebhookRequest,
  given: { readonly apiSecret: string; readonly channelId: string },
): Received {
  requireSignature(request, given.apiSecret)
  const body = jsonBody(request)
  const read = readers[request.path]
  if (read === undefined) {
    throw new AppError('not.found', 'Post to messages, receipts, errors or media.')
  }
  const { events, ids } = read(body, given.channelId)
  const reply = { status: { code: 0, message: 'OK' }, data: { messageIds: ids } }
  return {
    events,
    reply: { status: 200, contentType: 'application/json', body: JSON.stringify(reply) },
  }
}

/** Refuses a call that only a holder of the channel's secret could have signed. */
export function requireSignature(request: WebhookRequest, apiSecret: string): void {
  if (isHubSignedSha1(request.headers['x-hub-signature'], apiSecret, request.body)) return
  throw new AppError(
    'invalid.signature',
    'X-Hub-Signature is missing or does not match. It must be "sha1=" and the hexadecimal HMAC-SHA1 of the raw body under the channel’s api secret.',
  )
}

interface Read {
  readonly events: readonly ConnectorEvent[]
  readonly ids: readonly string[]
}

type Reader = (body: Record<string, unknown>, channelId: string) => Read

const readers: Readonly<Record<string, Reader>> = {
  messages(body, channelId) {
    const events = limited(body, 'messages').map((one) => receivedText(one, channelId))
    return { events, ids: events.map(({ providerId }) => providerId) }
  },
  receipts: (body) => ({ events: limited(body, 'receipts').flatMap(receivedReceipt), ids: [] }),
  errors: (body) => ({ events: limited(body, 'errors').flatMap(receivedError), ids: [] }),
}

function limited(body: Record<string, unknown>, name: string) {
  const entries = entriesOf(body, name)
  if (entries.length <= entriesMax) return entries
  throw new AppError('bad.request', '{name} may have {max} entries at the most.', {
    params: { name, max: String(entriesMax) },
    details: [{ fieldName: name }],
  })
}
