import type { ReceivedReceipt } from '../connectors/connector.ts'
import {
  type Delivery,
  deliveryStateOf,
  joinParts,
  joinStatus,
  reasonOf,
  statusOfReceipt,
} from '../domain/delivery.ts'
import type { Message, MessageError, MessageStatus } from '../domain/message.ts'
import type { Receipt } from '../domain/receipt.ts'
import type { JsonObject } from '../store/json.ts'
import type { Store } from '../store/store.ts'
import { heedCarrier } from './consent.ts'
import { moveEmail } from './email-fate.ts'
import { faxMoved } from './fax-fate.ts'
import type { Messaging } from './messaging.ts'
import { reportToPlatform } from './relay.ts'

/** A provider's receipt, and the recorded call that brought it. */
export interface Arrived {
  readonly accountId: string
  readonly receipt: ReceivedReceipt
  readonly exchangeId?: string
}

/** What became of a receipt: it moved its delivery, said nothing new, or waits for the delivery that it is about. */
export type Fate = 'applied' | 'ignored' | 'held'

/**
 * Applies what a provider reports. Found by our own delivery id, else by the provider's id; one that comes before
 * its send was settled is held and applied then. Never moves a delivery back.
 */
export async function applyReceipt(
  store: Store,
  arrived: Arrived,
  messaging: Messaging,
): Promise<Fate> {
  const { receipt, accountId } = arrived
  const delivery = await findDelivery(store, arrived)
  if (delivery !== undefined) return applyTo(store, { arrived, delivery }, messaging)
  if (receipt.providerId === undefined) return 'ignored'
  const held: JsonObject = JSON.parse(JSON.stringify({ receipt, exchangeId: arrived.exchangeId }))
  await store.receipts.hold(accountId, receipt.providerId, held, messaging.outside.clock.now())
  return 'held'
}

/** Applies the receipts that came before the provider's ids were known. */
export async function applyHeld(
  store: Store,
  about: { readonly accountId: string; readonly providerIds: readonly string[] },
  messaging: Messaging,
): Promise<void> {
  for (const providerId of about.providerIds) {
    for (const held of await store.receipts.takeHeld(about.accountId, providerId)) {
      // Written by `applyReceipt` above, so it has the form of what was held.
      const { receipt, exchangeId }: { receipt: ReceivedReceipt; exchangeId?: string } = JSON.parse(
        JSON.stringify(held),
      )
      await applyReceipt(
        store,
        {
          accountId: about.accountId,
          receipt,
          ...(exchangeId === undefined ? {} : { exchangeId }),
        },
        messaging,
      )
    }
  }
}

async function findDelivery(
  store: Store,
  { accountId, receipt }: Arrived,
): Promise<Delivery | undefined> {
  if (receipt.deliveryId !== undefined) {
    const tagged = await store.deliveries.get(receipt.deliveryId)
    if (tagged?.accountId === accountId) return tagged
  }
  if (receipt.providerId === undefined) return undefined
  const id = await store.deliveries.byProviderId(accountId, receipt.providerId)
  return id === undefined ? undefined : store.deliveries.get(id)
}

async function applyTo(
  store: Store,
  { arrived, delivery }: { readonly arrived: Arrived; readonly delivery: Delivery },
  messaging: Messaging,
): Promise<Fate> {
  const { receipt } = arrived
  const status = await statusAfter(store, delivery, receipt)
  const before = statusOfDelivery(delivery)
  const after = joinStatus(before, status)
  const applied = after !== before
  const error = errorOf(receipt)
  await recordReceipt(store, { arrived, delivery, applied }, messaging)
  if (!applied) return 'ignored'
  const state = deliveryStateOf(after)
  await store.deliveries.update({
    ...delivery,
    state,
    ...(state === 'failed' && error !== undefined
      ? { failure: { failure: 'rejected', reason: error.code, message: error.message } }
      : {}),
  })
  if (error?.code === 'RecipientOptedOut') await heedCarrier(store, delivery, messaging)
  const nowMs = messaging.outside.clock.now()
  await store.feed.append(
    { type: 'delivery', deliveryId: delivery.id, state, accountId: delivery.accountId },
    nowMs,
  )
  if (delivery.relayId !== undefined) {
    await reportToPlatform(
      store,
      { delivery, status: after, error, final: receipt.final },
      messaging,
    )
  } else if (delivery.messageId !== undefined) {
    const { messageId, conversationId } = delivery
    const likely = conversationId === undefined ? undefined : { status: before, conversationId }
    await moveMessage(store, { messageId, status: after, error, likely }, nowMs)
  }
  return 'applied'
}

