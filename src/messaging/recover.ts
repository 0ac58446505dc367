import type { Delivery } from '../domain/delivery.ts'
import type { Store } from '../store/store.ts'
import { connectorNamed, type Messaging } from './messaging.ts'

/**
 * What becomes of a delivery whose attempt was under way when its node died: queued again where the other side drops
 * doubles or the account says so, otherwise uncertain.
 */
export async function recover(
  store: Store,
  { delivery, epoch }: { readonly delivery: Delivery; readonly epoch: number },
  messaging: Messaging,
): Promise<Delivery | undefined> {
  if (delivery.state === 'queued') return delivery
  return store.transaction(async (store) => {
    const current = await store.deliveries.get(delivery.id)
    if (current === undefined || current.state !== 'sending')
      return current?.state === 'queued' ? current : undefined
    // Another node has taken the bucket over meanwhile, and sends it.
    if (current.leaseEpoch > epoch) return undefined
    const account =
      current.kind === 'open' ? undefined : await store.records.get('account', current.accountId)
    const connector = current.kind === 'open' ? 'open-webhook' : account?.connector
    const safe =
      (connector !== undefined && connectorNamed(messaging, connector).idempotent) ||
      account?.uncertain === 'resend'
    const recovered: Delivery = safe
      ? { ...current, state: 'queued', leaseEpoch: epoch }
      : {
          ...current,
          state: 'uncertain',
          leaseEpoch: epoch,
          failure: {
            failure: 'uncertain',
            reason: 'ServerError',
            message:
              'The server stopped while this was being sent: it may or may not have been taken.',
          },
        }
    await store.deliveries.update(recovered)
    await store.feed.append(
      {
        type: 'delivery',
        deliveryId: current.id,
        state: recovered.state,
        accountId: current.accountId,
      },
      messaging.outside.clock.now(),
    )
    return safe ? recovered : undefined
  })
}
