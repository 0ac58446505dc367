import type { Delivery } from '../../src/domain/delivery.ts'
import { joinStatus } from '../../src/domain/delivery.ts'
import type { Message, MessageStatus } from '../../src/domain/message.ts'
import type { FeedEntry, Store } from '../../src/store/store.ts'
import { short } from './commits.ts'
import { smsAccounts } from './house.ts'
import { fieldsOf } from './providers.ts'
import type { Take, Watch } from './watch.ts'

/** Everything that is kept when a history is over, beside what was seen of it from outside. */
interface Outcome {
  readonly watch: Watch
  readonly store: Store
  readonly deliveries: readonly Delivery[]
  readonly messages: readonly Message[]
  readonly feed: readonly FeedEntry[]
  /** Takes by delivery, in order; positions count through the whole history. */
  readonly takes: ReadonlyMap<string, readonly (Take & { readonly position: number })[]>
}

const all = { size: 100_000, number: 1 }

/** Judges a history that has come to rest; what is wrong goes to the watch. */
export async function judge(store: Store, watch: Watch): Promise<void> {
  const takes = new Map<string, (Take & { position: number })[]>()
  for (const [position, take] of watch.takes.entries()) {
    const known = takes.get(take.deliveryId)
    if (known === undefined) takes.set(take.deliveryId, [{ ...take, position }])
    else known.push({ ...take, position })
  }
  const outcome: Outcome = {
    watch,
    store,
    takes,
    deliveries: (await store.deliveries.list(all)).entities,
    messages: (await store.messages.list(all)).entities,
    feed: await store.feed.after(0, 100_000),
  }
  checkAccounts(outcome)
  checkAcknowledged(outcome)
  checkDoubles(outcome)
  checkLanes(outcome)
  checkFeed(outcome)
  checkInbound(outcome)
  await checkRelayed(outcome)
  await checkReceipts(outcome)
}

/** Every delivery is over, and says no more than what happened. */
function checkAccounts({ deliveries, takes, watch }: Outcome): void {
  const complain = (what: string) => watch.complain('acknowledged-is-sent-or-accounted', what)
  for (const { id, state, failure } of deliveries) {
    const isTaken = takes.has(id)
    if (state === 'queued' || state === 'sending') complain(`${short(id)} is still ${state}`)
    if (state === 'failed' && failure === undefined)
      complain(`${short(id)} failed without a reason`)
    if ((state === 'sent' || state === 'delivered') && !isTaken)
      complain(`${short(id)} is ${state}, but nobody took it`)
  }
}

/** Every send that was answered with yes has its one delivery, and its message says the same. */
function checkAcknowledged({ deliveries, messages, takes, watch }: Outcome): void {
  const complain = (what: string) => watch.complain('acknowledged-is-sent-or-accounted', what)
  for (const { messageId, text } of watch.sends) {
    const message = messages.find(({ id }) => id === messageId)
    const own = deliveries.filter((delivery) => delivery.messageId === messageId)
    const [delivery] = own
    if (message === undefined || delivery === undefined || own.length > 1) {
      complain(`${text} has ${own.length} deliveries`)
      continue
    }
    const content = takes.get(delivery.id)?.[0]?.content
    if (content !== undefined && !new RegExp(`\\b${text}\\b`).test(content))
      complain(`${text} was sent as something else: ${content}`)
    if (!allowed[delivery.state].includes(message.status))
      complain(`${text} is ${message.status}, its delivery is ${delivery.state}`)
  }
}

const allowed: Readonly<Record<Delivery['state'], readonly MessageStatus[]>> = {
  queued: [],
  sending: [],
  uncertain: ['queued'],
  sent: ['sent'],
  failed: ['delivery-failed'],
  delivered: ['delivery-success'],
  canceled: ['delivery-failed'],
}

/** Who takes doubles gets none, unless the account says so; a repeat is the same word for word. */
function checkDoubles({ takes, watch }: Outcome): void {
  const single = smsAccounts.filter(
    ({ connector, uncertain }) => connector === 'kaleyra' && uncertain !== 'resend',
  )
  for (const [id, own] of takes) {
    const accountId = watch.accepted.get(id)?.delivery.accountId
    const isSingle = single.some((account) => account.id === accountId)
    if (isSingle && own.length > 1)
      watch.complain('no-double-where-not-allowed', `${short(id)} was taken ${own.length} times`)
    if (own.some(({ content }) => content !== own[0]?.content))
      watch.complain('no-double-where-not-allowed', `${short(id)} was repeated in other words`)
  }
}

/** What was accepted before another was asked for leaves before it, unless its call outlived its sender. */
function checkLanes({ takes, watch }: Outcome): void {
  const lanes = Map.groupBy(watch.accepted.values(), ({ delivery }) => delivery.lane)
  for (const [lane, accepted] of lanes) {
    for (const earlier of accepted) {
      const take = takes.get(earlier.delivery.id)?.[0]
      if (take === undefined || take.late) continue
      for (const later of accepted) {
        const other = takes.get(later.delivery.id)?.[0]
        if (other === undefined || earlier.committed >= later.requested) continue
        if (take.position < other.position) continue
        const ids = `${short(later.delivery.id)} before ${short(earlier.delivery.id)}`
        watch.complain('lane-order', `lane ${lane} let out ${ids}`)
      }
    }
  }
}

