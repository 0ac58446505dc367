import type { Delivery } from '../domain/delivery.ts'
import { segmentSms } from '../domain/sms.ts'
import { type Rate, takeSegments } from '../domain/throttle.ts'
import type { JsonValue } from '../store/json.ts'
import type { Store } from '../store/store.ts'
import { bodyOf } from './carried.ts'
import type { Waiting } from './lanes.ts'

/**
 * Takes a text's segments from the rates of its sender and its account, in the transaction that starts the attempt; so
 * rates hold across restarts and nodes. When to ask again, in epoch milliseconds; undefined when it may go.
 */
export async function throttle(
  store: Store,
  { delivery, body }: Waiting,
  nowMs: number,
): Promise<number | undefined> {
  const rates = await ratesOf(store, delivery)
  if (rates === undefined) return undefined
  const segments = segmentsOf(body ?? (await bodyOf(store, delivery)))
  return takeFromAll(store, rates, { segments, nowMs })
}

/** Whether there is a rate that it has to keep to. */
export async function isThrottled(store: Store, delivery: Delivery): Promise<boolean> {
  return (await ratesOf(store, delivery)) !== undefined
}

interface NamedRate {
  readonly key: string
  readonly rate: Rate
}

/** The rates that a text has to keep to; undefined where there is none, as for most. */
async function ratesOf(
  store: Store,
  { kind, lane, accountId }: Delivery,
): Promise<readonly NamedRate[] | undefined> {
  if (kind !== 'sms') return undefined
  const from = lane.slice(lane.indexOf('|') + 1, lane.lastIndexOf('|'))
  const account = await store.records.known('account', accountId)
  const sender = await store.records.knownByKey('sender', from)
  if (account?.rate === undefined && sender?.rate === undefined) return undefined
  return [
    { key: `account|${accountId}`, rate: account?.rate },
    { key: `sender|${accountId}|${from}`, rate: sender?.rate },
  ].flatMap(({ key, rate }) => (rate === undefined ? [] : [{ key, rate }]))
}

/** From all or from none: what the account lets through and the sender does not must not count. */
async function takeFromAll(
  store: Store,
  rates: readonly NamedRate[],
  asked: { readonly segments: number; readonly nowMs: number },
): Promise<number | undefined> {
  const taken = []
  for (const { key, rate } of rates) {
    const before = await store.throttles.get(key)
    const result = takeSegments(rate, before, asked)
    if ('untilMs' in result) return result.untilMs
    taken.push({ key, before, level: result.level })
  }
  for (const { key, before, level } of taken) await store.throttles.save(key, level, before)
  return undefined
}

function segmentsOf(body: JsonValue | undefined): number {
  const text = typeof body === 'object' && body !== null && 'text' in body ? body['text'] : ''
  return segmentSms(typeof text === 'string' ? text : '').segments.length
}
