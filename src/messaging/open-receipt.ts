import type { ReceiptReason, ReceiptStatus } from '../domain/receipt.ts'
import type { Store } from '../store/store.ts'
import type { Messaging } from './messaging.ts'
import { applyReceipt } from './receipt.ts'

/** What an integration reports about a message that its webhook got. */
export interface OpenReceipt {
  readonly integrationId: string
  readonly messageId: string
  readonly status: ReceiptStatus
  readonly final: boolean
  readonly reason?: ReceiptReason
  readonly description?: string
}

/**
 * Applies a receipt that an integration posted. Gives back why it could not be, in the vendor's form of a reason;
 * undefined when it was taken, also when it told nothing new.
 */
export async function takeOpenReceipt(
  store: Store,
  receipt: OpenReceipt,
  messaging: Messaging,
): Promise<{ readonly code: ReceiptReason; readonly message: string } | undefined> {
  const { integrationId, messageId, ...news } = receipt
  return store.transaction(async (store) => {
    const message = await store.messages.get(messageId)
    if (
      message === undefined ||
      message.direction !== 'outbound' ||
      message.fromAddress !== integrationId
    ) {
      return {
        code: 'UnknownMessage',
        message:
          'This integration sent no message of that id: give the id that the webhook carried.',
      }
    }
    const deliveries = await store.deliveries.ofMessage(messageId)
    const webhook = deliveries.find(
      ({ kind, accountId }) => kind === 'open' && accountId === integrationId,
    )
    if (webhook === undefined)
      return { code: 'GeneralError', message: 'The message was never queued for the webhook.' }
    await applyReceipt(
      store,
      { accountId: integrationId, receipt: { type: 'receipt', deliveryId: webhook.id, ...news } },
      messaging,
    )
    return undefined
  })
}
