import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createIds } from '../../ids.ts'
import type { Store } from '../store.ts'
import { aConversation, aDelivery, aMessage, newOrganizationId } from './samples.ts'
import type { CurrentSubject } from './subject.ts'

const dayMs = 86_400_000
const longAgoMs = 1_700_000_000_000
const boundMs = longAgoMs + 90 * dayMs

/** What every store promises about the removal of what is old. */
export function retentionContract(subject: CurrentSubject): void {
  const newStore = () => subject().database.store(newOrganizationId())

  test('what ended long ago is removed whole, step by step, and nothing else', async () => {
    const store = newStore()
    const old = await fill(store, { startMs: longAgoMs, count: 7, isOpen: false })
    const open = await fill(store, { startMs: longAgoMs, count: 1, isOpen: true })
    const young = await fill(store, { startMs: boundMs + dayMs, count: 3, isOpen: false })
    let steps = 0
    for (let more = true; more; steps += 1) more = (await store.retention.prune(boundMs, 2)).more
    assert.ok(steps > 3, 'it took several small steps')
    for (const id of old.conversations) assert.equal(await store.conversations.get(id), undefined)
    for (const id of old.messages) assert.equal(await store.messages.get(id), undefined)
    for (const id of old.media) {
      assert.equal(await store.media.get(id), undefined)
      assert.equal((await store.media.bytes(id)).length, 0)
    }
    for (const id of [...open.media, ...young.media])
      assert.equal((await store.media.bytes(id)).length, 3)
    for (const id of old.deliveries) {
      assert.equal(await store.deliveries.get(id), undefined)
      assert.equal(await store.deliveries.body(id), undefined)
      assert.deepEqual(await store.deliveries.attempts(id), [])
      assert.deepEqual(await store.deliveries.providerIds(id), [])
      assert.equal(await store.deliveries.byProviderId('account', `provider-${id}`), undefined)
    }
    for (const id of [...open.conversations, ...young.conversations]) {
      assert.equal((await store.conversations.get(id))?.id, id)
    }
    for (const id of young.deliveries) assert.equal((await store.deliveries.get(id))?.id, id)
    const left = await store.feed.after(0, 100)
    assert.ok(left.length > 0 && left.every(({ timeMs }) => timeMs >= boundMs))
    assert.equal(await store.feed.head(), 11, 'numbers go on where they were')
    assert.deepEqual(await store.retention.prune(boundMs, 2), { removed: 0, more: false })
  })

  test('what is still to be sent keeps its message, however old, until it is over', async () => {
    const store = newStore()
    const { conversations, messages } = await fill(store, {
      ...{ startMs: longAgoMs, count: 2, isOpen: false },
    })
    const [waiting = '', other = ''] = messages
    const delivery = aDelivery({ messageId: waiting })
    await store.deliveries.add(delivery, { text: 'hello' }, { isKept: false })
    for (let more = true; more; ) more = (await store.retention.prune(boundMs, 1)).more
    assert.equal((await store.messages.get(waiting))?.id, waiting)
    assert.equal((await store.conversations.get(conversations[0] ?? ''))?.id, conversations[0])
    assert.equal(await store.messages.get(other), undefined)
    await store.deliveries.update({ ...delivery, state: 'sent' })
    for (let more = true; more; ) more = (await store.retention.prune(boundMs, 1)).more
    assert.equal(await store.messages.get(waiting), undefined)
  })

  test('copies of files that belong to no conversation are removed by their age', async () => {
    const store = newStore()
    const copy = async (createdMs: number) => {
      const id = createIds(() => createdMs).uuid()
      await store.media.add({
        ...{ id, conversationId: 'channel x', communicationId: 'inbound', createdMs },
        ...{ fileName: 'a.png', mediaType: 'image/png', contentLengthBytes: 1 },
        ...{ status: 'valid', secret: 's' },
      })
      return id
    }
    const [old, young] = [await copy(longAgoMs), await copy(boundMs + dayMs)]
    await store.retention.prune(boundMs, 10)
    assert.equal(await store.media.get(old), undefined)
    assert.equal((await store.media.get(young))?.id, young)
  })

  test('receipts that nobody claimed are removed by their age, with the places kept for them', async () => {
    const { deliveries, receipts, retention } = newStore()
    await receipts.hold('account', 'old', { n: 1 }, longAgoMs)
    await receipts.hold('account', 'both', { n: 2 }, longAgoMs)
    await receipts.hold('account', 'both', { n: 3 }, boundMs)
    await retention.prune(boundMs, 10)
    assert.equal(await deliveries.addProviderId('account', 'old', 'one'), false)
    assert.equal(await deliveries.addProviderId('account', 'both', 'two'), true)
    assert.deepEqual(await receipts.takeHeld('account', 'both'), [{ n: 3 }])
    assert.deepEqual(await receipts.takeHeld('account', 'old'), [])
  })

  test('answers are forgotten by their age, so that a late repeat is taken anew only after that', async () => {
    const store = newStore()
    await store.answers.add('scope', 'old', 1, longAgoMs)
    await store.answers.add('scope', 'young', 2, boundMs)
    await store.retention.prune(boundMs, 10)
    assert.equal(await store.answers.get('scope', 'old'), undefined)
    assert.equal(await store.answers.get('scope', 'young'), 2)
  })
}

/** Conversations of that time with a message and a finished delivery each; their feed too. */
async function fill(store: Store, given: { startMs: number; count: number; isOpen: boolean }) {
  const made = {
    conversations: [] as string[],
    messages: [] as string[],
    media: [] as string[],
    deliveries: [] as string[],
  }
  let nowMs = given.startMs
  const ids = createIds(() => nowMs)
  for (let index = 0; index < given.count; index += 1) {
    nowMs += 1000
    const id = ids.uuid()
    const endMs = given.isOpen ? {} : { endMs: nowMs + 500 }
    const conversation = aConversation({
      id,
      startMs: nowMs,
      platformAddress: `ours-${id}`,
      ...endMs,
    })
    await store.conversations.save(conversation)
    const message = aMessage({ id: ids.messageId(), conversationId: id, timeMs: nowMs })
    await store.messages.add(message)
    const mediaId = ids.uuid()
    await store.media.add({
      id: mediaId,
      conversationId: id,
      communicationId: 'leg',
      fileName: 'page.pdf',
      mediaType: 'application/pdf',
      contentLengthBytes: 3,
      status: 'valid',
      createdMs: nowMs,
      secret: 'signs the links',
    })
    await store.media.putBytes(mediaId, Buffer.from('pdf'))
    const delivery = aDelivery({
      id: ids.uuid(),
      state: given.isOpen ? 'queued' : 'delivered',
      messageId: message.id,
    })
    await store.deliveries.add(delivery, { text: 'hello' })
    await store.deliveries.addProviderId('account', `provider-${delivery.id}`, delivery.id)
    await store.deliveries.addAttempt({
      deliveryId: delivery.id,
      number: 1,
      startedMs: nowMs,
      endedMs: nowMs,
      outcome: 'sent',
      providerIds: [`provider-${delivery.id}`],
    })
    await store.feed.append(
      { type: 'delivery', deliveryId: delivery.id, state: 'sent', accountId: 'account' },
      nowMs,
    )
    made.conversations.push(id)
    made.messages.push(message.id)
    made.media.push(mediaId)
    made.deliveries.push(delivery.id)
  }
  return made
}
