import { AppError } from '../../errors.ts'
import { jsonBody } from '../body.ts'
import type { ConnectorEvent, Received, WebhookRequest } from '../connector.ts'
import { requireSignature } from '../hub-signature.ts'
import { entriesOf, receivedError, receivedReceipt } from '../third-party.ts'
import { receivedText } from './messages.ts'

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

interface Read {
  readonly events: readonly ConnectorEvent[]
  readonly ids: readonly string[]
}

type Reader = (body: Record<string, unknown>, channelId: string) => Read

const readers: Readonly<Record<string, Reader>> = {
  messages(body, channelId) {
    const events = entriesOf(body, 'messages').map((one) => receivedText(one, channelId))
    return { events, ids: events.map(({ providerId }) => providerId) }
  },
  receipts: (body) => ({ events: entriesOf(body, 'receipts').flatMap(receivedReceipt), ids: [] }),
  errors: (body) => ({ events: entriesOf(body, 'errors').flatMap(receivedError), ids: [] }),
}
