import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Delivery } from '../../domain/delivery.ts'
import { queueSms } from '../../messaging/deliver.ts'
import { carrierReports } from '../../simulator/handset-calls.ts'
import { addLoopback, eventually, type TestHouse, testHouse } from '../../simulator/test-house.ts'
import {
  signalboxGetDelivery,
  signalboxGiveUpDelivery,
  signalboxListDeliveries,
  signalboxResendDelivery,
} from './deliveries.ts'
import { signalboxGetMessageTimeline } from './timeline/get-timeline.ts'

/** A text of an outbound message, queued. */
async function queue(house: TestHouse): Promise<string> {
  return house.store.transaction(async (store) => {
    const account = await store.records.get('account', 'box')
    assert.ok(account)
    await store.messages.add({
      id: 'message-1',
      conversationId: 'conversation-1',
      communicationId: 'leg-1',
      direction: 'outbound',
      messengerType: 'sms',
      kind: 'Text',
      fromAddress: '+12025550155',
      toAddress: '+12025550101',
      content: [],
      timeMs: house.outside.clock.now(),
      status: 'queued',
    })
    const sms = {
      from: '+12025550155',
      to: '+12025550101',
      text: 'Hello',
      media: [],
      purpose: 'agent' as const,
    }
    const about = { messageId: 'message-1' }
    return (await queueSms(store, { account, sms, about }, house.messaging)).id
  })
}

function inState(house: TestHouse, id: string, state: Delivery['state']): Promise<Delivery> {
  return eventually(async () => {
    const found = await house.store.deliveries.get(id)
    return found?.state === state ? found : undefined
  })
}

test('sends a failed delivery once more under the same id, until a receipt says that it arrived', async (t) => {
  const house = await testHouse(t)
  await addLoopback(house, { report: 'manual', delayMs: 0 })
  await house.send()
  const id = await queue(house)
  await inState(house, id, 'sent')
  const [text] = await house.store.handsets.list(undefined, '', 10)
  assert.ok(text)
  await carrierReports(house.store, { text, report: { status: 'failed' } }, house.messaging)
  assert.equal((await house.store.messages.get('message-1'))?.status, 'delivery-failed')

  await house.call(signalboxResendDelivery, { path: { id } })
  const again = await inState(house, id, 'sent')
  assert.equal(again.attempts, 2)
  assert.equal((await house.store.messages.get('message-1'))?.status, 'delivery-failed')

  await carrierReports(house.store, { text, report: { status: 'delivered' } }, house.messaging)
  assert.equal((await house.store.deliveries.get(id))?.state, 'delivered')
  assert.equal((await house.store.messages.get('message-1'))?.status, 'delivery-success')
  const timeline = JSON.stringify(
    await house.call(signalboxGetMessageTimeline, { path: { id: 'message-1' } }),
  )
  assert.match(timeline, /user-1 had it sent once more\./)
  assert.match(timeline, /now delivery-success; it was delivery-failed/)
  assert.deepEqual(house.errors, [])
})

test('refuses to decide about a delivery that goes by itself', async (t) => {
  const house = await testHouse(t)
  await addLoopback(house)
  const id = await queue(house)
  for (const operation of [signalboxResendDelivery, signalboxGiveUpDelivery]) {
    await assert.rejects(house.call(operation, { path: { id } }), {
      code: 'conflict',
      message: /This delivery is queued\. Only an uncertain or failed one/,
    })
    await assert.rejects(house.call(operation, { path: { id: 'none' } }), { code: 'not.found' })
  }
})

test('gives an uncertain delivery up, so that its message counts as failed', async (t) => {
  const house = await testHouse(t)
  await addLoopback(house)
  const id = await queue(house)
  const queued = await house.store.deliveries.get(id)
  assert.ok(queued)
  await house.store.deliveries.update({ ...queued, state: 'uncertain', attempts: 1 })
  await house.call(signalboxGiveUpDelivery, { path: { id } })
  assert.equal((await house.store.deliveries.get(id))?.state, 'canceled')
  assert.equal((await house.store.messages.get('message-1'))?.status, 'delivery-failed')
  await assert.rejects(house.call(signalboxGiveUpDelivery, { path: { id } }), { code: 'conflict' })
  const { decisions }: { decisions: object[] } = JSON.parse(
    JSON.stringify(await house.call(signalboxGetDelivery, { path: { id } })),
  )
  assert.equal(decisions.length, 1)
})

test('of many who resend at the same time one succeeds', async (t) => {
  const house = await testHouse(t)
  await addLoopback(house)
  const id = await queue(house)
  const queued = await house.store.deliveries.get(id)
  assert.ok(queued)
  await house.store.deliveries.update({ ...queued, state: 'failed', attempts: 1 })
  const all = await Promise.allSettled(
    Array.from({ length: 5 }, () => house.call(signalboxResendDelivery, { path: { id } })),
  )
  assert.equal(all.filter(({ status }) => status === 'fulfilled').length, 1)
})

test('lists deliveries by state and account', async (t) => {
  const house = await testHouse(t)
  await addLoopback(house)
  const id = await queue(house)
  const list = async (query: Record<string, unknown>) => {
    const reply: { entities: { id: string }[] } = JSON.parse(
      JSON.stringify(await house.call(signalboxListDeliveries, { query })),
    )
    return reply.entities.map((one) => one.id)
  }
  assert.deepEqual(await list({ state: 'queued', accountId: 'box' }), [id])
  assert.deepEqual(await list({ state: 'failed' }), [])
  assert.deepEqual(await list({ accountId: 'other' }), [])
  await assert.rejects(list({ state: 'lost' }), { code: 'bad.request' })
})
