import type { Context } from '../../../context.ts'
import type { Conversation } from '../../../domain/conversation.ts'
import type { Delivery } from '../../../domain/delivery.ts'
import type { EmailMessage } from '../../../domain/email.ts'
import type { Message } from '../../../domain/message.ts'
import type { Receipt } from '../../../domain/receipt.ts'
import type { Exchange } from '../../../exchange.ts'
import { bodyOf } from '../../../messaging/carried.ts'
import type { JsonObject, JsonValue } from '../../../store/json.ts'
import type { Attempt, Store } from '../../../store/store.ts'
import { type Decision, decisionsOf } from '../decisions.ts'

/** One delivery of a message, with everything known of it: the message's own way out, a relay's, or a report back. */
export interface Hop {
  readonly delivery: Delivery
  /** What it goes through, in words: name of the account or integration, and its connector. */
  readonly through: { readonly name: string; readonly connector: string }
  readonly body: JsonObject
  readonly attempts: readonly Attempt[]
  /** Names of the accounts that other attempts than the last went through, by id. */
  readonly earlier: ReadonlyMap<string, string>
  readonly providerIds: readonly string[]
  readonly decisions: readonly (Decision & { readonly byName: string })[]
}

/** A receipt with the call that brought it, where that is still kept. */
export interface Arrival {
  readonly receipt: Receipt
  readonly exchange?: Exchange
}

/** Everything that the store knows of one message. Without `message` it is another platform's, relayed here. */
export interface Material {
  readonly messageId: string
  readonly message?: Message
  readonly email?: EmailMessage
  readonly authorName?: string
  readonly conversation?: Conversation
  readonly hops: readonly Hop[]
  readonly arrivals: readonly Arrival[]
}

/** Reads everything about a message; undefined when nothing here ever had to do with that id. */
export async function gather(
  { store, messaging }: Pick<Context, 'store' | 'messaging'>,
  messageId: string,
): Promise<Material | undefined> {
  const message = await store.messages.get(messageId)
  const deliveries = await store.deliveries.ofMessage(messageId)
  const email = message === undefined ? await store.emails.get(messageId) : undefined
  if (message === undefined && email === undefined && deliveries.length === 0) return undefined
  const hops: Hop[] = []
  for (const delivery of deliveries) hops.push(await hopOf(store, delivery, messaging))
  const arrivals: Arrival[] = []
  for (const receipt of await store.receipts.ofMessage(messageId)) {
    const exchange =
      receipt.exchangeId === undefined ? undefined : await store.exchanges.get(receipt.exchangeId)
    arrivals.push({ receipt, ...(exchange === undefined ? {} : { exchange }) })
  }
  const conversationId = message?.conversationId ?? email?.conversationId
  const conversation =
    conversationId === undefined ? undefined : await store.conversations.get(conversationId)
  const authorId = message?.createdByUserId ?? email?.createdByUserId
  return {
    messageId,
    ...(message === undefined ? {} : { message }),
    ...(email === undefined ? {} : { email }),
    ...(authorId === undefined ? {} : { authorName: await nameOfUser(store, authorId) }),
    ...(conversation === undefined ? {} : { conversation }),
    hops,
    arrivals,
  }
}

async function hopOf(
  store: Store,
  delivery: Delivery,
  { connectors }: Context['messaging'],
): Promise<Hop> {
  const decisions: Hop['decisions'][number][] = []
  for (const decision of await decisionsOf(store, delivery.id)) {
    decisions.push({ ...decision, byName: await nameOfUser(store, decision.by) })
  }
  const integration =
    delivery.kind === 'open'
      ? await store.records.get('openIntegration', delivery.accountId)
      : undefined
  const account =
    delivery.kind === 'open' ? undefined : await store.records.get('account', delivery.accountId)
  const attempts = await store.deliveries.attempts(delivery.id)
  const connector = delivery.kind === 'open' ? 'open-webhook' : (account?.connector ?? '')
  return {
    delivery,
    through: {
      name: integration?.name ?? account?.name ?? delivery.accountId,
      connector: connectors.get(connector)?.title ?? 'removed',
    },
    body: objectOf(await bodyOf(store, delivery)),
    attempts,
    earlier: await earlierAccounts(store, { delivery, attempts }),
    providerIds: (await store.deliveries.providerIds(delivery.id)).map(({ id }) => id),
    decisions,
  }
}

async function earlierAccounts(
  store: Store,
  { delivery, attempts }: Pick<Hop, 'delivery' | 'attempts'>,
): Promise<Hop['earlier']> {
  const ids = new Set(attempts.flatMap(({ accountId }) => accountId ?? []))
  ids.delete(delivery.accountId)
  const names = new Map<string, string>()
  for (const id of ids) names.set(id, (await store.records.get('account', id))?.name ?? id)
  return names
}

async function nameOfUser(store: Store, id: string): Promise<string> {
  return (await store.records.get('user', id))?.name ?? id
}

/** A JSON value when it is an object; an empty one otherwise. */
export function objectOf(value: JsonValue | undefined): JsonObject {
  return isObject(value) ? value : {}
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
