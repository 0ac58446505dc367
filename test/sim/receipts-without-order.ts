import { deliveryStateOf, statusOfReceipt } from '../../src/domain/delivery.ts'
import type { ReceiptStatus } from '../../src/domain/receipt.ts'
import type { SimNode } from './node.ts'

/** A planted bug: writes a receipt's word down whatever was known before. */
export async function receiptsWithoutOrder(
  { store, messaging }: Pick<SimNode, 'store' | 'messaging'>,
  deliveryId: string,
  word: ReceiptStatus,
): Promise<void> {
  await store.transaction(async (store) => {
    const delivery = await store.deliveries.get(deliveryId)
    if (delivery === undefined) return
    const state = deliveryStateOf(statusOfReceipt(word))
    await store.deliveries.update({ ...delivery, state })
    const { accountId } = delivery
    const nowMs = messaging.outside.clock.now()
    await store.feed.append({ type: 'delivery', deliveryId, state, accountId }, nowMs)
  })
}
