import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Receipt } from '../../domain/receipt.ts'
import { type Attempt, ConflictError } from '../store.ts'
import { aDelivery, newOrganizationId, nextId } from './samples.ts'
import type { CurrentSubject } from './subject.ts'

/** What every store promises about deliveries and receipts. */
export function deliveriesContract(subject: CurrentSubject): void {
  const newStore = () => subject().database.store(newOrganizationId())

  test('a delivery comes back with what it carries', async () => {
    const { deliveries } = newStore()
    const plain = aDelivery()
    const full = aDelivery({
      messageId: 'message',
      conversationId: 'conversation',
      relayId: 'relay',
      failure: { failure: 'throttled', reason: 'RateLimited', message: 'Slow down.' },
    })
    await deliveries.add(plain, { text: 'Grüße' })
    await deliveries.add(full, ['x', null, 1])
    assert.deepEqual(await deliveries.get(plain.id), plain)
    assert.deepEqual(await deliveries.body(plain.id), { text: 'Grüße' })
    assert.deepEqual(await deliveries.get(full.id), full)
    assert.deepEqual(await deliveries.body(full.id), ['x', null, 1])
    assert.deepEqual(await deliveries.ofMessage('message'), [full])
    const bare = aDelivery()
    await deliveries.add(bare, { text: 'as its message says' }, { isKept: false })
    assert.deepEqual(await deliveries.get(bare.id), bare)
    assert.equal(await deliveries.body(bare.id), undefined)
    assert.equal(await deliveries.get('none'), undefined)
    assert.equal(await deliveries.body('none'), undefined)
  })

  test('an update is kept unless it was made under an older lease than the last', async () => {
    const { deliveries } = newStore()
    const delivery = aDelivery({ leaseEpoch: 3 })
    await deliveries.add(delivery, null)
    const sending = { ...delivery, state: 'sending', attempts: 1, leaseEpoch: 4 } as const
    await deliveries.update(sending)
    assert.deepEqual(await deliveries.get(delivery.id), sending)
    await assert.rejects(deliveries.update({ ...delivery, state: 'sent' }), ConflictError)
    await assert.rejects(deliveries.update(aDelivery()), ConflictError)
    assert.deepEqual(await deliveries.get(delivery.id), sending)
  })

  test('what is unfinished is read by bucket, in the order accepted, page by page', async () => {
    const { deliveries } = newStore()
    const [first, second, third, fourth, fifth] = [
      aDelivery({ bucket: 9 }),
      aDelivery({ bucket: 3 }),
      aDelivery({ bucket: 3, state: 'sending' }),
      aDelivery({ bucket: 5 }),
      aDelivery({ bucket: 9 }),
    ] as const
    for (const delivery of [first, second, third, fourth, fifth]) {
      await deliveries.add(delivery, null)
    }
    const states = ['sent', 'delivered', 'failed', 'uncertain', 'canceled'] as const
    for (const state of states) await deliveries.add(aDelivery({ bucket: 3, state }), null)
    assert.deepEqual(await deliveries.unfinished([3, 9], '', 3), [first, second, third])
    assert.deepEqual(await deliveries.unfinished([3, 9], third.id, 3), [fifth])
    assert.deepEqual(await deliveries.unfinished([], '', 3), [])
    await deliveries.update({ ...second, state: 'sent' })
    const all = Array.from({ length: 64 }, (_, bucket) => bucket)
    assert.deepEqual(await deliveries.unfinished(all, '', 10), [first, third, fourth, fifth])
  })

  test('deliveries are listed newest first by state and account, and counted', async () => {
    const { deliveries } = newStore()
    assert.deepEqual(await deliveries.depth(), { byState: {} })
    const queued = aDelivery({ acceptedMs: 50 })
    const failed = aDelivery({ state: 'failed', accountId: 'other', acceptedMs: 10 })
    const failedToo = aDelivery({ state: 'failed' })
    const sent = aDelivery({ state: 'sent', accountId: 'other', acceptedMs: 1 })
    const sending = aDelivery({ state: 'sending', acceptedMs: 40 })
    for (const delivery of [queued, failed, failedToo, sent, sending]) {
      await deliveries.add(delivery, null)
    }
    const page = { size: 2, number: 1 }
    assert.deepEqual(await deliveries.list(page), { entities: [sending, sent], total: 5 })
    const lists = {
      failed: [failedToo, failed],
      sent: [sent],
      queued: [queued],
      sending: [sending],
      canceled: [],
    } as const
    for (const state of ['failed', 'sent', 'queued', 'sending', 'canceled'] as const) {
      const entities = lists[state]
      assert.deepEqual(await deliveries.list(page, { state }), {
        entities,
        total: entities.length,
      })
    }
    const both = await deliveries.list(page, { state: 'failed', accountId: 'other' })
    assert.deepEqual(both, { entities: [failed], total: 1 })
    const depth = await deliveries.depth()
    assert.deepEqual(depth, { byState: { queued: 1, sending: 1, failed: 2 }, oldestMs: 40 })
  })

  test('attempts are kept by number', async () => {
    const { deliveries } = newStore()
    const attempt = (number: number): Attempt => ({
      deliveryId: 'delivery',
      number,
      startedMs: 1,
      endedMs: 2,
      outcome: 'retry',
      failure: 'unreachable',
    })
    for (const number of [10, 2, 1]) await deliveries.addAttempt(attempt(number))
    assert.deepEqual(await deliveries.attempts('delivery'), [attempt(1), attempt(2), attempt(10)])
  })

  test('a replacement is written over the expected row only', async () => {
    const { deliveries } = newStore()
    const queued = aDelivery()
    await deliveries.add(queued, null)
    const sending = { ...queued, state: 'sending' as const, attempts: 1, leaseEpoch: 2 }
    assert.equal(await deliveries.replace(queued, sending), true)
    assert.deepEqual(await deliveries.get(queued.id), sending)
    const others = [queued, { ...sending, attempts: 2 }, { ...sending, leaseEpoch: 1 }]
    for (const expected of [...others, { ...sending, dueMs: sending.dueMs + 1 }]) {
      assert.equal(await deliveries.replace(expected, { ...sending, state: 'sent' }), false)
    }
    assert.deepEqual(await deliveries.get(queued.id), sending)
    const sent = { ...sending, state: 'sent' as const }
    assert.equal(await deliveries.replace(sending, sent), true)
    assert.deepEqual(await deliveries.unfinished([queued.bucket], '', 10), [])
  })

  test('provider ids lead to their delivery, each to the last that was given it', async () => {
    const { deliveries } = newStore()
    assert.equal(await deliveries.addProviderId('account', 'b', 'one'), false)
    await deliveries.addProviderId('account', 'a', 'one')
    await deliveries.addProviderId('other', 'b', 'three')
    assert.equal(await deliveries.byProviderId('account', 'b'), 'one')
    assert.equal(await deliveries.addProviderId('account', 'b', 'two'), false)
    assert.equal(await deliveries.byProviderId('account', 'b'), 'two')
    assert.equal(await deliveries.byProviderId('account', 'a'), 'one')
    assert.equal(await deliveries.byProviderId('other', 'b'), 'three')
    assert.equal(await deliveries.byProviderId('account', 'c'), undefined)
  })

  test('a delivery has the ids of all its attempts, by part', async () => {
    const { deliveries } = newStore()
    const attempt = { deliveryId: 'one', startedMs: 1, endedMs: 2, outcome: 'sent' } as const
    const attempts: readonly Attempt[] = [
      { ...attempt, number: 1, providerIds: ['b', 'a'] },
      { ...attempt, number: 2, outcome: 'failed' },
      { ...attempt, number: 3, providerIds: ['c', 'a'] },
    ]
    for (const one of attempts) await deliveries.addAttempt(one)
    assert.deepEqual(await deliveries.attempts('one'), attempts)
    assert.deepEqual(await deliveries.providerIds('one'), [
      { id: 'b', part: 0 },
      { id: 'c', part: 0 },
      { id: 'a', part: 1 },
    ])
    assert.deepEqual(await deliveries.providerIds('two'), [])
  })

  test('a delivery is first of its lane when what was accepted before it is over', async () => {
    const { deliveries } = newStore()
    const [first, second] = [aDelivery({ lane: 'one' }), aDelivery({ lane: 'one' })]
    const other = aDelivery({ lane: 'other' })
    for (const delivery of [first, second, other]) await deliveries.add(delivery, null)
    assert.equal(await deliveries.isFirstOfLane(first), true)
    assert.equal(await deliveries.isFirstOfLane(second), false)
    assert.equal(await deliveries.isFirstOfLane(other), true)
    await deliveries.update({ ...first, state: 'sending', attempts: 1 })
    assert.equal(await deliveries.isFirstOfLane(second), false)
    await deliveries.update({ ...first, state: 'uncertain', attempts: 1 })
    assert.equal(await deliveries.isFirstOfLane(second), true)
  })

  test('receipts belong to their message', async () => {
    const { receipts } = newStore()
    const receipt = (messageId: string): Receipt => ({
      id: nextId(),
      messageId,
      status: 'Delivered',
      final: true,
      timeMs: 1,
      applied: true,
    })
    const [first, second] = [receipt('one'), receipt('one')]
    for (const one of [first, second, receipt('two')]) await receipts.add(one)
    assert.deepEqual(await receipts.ofMessage('one'), [first, second])
  })

  test('receipts that came early are held, and taken once, oldest first', async () => {
    const { receipts, deliveries } = newStore()
    await receipts.hold('account', 'id', { n: 2 }, 20)
    await receipts.hold('account', 'id', { n: 3 }, 20)
    await receipts.hold('account', 'id', { n: 1 }, 10)
    await receipts.hold('other', 'id', { n: 4 }, 10)
    assert.equal(await deliveries.byProviderId('account', 'id'), undefined)
    await deliveries.addProviderId('account', 'id', 'delivery')
    assert.deepEqual(await receipts.takeHeld('account', 'id'), [{ n: 1 }, { n: 2 }, { n: 3 }])
    assert.deepEqual(await receipts.takeHeld('account', 'id'), [])
    assert.equal(await deliveries.byProviderId('account', 'id'), 'delivery')
    await assert.rejects(receipts.hold('account', 'id', { n: 5 }, 30), ConflictError)
  })
}
