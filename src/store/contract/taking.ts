import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import type { Delivery } from '../../domain/delivery.ts'
import { ConflictError, type Taker } from '../store.ts'
import { aDelivery, newOrganizationId } from './samples.ts'
import type { CurrentSubject } from './subject.ts'

/** What every store promises to who takes deliveries up while they are queued. */
export function takingContract(subject: CurrentSubject): void {
  afterEach(() => {
    subject().database.takeBy({
      take: async (_organizationId, delivery) => delivery,
      letGo: () => {},
    })
  })

  /** Takes everything, begun or as it is, and keeps account of what became of it. */
  function taking({ begins = true } = {}) {
    const { database } = subject()
    const store = database.store(newOrganizationId())
    const asked: string[] = []
    const kept: string[] = []
    const taker: Taker = {
      async take(_organizationId, delivery) {
        asked.push(delivery.id)
        kept.push(delivery.id)
        return begins ? { ...delivery, state: 'sending', attempts: 1, leaseEpoch: 7 } : delivery
      },
      letGo(_organizationId, { id }) {
        const at = kept.indexOf(id)
        assert.ok(at >= 0, `${id} was let go and not taken`)
        kept.splice(at, 1)
      },
    }
    database.takeBy(taker)
    const told: Delivery[] = []
    const stop = database.onCommit(({ organizationId, deliveries }) => {
      if (organizationId === store.organizationId) told.push(...deliveries)
    })
    return { store, asked, kept, told, stop }
  }

  test('what is taken up while it is queued is on disk and told of with its attempt begun', async () => {
    const { store, kept, told, stop } = taking()
    const queued = Array.from({ length: 20 }, () => aDelivery())
    await Promise.all(queued.map((delivery) => store.deliveries.add(delivery, { text: 'Hello' })))
    const begun = queued.map((delivery) => ({
      ...delivery,
      state: 'sending',
      attempts: 1,
      leaseEpoch: 7,
    }))
    const found = await Promise.all(queued.map(({ id }) => store.deliveries.get(id)))
    assert.deepEqual(found, begun)
    assert.deepEqual(
      told.map(({ id, state }) => `${id} ${state}`).sort(),
      begun.map(({ id, state }) => `${id} ${state}`).sort(),
    )
    assert.equal(kept.length, queued.length)
    stop()
  })

  test('what a transaction had taken up is let go when it comes to nothing', async () => {
    const { store, asked, kept, told, stop } = taking()
    const delivery = aDelivery()
    const changesItsMind = store.transaction(async (store) => {
      await store.deliveries.add(delivery, null)
      throw new Error('changed its mind')
    })
    await assert.rejects(changesItsMind, /changed its mind/)
    await store.deliveries.add(aDelivery({ id: delivery.id }), null)
    await assert.rejects(store.deliveries.add(delivery, null), ConflictError)
    assert.ok(asked.length >= 3, 'it was asked in every run')
    assert.deepEqual(kept, [delivery.id])
    assert.deepEqual(
      told.map(({ id }) => id),
      [delivery.id],
    )
    stop()
  })

  test('what is left queued is told of, or let go, as well', async () => {
    const { store, kept, told, stop } = taking({ begins: false })
    const [delivery, other] = [aDelivery(), aDelivery()]
    await store.deliveries.add(delivery, null)
    const changesItsMind = store.transaction(async (store) => {
      await store.deliveries.add(other, null)
      throw new Error('changed its mind')
    })
    await assert.rejects(changesItsMind, /changed its mind/)
    assert.deepEqual(kept, [delivery.id])
    assert.deepEqual(told, [delivery])
    stop()
  })

  test('a transaction that runs again lets go of what it took before', async () => {
    const { store, asked, kept, told, stop } = taking()
    const agent = {
      userId: 'anna',
      presence: 'Available',
      routingStatus: 'IDLE',
      routingSinceMs: 0,
      presenceSinceMs: 0,
    } as const
    const deliveries = Array.from({ length: 12 }, () => aDelivery())
    await Promise.all(
      deliveries.map((delivery) =>
        store.transaction(async (store) => {
          await store.deliveries.add(delivery, null)
          const version = (await store.agents.get(agent.userId))?.version ?? 0
          await store.agents.save({ ...agent, version: version + 1 })
        }),
      ),
    )
    assert.equal((await store.agents.get(agent.userId))?.version, deliveries.length)
    assert.ok(asked.length >= deliveries.length)
    for (const { id, state } of told) {
      assert.equal(kept.includes(id), state === 'sending', `${id} is told of as ${state}`)
    }
    assert.equal(told.length, deliveries.length)
    stop()
  })
}