/** Moves a message's status upwards and tells the feed; the same status, or a lower one, changes nothing. */
export async function moveMessage(
  store: Store,
  to: {
    readonly messageId: string
    readonly status: MessageStatus
    readonly error?: MessageError | undefined
    /** Where the message most likely stands, and the conversation it is in: spares reading it when that is so. */
    readonly likely?:
      | { readonly status: MessageStatus; readonly conversationId: string }
      | undefined
  },
  nowMs: number,
): Promise<void> {
  const { likely, messageId } = to
  if (likely !== undefined && !isFailure(to.status)) {
    const status = joinStatus(likely.status, to.status)
    if (
      status !== likely.status &&
      (await store.messages.moveStatus(messageId, likely.status, status))
    ) {
      const { conversationId } = likely
      await store.feed.append({ type: 'message', messageId, conversationId, status }, nowMs)
      return
    }
  }
  const message = await store.messages.get(to.messageId)
  if (message === undefined) return moveEmail(store, to, nowMs)
  const status = joinStatus(message.status, to.status)
  if (status === message.status) return
  const { error: _earlier, ...rest } = message
  const moved: Message = {
    ...rest,
    status,
    ...(isFailure(status) && to.error !== undefined ? { error: to.error } : {}),
  }
  await store.messages.setStatus(moved)
  await store.feed.append(
    { type: 'message', messageId: message.id, conversationId: message.conversationId, status },
    nowMs,
  )
  if (moved.messengerType === 'fax') await faxMoved(store, moved, nowMs)
}

function isFailure(status: MessageStatus): boolean {
  return status === 'delivery-failed' || status === 'failed'
}

/** For a message in parts the parts' statuses together, otherwise what the receipt says. */
async function statusAfter(
  store: Store,
  delivery: Delivery,
  receipt: ReceivedReceipt,
): Promise<MessageStatus> {
  const status = statusOfReceipt(receipt.status)
  if (receipt.providerId === undefined) return status
  const partOf = new Map(
    (await store.deliveries.providerIds(delivery.id)).map(({ id, part }) => [id, part]),
  )
  const parts = new Set(partOf.values())
  if (parts.size < 2) return status
  const byPart = new Map<number, MessageStatus>()
  const note = (providerId: string | undefined, news: MessageStatus) => {
    const part = partOf.get(providerId ?? '')
    if (part !== undefined) byPart.set(part, joinStatus(byPart.get(part) ?? news, news))
  }
  note(receipt.providerId, status)
  for (const known of await store.receipts.ofMessage(delivery.messageId ?? '')) {
    if (known.deliveryId === delivery.id) note(known.providerId, statusOfReceipt(known.status))
  }
  return joinParts([...byPart.values()], parts.size)
}

async function recordReceipt(
  store: Store,
  given: { readonly arrived: Arrived; readonly delivery: Delivery; readonly applied: boolean },
  messaging: Messaging,
): Promise<void> {
  const { arrived, delivery, applied } = given
  const { receipt } = arrived
  const row: Receipt = {
    id: messaging.outside.ids.uuid(),
    messageId: delivery.messageId ?? '',
    deliveryId: delivery.id,
    status: receipt.status,
    final: receipt.final,
    ...(receipt.reason === undefined ? {} : { reason: receipt.reason }),
    ...(receipt.code === undefined ? {} : { code: receipt.code }),
    ...(receipt.description === undefined ? {} : { description: receipt.description }),
    ...(receipt.providerId === undefined ? {} : { providerId: receipt.providerId }),
    timeMs: messaging.outside.clock.now(),
    applied,
    ...(arrived.exchangeId === undefined ? {} : { exchangeId: arrived.exchangeId }),
  }
  await store.receipts.add(row)
}

/** Where a delivery's own state stands among the statuses of messages. */
export function statusOfDelivery(delivery: Delivery): MessageStatus {
  switch (delivery.state) {
    case 'delivered':
      return 'delivery-success'
    case 'failed':
    case 'canceled':
      return 'delivery-failed'
    case 'sent':
      return 'sent'
    default:
      return 'queued'
  }
}

function errorOf(receipt: ReceivedReceipt): MessageError | undefined {
  if (receipt.status !== 'Failed') return undefined
  const code = receipt.reason ?? reasonOf('rejected')
  return {
    code,
    message:
      receipt.description ??
      `The carrier reported ${receipt.code ?? 'a failure without a reason'}.`,
    ...(receipt.code === undefined ? {} : { providerCode: receipt.code }),
  }
}
