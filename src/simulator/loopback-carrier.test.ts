import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { queueSms } from '../messaging/deliver.ts'
import { carrierReports, customerWrites } from './handset-calls.ts'
import { behaviorOf, LoopbackCarrier } from './loopback-carrier.ts'
import { addLoopback, eventually, type TestHouse, testHouse } from './test-house.ts'

const aText = {
  deliveryId: 'd-1',
  from: '+12025550155',
  to: '+12025550101',
  text: 'Hello',
  media: [],
  segments: 1,
  attempt: 1,
  accountKey: 'acme/box',
}

async function queue(house: TestHouse, text = 'Hello'): Promise<string> {
  return house.store.transaction(async (store) => {
    const account = await store.records.get('account', 'box')
    if (account === undefined) throw new Error('There is no account in this test.')
    const sms = {
      from: '+12025550155',
      to: '+12025550101',
      text,
      media: [],
      purpose: 'agent' as const,
    }
    return (await queueSms(store, { account, sms, about: {} }, house.messaging)).id
  })
}

test('shows a text once, however often and however simultaneously it is sent', async (t) => {
  const house = await testHouse(t)
  await addLoopback(house, { report: 'manual', delayMs: 0 })
  let round = 0
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 2 }), { maxLength: 8 }), async (sends) => {
      round += 1
      const id = (which: number) => `d-${round}-${which}`
      const before = (await house.store.handsets.list(undefined, '', 1000)).length
      const answers = await Promise.all(
        sends.map((which) => house.carrier.accept({ ...aText, deliveryId: id(which) })),
      )
      assert.deepEqual(
        answers.map(({ providerId }) => providerId),
        sends.map((which) => `loop-${id(which)}`),
      )
      const after = (await house.store.handsets.list(undefined, '', 1000)).length
      assert.equal(after - before, new Set(sends).size)
    }),
    { numRuns: 25 },
  )
})

test('reports a text delivered at once when nothing else is set', async (t) => {
  const house = await testHouse(t)
  await addLoopback(house)
  await house.send()
  const id = await queue(house)
  const delivery = await eventually(async () => {
    const found = await house.store.deliveries.get(id)
    return found?.state === 'delivered' ? found : undefined
  })
  assert.equal(delivery.attempts, 1)
  const [text] = await house.store.handsets.list('+12025550101', '', 10)
  assert.equal(text?.status, 'delivered')
  assert.deepEqual(house.errors, [])
})

test('reports failures with the code that was set', async (t) => {
  const house = await testHouse(t)
  await addLoopback(house, { report: 'failed', delayMs: 20, code: '34' })
  await house.send()
  const id = await queue(house)
  const delivery = await eventually(async () => {
    const found = await house.store.deliveries.get(id)
    return found?.state === 'failed' ? found : undefined
  })
  assert.equal(delivery.failure?.failure, 'rejected')
  const [receipt] = await eventually(async () => {
    const found = await house.store.receipts.ofMessage('')
    return found.length > 0 ? found : undefined
  })
  assert.equal(receipt?.code, '34')
})

test('leaves a text alone that a person is to report on', async (t) => {
  const house = await testHouse(t)
  await addLoopback(house, { report: 'manual', delayMs: 0 })
  await house.send()
  const id = await queue(house)
  const text = await eventually(async () => (await house.store.handsets.list(undefined, '', 10))[0])
  await eventually(async () =>
    (await house.store.deliveries.get(id))?.state === 'sent' ? true : undefined,
  )
  assert.equal(text.status, 'unreported')
  const { taken } = await carrierReports(
    house.store,
    { text, report: { status: 'delivered' }, times: 3 },
    house.messaging,
  )
  const fates = taken.map(({ fate }) => fate)
  assert.deepEqual(fates, ['receipt-applied', 'receipt-ignored', 'receipt-ignored'])
  assert.equal((await house.store.deliveries.get(id))?.state, 'delivered')
})

test('makes the reports after a start that a stop prevented', async (t) => {
  const house = await testHouse(t)
  await addLoopback(house, { report: 'delivered', delayMs: 30 })
  const first = new LoopbackCarrier(house.database, house.outside, () => {})
  await first.start(house.messaging)
  await first.accept(aText)
  await first.stop()
  const waiting = async () => (await house.store.handsets.list(undefined, '', 10))[0]
  assert.equal((await waiting())?.status, 'accepted')
  await house.carrier.start(house.messaging)
  const text = await eventually(async () => {
    const found = await waiting()
    return found?.status === 'delivered' ? found : undefined
  })
  assert.equal(text.deliveryId, 'd-1')
})

test('tries a text again that it had reported failed, on the same line of the handset', async (t) => {
  const house = await testHouse(t)
  await addLoopback(house, { report: 'manual', delayMs: 0 })
  await house.carrier.accept(aText)
  const [text] = await house.store.handsets.list(undefined, '', 10)
  assert.ok(text)
  await carrierReports(house.store, { text, report: { status: 'failed' } }, house.messaging)
  await house.carrier.accept({ ...aText, attempt: 2 })
  const texts = await house.store.handsets.list(undefined, '', 10)
  assert.deepEqual(
    texts.map(({ id, status }) => ({ id, status })),
    [{ id: text.id, status: 'unreported' }],
  )
})

test("takes a customer's text once by its id, and keeps the call without the account's secret", async (t) => {
  const house = await testHouse(t)
  await addLoopback(house)
  const account = await house.store.records.get('account', 'box')
  assert.ok(account)
  const text = {
    handset: '+12025550101',
    sender: '+12025550155',
    text: 'My token is loopback-token',
    id: 'mo-1',
  }
  const first = await customerWrites(house.store, { account, text }, house.messaging)
  const second = await customerWrites(house.store, { account, text }, house.messaging)
  assert.deepEqual([first.taken, second.taken], [[{ fate: 'message' }], [{ fate: 'repeated' }]])
  assert.equal((await house.store.handsets.list(undefined, '', 10)).length, 1)
  assert.equal((await house.store.messages.list({ size: 10, number: 1 })).total, 1)
  const recorded = JSON.stringify(await house.store.exchanges.list(10))
  assert.match(recorded, /My token is \[redacted\]/)
  assert.doesNotMatch(recorded, /loopback-token|sha256=/)
})

test('falls back to delivering at once where an account says something unreadable', () => {
  const account = {
    id: 'a',
    name: 'A',
    version: 1,
    createdMs: 0,
    modifiedMs: 0,
    connector: 'loopback',
    settings: { carrier: { report: 'sometimes', delayMs: -1 } },
    uncertain: 'hold' as const,
    allowPrivateNetwork: false,
  }
  assert.deepEqual(behaviorOf(account), { report: 'delivered', delayMs: 0 })
  assert.deepEqual(behaviorOf(undefined), { report: 'delivered', delayMs: 0 })
})
