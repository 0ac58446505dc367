import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Committed, ConflictError, type Store } from '../store.ts'
import { aConversation, aDelivery, aMessage, anEvent, newOrganizationId } from './samples.ts'
import type { CurrentSubject } from './subject.ts'

/** What every store promises about transactions and the feed. */
export function transactionsContract(subject: CurrentSubject): void {
  const newStore = () => subject().database.store(newOrganizationId())

  /** Commits that tell of this store's organization from now on. */
  function listen(store: Store): { readonly heard: Committed[]; stop(): void } {
    const heard: Committed[] = []
    const stop = subject().database.onCommit((committed) => {
      if (committed.organizationId === store.organizationId) heard.push(committed)
    })
    return { heard, stop }
  }

  test('a transaction that throws leaves nothing, and nobody hears of it', async () => {
    const store = newStore()
    const { heard, stop } = listen(store)
    const work = store.transaction(async (store) => {
      await store.messages.add(aMessage())
      await store.deliveries.add(aDelivery(), null)
      await store.feed.append(anEvent(), 1)
      await store.timers.set({ id: 't', dueMs: 1, kind: 'acw', body: {} })
      throw new Error('No.')
    })
    await assert.rejects(work, /^Error: No\.$/)
    assert.equal((await store.messages.list({ size: 1, number: 1 })).total, 0)
    assert.equal((await store.deliveries.list({ size: 1, number: 1 })).total, 0)
    assert.equal(await store.timers.next(), undefined)
    assert.equal(await store.feed.head(), 0)
    await store.feed.append(anEvent('next'), 1)
    assert.deepEqual(await store.feed.after(0, 10), [
      { sequence: 1, timeMs: 1, event: anEvent('next') },
    ])
    stop()
    assert.deepEqual(heard, [{ organizationId: store.organizationId, deliveries: [], feedHead: 1 }])
  })

  test('a transaction sees what it wrote, others only when it is over', async () => {
    const store = newStore()
    await store.transaction(async (inner) => {
      await inner.answers.add('scope', 'key', 1, 1)
      assert.equal(await inner.answers.get('scope', 'key'), 1)
      assert.equal(await store.answers.get('scope', 'key'), undefined)
    })
    assert.equal(await store.answers.get('scope', 'key'), 1)
  })

  test('a transaction within a transaction is part of it', async () => {
    const store = newStore()
    const work = store.transaction(async (store) => {
      await store.transaction((store) => store.answers.add('scope', 'inner', 1, 1))
      throw new Error('No.')
    })
    await assert.rejects(work, /No/)
    assert.equal(await store.answers.get('scope', 'inner'), undefined)
  })

  test('a store kept beyond its transaction is of no use', async () => {
    const store = newStore()
    const kept = await store.transaction(async (store) => ({ store }))
    await assert.rejects(kept.store.answers.add('scope', 'key', 1, 1), /over/)
  })

  test('a commit tells of its deliveries, its timers and the head of the feed', async () => {
    const store = newStore()
    const { heard, stop } = listen(store)
    const delivery = aDelivery()
    await store.transaction(async (store) => {
      await store.deliveries.add(delivery, null)
      await store.timers.set({ id: 'a', dueMs: 90, kind: 'acw', body: {} })
      await store.timers.set({ id: 'b', dueMs: 80, kind: 'acw', body: {} })
      await store.feed.append(anEvent(), 1)
      await store.feed.append(anEvent(), 1)
    })
    await store.answers.add('scope', 'key', 1, 1)
    stop()
    await store.feed.append(anEvent(), 1)
    assert.deepEqual(heard, [
      {
        organizationId: store.organizationId,
        deliveries: [delivery],
        bodies: new Map([[delivery.id, null]]),
        feedHead: 2,
        timerDueMs: 80,
      },
    ])
  })

  test('work that lost a race runs again; one that always loses is told', async () => {
    const store = newStore()
    let runs = 0
    const third = await store.transaction(async (store) => {
      await store.answers.add('scope', `run ${runs}`, runs, 1)
      runs += 1
      if (runs < 3) throw new ConflictError('Too late.')
      return runs
    })
    assert.equal(third, 3)
    assert.equal(await store.answers.get('scope', 'run 1'), undefined)
    assert.equal(await store.answers.get('scope', 'run 2'), 2)
    runs = 0
    const hopeless = store.transaction(async () => {
      runs += 1
      throw new ConflictError('Too late.')
    })
    await assert.rejects(hopeless, ConflictError)
    assert.ok(runs >= 6 && runs <= 11, `${runs} runs`)
  })

  test('five hundred transactions at once are all kept; those that throw harm no other', async () => {
    const store = newStore()
    const works = Array.from({ length: 500 }, (_, index) =>
      store.transaction(async (store) => {
        await store.answers.add('scope', String(index), index, 1)
        if (index % 10 === 3) throw new Error(`No ${index}.`)
        await store.feed.append(anEvent(String(index)), 1)
        return index
      }),
    )
    const results = await Promise.allSettled(works)
    for (const [index, result] of results.entries()) {
      const kept = index % 10 !== 3
      if (kept) assert.deepEqual(result, { status: 'fulfilled', value: index })
      else
        assert.equal(String(result.status === 'rejected' && result.reason), `Error: No ${index}.`)
      assert.equal(await store.answers.get('scope', String(index)), kept ? index : undefined)
    }
    await assertGapless(store, 450)
  })

  test('increments by many at once are all counted', async () => {
    const store = newStore()
    const conversation = aConversation()
    await store.conversations.save(conversation)
    await Promise.all(
      Array.from({ length: 5 }, () =>
        store.transaction(async (store) => {
          const found = await store.conversations.get(conversation.id)
          assert.ok(found)
          await store.conversations.save({ ...found, version: found.version + 1 })
          await store.feed.append(anEvent(), 1)
        }),
      ),
    )
    assert.equal((await store.conversations.get(conversation.id))?.version, 6)
    await assertGapless(store, 5)
  })

  test('each organization has a feed of its own', async () => {
    const [one, two] = [newStore(), newStore()]
    for (const text of ['a', 'b', 'c']) await one.feed.append(anEvent(text), 1)
    await two.feed.append(anEvent('z'), 2)
    assert.deepEqual(await two.feed.after(0, 10), [{ sequence: 1, timeMs: 2, event: anEvent('z') }])
    assert.equal(await one.feed.head(), 3)
    assert.deepEqual(
      (await one.feed.after(1, 1)).map(({ sequence, event }) => ({ sequence, event })),
      [{ sequence: 2, event: anEvent('b') }],
    )
  })

  test('a long list of events of one transaction keeps its order', async () => {
    const store = newStore()
    await store.transaction(async (store) => {
      for (let index = 0; index < 40; index += 1)
        await store.feed.append(anEvent(`${index}`), index)
    })
    const entries = await store.feed.after(0, 100)
    assert.deepEqual(
      entries.map(({ timeMs }) => timeMs),
      Array.from({ length: 40 }, (_, index) => index),
    )
    await assertGapless(store, 40)
  })
}

/** Asserts that the feed has the numbers from 1 to its head, each once. */
export async function assertGapless(store: Store, head: number): Promise<void> {
  const entries = await store.feed.after(0, head + 1)
  assert.deepEqual(
    entries.map(({ sequence }) => sequence),
    Array.from({ length: head }, (_, index) => index + 1),
  )
  assert.equal(await store.feed.head(), head)
}
