import { type Delivery, deliveryStateOf, joinStatus, reasonOf } from '../domain/delivery.ts'
import type { SendError } from '../errors.ts'
import type { RecordedExchange } from '../exchange.ts'
import type { NewAttempt, Store } from '../store/store.ts'
import { heedCarrier } from './consent.ts'
import type { Messaging } from './messaging.ts'
import { applyHeld, moveMessage, statusOfDelivery } from './receipt.ts'
import { reportToPlatform } from './relay.ts'

/** How an attempt ended. */
export interface Ended {
  readonly outcome: NewAttempt['outcome']
  readonly providerIds: readonly string[]
  readonly error?: SendError
  readonly dueMs?: number
  /** Where a retry goes, when it goes to another account. */
  readonly accountId?: string
}

/** An attempt that is over. */
export interface EndedAttempt {
  readonly delivery: Delivery
  readonly attempt: NewAttempt
  readonly ended: Ended
  /** What went over the wire; undefined when nothing did. */
  readonly recorded: RecordedExchange | undefined
}

/** Writes how the attempt ended, on top of what receipts may have said in the meantime. */
export function settle(
  store: Store,
  { delivery, attempt, ended, recorded }: EndedAttempt,
  messaging: Messaging,
): Promise<Delivery> {
  return store.transaction(async (store) => {
    const expected = stateAfter(delivery, ended, delivery.leaseEpoch)
    const isAsLeft = await store.deliveries.replace(delivery, expected)
    const { current, settled } = isAsLeft
      ? { current: delivery, settled: expected }
      : await joinEnd(store, delivery, ended)
    const { providerIds } = ended
    await store.deliveries.addAttempt(
      providerIds.length === 0 ? attempt : { ...attempt, providerIds },
      recorded,
    )
    const { accountId, id } = delivery
    const known: string[] = []
    for (const providerId of providerIds) {
      if (await store.deliveries.addProviderId(accountId, providerId, id)) known.push(providerId)
    }
    if (settled.state !== current.state) await tell(store, { settled, ended }, messaging)
    // Without an exchange it was our own ledger that refused, and that knows.
    if (ended.error?.failure === 'opted_out' && recorded !== undefined)
      await heedCarrier(store, settled, messaging)
    await applyHeld(store, { accountId, providerIds: known }, messaging)
    return settled
  })
}

async function tell(
  store: Store,
  { settled, ended }: { readonly settled: Delivery; readonly ended: Ended },
  messaging: Messaging,
): Promise<void> {
  const nowMs = messaging.outside.clock.now()
  const { id: deliveryId, accountId, state } = settled
  await store.feed.append({ type: 'delivery', deliveryId, state, accountId }, nowMs)
  if (ended.outcome === 'retry' || ended.outcome === 'uncertain') return
  const status = ended.outcome === 'sent' ? 'sent' : 'delivery-failed'
  const error =
    settled.failure === undefined || ended.outcome === 'sent'
      ? undefined
      : {
          code: settled.failure.reason,
          message: settled.failure.message,
          ...(settled.failure.providerCode === undefined
            ? {}
            : { providerCode: settled.failure.providerCode }),
        }
  if (settled.relayId !== undefined) {
    await reportToPlatform(
      store,
      { delivery: settled, status, error, final: status !== 'sent' },
      messaging,
    )
  } else if (settled.messageId !== undefined) {
    const { messageId, conversationId } = settled
    const likely =
      conversationId === undefined ? undefined : { status: 'queued' as const, conversationId }
    await moveMessage(store, { messageId, status, error, likely }, nowMs)
  }
}

/** Saves how an attempt ended where the row is no longer as the attempt's start left it. */
async function joinEnd(
  store: Store,
  started: Delivery,
  ended: Ended,
): Promise<{ readonly current: Delivery; readonly settled: Delivery }> {
  const current = (await store.deliveries.get(started.id)) ?? started
  const settled = stateAfter(current, ended, started.leaseEpoch)
  if (settled !== current) await store.deliveries.update(settled)
  return { current, settled }
}

/** The delivery after an attempt: never behind what a receipt has already said of it. */
function stateAfter(current: Delivery, ended: Ended, leaseEpoch: number): Delivery {
  const takenOver = current.leaseEpoch !== leaseEpoch
  // Another node took the bucket over meanwhile: its attempt decides, unless it only knows that ours was in doubt.
  if (takenOver && current.state !== 'uncertain') return current
  if (takenOver || current.state !== 'sending') {
    return ended.outcome === 'sent'
      ? { ...current, state: deliveryStateOf(joinStatus(statusOfDelivery(current), 'sent')) }
      : current
  }
  if (ended.outcome === 'sent') return { ...current, state: 'sent' }
  const failure =
    ended.error === undefined
      ? undefined
      : {
          failure: ended.error.failure,
          reason: ended.error.reason ?? reasonOf(ended.error.failure),
          message: ended.error.message,
          ...(ended.error.providerCode === undefined
            ? {}
            : { providerCode: ended.error.providerCode }),
        }
  const failed = { ...current, ...(failure === undefined ? {} : { failure }) }
  if (ended.outcome === 'retry') {
    const { accountId, dueMs } = { ...current, ...ended }
    return { ...failed, state: 'queued', dueMs, accountId }
  }
  return { ...failed, state: ended.outcome }
}
