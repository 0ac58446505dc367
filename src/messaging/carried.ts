import type { OutboundSms } from '../connectors/connector.ts'
import { type Delivery, priorityOf } from '../domain/delivery.ts'
import type { Message } from '../domain/message.ts'
import type { JsonObject, JsonValue } from '../store/json.ts'
import type { Store } from '../store/store.ts'

/** What a delivery carries; undefined when that has been removed. */
export async function bodyOf(store: Store, delivery: Delivery): Promise<JsonValue | undefined> {
  const { id, messageId = '', priority } = delivery
  const body = await store.deliveries.body(id)
  if (body !== undefined || !isOfMessage(delivery)) return body
  const message = await store.messages.get(messageId)
  return message && smsBody({ ...smsOf(message), purpose: purposeAt(priority) })
}

/** Whether it is a text of a message that is here and says all that it carries, so that it keeps no body of its own. */
export function isOfMessage({
  kind,
  messageId,
  relayId,
}: Pick<Delivery, 'kind' | 'messageId' | 'relayId'>): boolean {
  return kind === 'sms' && messageId !== undefined && relayId === undefined
}

/** What a message says, as a text for a handset. */
export function smsOf(message: Message): Pick<OutboundSms, 'from' | 'to' | 'text' | 'media'> {
  const { fromAddress, toAddress, text = '' } = message
  return { from: fromAddress, to: toAddress, text, media: mediaOf(message) }
}

/** The body of a delivery that is a text. */
export function smsBody({ from, to, text, media, purpose }: Omit<OutboundSms, 'kind'>): JsonObject {
  return { from, to, text, media: media.map((medium) => ({ ...medium })), purpose }
}

function purposeAt(priority: number): OutboundSms['purpose'] {
  const purposes = ['agent', 'one-time-code', 'bulk'] as const
  return purposes.find((purpose) => priorityOf[purpose] === priority) ?? 'bulk'
}

function mediaOf({ content }: Message): OutboundSms['media'] {
  return content.flatMap(({ attachment }) => {
    if (typeof attachment !== 'object' || attachment === null) return []
    const { url, mime, filename } = Object.fromEntries(Object.entries(attachment))
    if (typeof url !== 'string' || typeof mime !== 'string') return []
    return [{ url, mime, ...(typeof filename === 'string' ? { filename } : {}) }]
  })
}