/** No gap, no status that goes back, and the last word is what is kept. */
function checkFeed({ feed, messages, deliveries, watch }: Outcome): void {
  const statuses = new Map<string, MessageStatus>()
  const states = new Map<string, Delivery['state']>()
  const kept = new Map(messages.map((message) => [message.id, message]))
  const known = new Map(deliveries.map((delivery) => [delivery.id, delivery]))
  for (const [index, { sequence, event }] of feed.entries()) {
    if (sequence !== index + 1) watch.complain('feed-gapless', `${sequence} comes at ${index + 1}`)
    if (event.type === 'message') {
      const status = event.status as MessageStatus // written from messages only
      const before = statuses.get(event.messageId) ?? 'queued'
      if (joinStatus(before, status) !== status && before !== status)
        watch.complain('never-back', `message ${short(event.messageId)}: ${before}, ${status}`)
      statuses.set(event.messageId, status)
    }
    if (event.type === 'delivery') {
      const state = event.state as Delivery['state'] // written from deliveries only
      const before = states.get(event.deliveryId) ?? 'queued'
      if (rank[state] < rank[before])
        watch.complain('never-back', `delivery ${short(event.deliveryId)}: ${before}, ${state}`)
      states.set(event.deliveryId, state)
    }
  }
  for (const [id, status] of statuses) {
    if (kept.get(id)?.status !== status)
      watch.complain('feed-gapless', `message ${short(id)} was last told of as ${status}`)
  }
  for (const [id, state] of states) {
    if (known.get(id)?.state !== state)
      watch.complain('feed-gapless', `delivery ${short(id)} was last told of as ${state}`)
  }
}

const rank: Readonly<Record<Delivery['state'], number>> = {
  queued: 0,
  sending: 0,
  uncertain: 1,
  sent: 2,
  failed: 3,
  canceled: 3,
  delivered: 4,
}

/** A customer's message is kept once, and every repeat of it is answered with the first one. */
function checkInbound({ messages, watch }: Outcome): void {
  const inbound = messages.filter(({ direction }) => direction === 'inbound')
  const kept = Map.groupBy(
    inbound,
    ({ toAddress, providerMessageId, channelTimeMs }) =>
      `${toAddress}|${providerMessageId}|${channelTimeMs}`,
  )
  for (const [key, own] of kept) {
    if (own.length > 1) watch.complain('inbound-once', `${key} is there ${own.length} times`)
  }
  for (const { key, messageId } of watch.inbound) {
    const message = kept.get(key)?.[0]
    if (message === undefined) watch.complain('inbound-once', `${key} was taken and is not there`)
    else if (messageId !== undefined && message.id !== messageId)
      watch.complain('inbound-once', `${key} was answered with another message`)
  }
}

/** What the relay took goes to the other side in one delivery. */
async function checkRelayed({ store, deliveries, watch }: Outcome): Promise<void> {
  const counts = new Map<string, number>()
  for (const { id, kind, relayId, messageId } of deliveries) {
    if (relayId === undefined) continue
    const name = kind === 'sms' ? messageId : await inboundName(store, id)
    if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  for (const [name, count] of counts) {
    if (count > 1) watch.complain('inbound-once', `${name} was relayed ${count} times`)
  }
  for (const name of watch.relayed) {
    if (!counts.has(name)) watch.complain('inbound-once', `${name} was taken and not relayed`)
  }
}

/** The name of the text that a call to the platform brings; undefined for a receipt. */
async function inboundName(store: Store, id: string): Promise<string | undefined> {
  const call = fieldsOf(JSON.stringify(await store.deliveries.body(id)))
  const body = fieldsOf(JSON.stringify(call['body']))
  const channel = fieldsOf(JSON.stringify(body['channel']))
  return typeof channel['messageId'] === 'string' ? channel['messageId'] : undefined
}

/** A receipt that was taken shows in the end, as far as it can be told what it is about. */
async function checkReceipts({ store, deliveries, watch }: Outcome): Promise<void> {
  const known = new Map(deliveries.map((delivery) => [delivery.id, delivery.state]))
  const words = new Map<string, Set<string>>()
  for (const { deliveryId, accountId, providerId, status } of watch.receipts) {
    const isFindable =
      providerId === undefined ||
      (await store.deliveries.byProviderId(accountId, providerId)) !== undefined
    if (!isFindable) continue
    const own = words.get(deliveryId) ?? new Set()
    words.set(deliveryId, own.add(status))
  }
  for (const [id, own] of words) {
    const state = known.get(id)
    const expected = own.has('Delivered')
      ? ['delivered']
      : own.has('Failed')
        ? ['failed']
        : ['sent', 'failed', 'delivered']
    if (state === undefined || expected.includes(state)) continue
    watch.complain('receipts-settle', `${short(id)} is ${state} after ${[...own].join(' and ')}`)
  }
}
