import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { threadKey } from '../../domain/conversation.ts'
import { ConflictError, type Store } from '../store.ts'
import { aConversation, aDelivery, anEvent, newOrganizationId } from './samples.ts'
import type { CurrentSubject } from './subject.ts'
import { assertGapless } from './transactions.ts'

const steps = ['thread', 'delivery', 'answer'] as const

/** One transaction: it counts further at each of its places, and may fail after that. */
export interface Work {
  readonly places: readonly { readonly step: (typeof steps)[number]; readonly key: number }[]
  readonly fails: boolean
}

/** Transactions at few places, so that most meet others. */
export const someWorks = (count: number): fc.Arbitrary<readonly Work[]> =>
  fc.array(
    fc.record({
      places: fc.uniqueArray(
        fc.record({ step: fc.constantFrom(...steps), key: fc.integer({ min: 0, max: 3 }) }),
        { minLength: 1, maxLength: 3, selector: ({ step, key }) => `${step} ${key}` },
      ),
      fails: fc.integer({ min: 0, max: 9 }).map((chance) => chance === 0),
    }),
    { minLength: count, maxLength: count },
  )

/** What every store promises of transactions that get in each other's way. */
export function conflictsContract(subject: CurrentSubject): void {
  const newStore = () => subject().database.store(newOrganizationId())

  test('transactions at the same places end as if one had followed the other', async () => {
    await fc.assert(
      fc.asyncProperty(someWorks(60), (works) => assertSerial([newStore()], works)),
      { numRuns: 8 },
    )
  })

  test('five hundred at the same places do so too', async () => {
    const [works = []] = fc.sample(someWorks(500), { numRuns: 1, seed: 7 })
    await assertSerial([newStore()], works)
  })

  test('a transaction that meets itself in a row sees what it wrote', async () => {
    const store = newStore()
    const delivery = aDelivery()
    await store.transaction(async (store) => {
      await store.deliveries.add(delivery, null)
      const found = await store.deliveries.get(delivery.id)
      assert.ok(found)
      await store.deliveries.update({ ...found, attempts: 1 })
      await store.deliveries.update({ ...found, attempts: 2 })
    })
    assert.equal((await store.deliveries.get(delivery.id))?.attempts, 2)
  })
}

/**
 * Runs works at once, spread over stores of one organization, and asserts that there is an order in which each
 * could have seen what it saw, that all of them count and those that failed do not.
 */
export async function assertSerial(
  stores: readonly Store[],
  works: readonly Work[],
): Promise<void> {
  const [first] = stores
  assert.ok(first)
  const deliveryIds = await Promise.all(
    [0, 1, 2, 3].map(async () => {
      const delivery = aDelivery()
      await first.deliveries.add(delivery, null)
      return delivery.id
    }),
  )
  const results = await Promise.allSettled(
    works.map((work, index) => run(stores[index % stores.length] ?? first, work, deliveryIds)),
  )
  const done: Seen[] = []
  for (const [index, result] of results.entries()) {
    if (result.status === 'fulfilled') {
      assert.equal(works[index]?.fails, false)
      done.push(result.value)
    } else if (!(stores.length > 1 && result.reason instanceof ConflictError)) {
      assert.equal(String(result.reason), 'Error: No.')
    }
  }
  const counts = replay(done)
  for (const [key, id] of deliveryIds.entries()) {
    const delivery = await first.deliveries.get(id)
    assert.equal(delivery?.attempts, counts.get(`delivery ${key}`) ?? 0)
  }
  await assertGapless(first, done.length)
}

/** What one transaction found at each of its places: how many were there before it. */
type Seen = ReadonlyMap<string, number>

/** Finds the order that explains what was seen, and gives the count at each place after it. */
function replay(done: readonly Seen[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  const waiting = new Set(done)
  for (;;) {
    const before = waiting.size
    for (const seen of waiting) {
      if ([...seen].some(([place, count]) => (counts.get(place) ?? 0) !== count)) continue
      for (const [place, count] of seen) counts.set(place, count + 1)
      waiting.delete(seen)
    }
    if (waiting.size === before) break
  }
  assert.deepEqual([...waiting], [], 'no order explains what these have seen')
  return counts
}

function run(store: Store, { places, fails }: Work, deliveryIds: readonly string[]): Promise<Seen> {
  return store.transaction(async (store) => {
    const seen = new Map<string, number>()
    for (const { step, key } of places) {
      const count =
        step === 'thread'
          ? await countThread(store, key)
          : step === 'delivery'
            ? await countDelivery(store, deliveryIds[key] ?? '')
            : await countAnswer(store, key)
      seen.set(`${step} ${key}`, count)
    }
    await store.feed.append(anEvent(), 1)
    if (fails) throw new Error('No.')
    return seen
  })
}

/** Opens the thread's conversation, or saves its next version. */
async function countThread(store: Store, key: number): Promise<number> {
  const fresh = aConversation({ customer: { id: `+1317555010${key}`, idType: 'Phone' } })
  const { channel, platformAddress, customer } = fresh
  const found = await store.conversations.byThread(threadKey(channel, platformAddress, customer.id))
  await store.conversations.save(
    found === undefined ? fresh : { ...found, version: found.version + 1 },
  )
  return found?.version ?? 0
}

async function countDelivery(store: Store, id: string): Promise<number> {
  const found = await store.deliveries.get(id)
  assert.ok(found)
  await store.deliveries.update({ ...found, attempts: found.attempts + 1 })
  return found.attempts
}

/** Takes the first number that is free. */
async function countAnswer(store: Store, key: number): Promise<number> {
  for (let count = 0; ; count += 1) {
    if ((await store.answers.get(`scope ${key}`, `${count}`)) !== undefined) continue
    if (await store.answers.add(`scope ${key}`, `${count}`, count, 1)) return count
  }
}
