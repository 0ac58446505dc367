import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Conversation } from '../../domain/conversation.ts'
import { threadKey } from '../../domain/conversation.ts'
import { ConflictError } from '../store.ts'
import { aConversation, aMessage, anAgent, newOrganizationId } from './samples.ts'
import type { CurrentSubject } from './subject.ts'

const keyOf = ({ channel, platformAddress, customer }: Conversation) =>
  threadKey(channel, platformAddress, customer.id)

/** What every store promises about conversations and their messages. */
export function conversationsContract(subject: CurrentSubject): void {
  const newStore = () => subject().database.store(newOrganizationId())

  test('a conversation comes back as it was saved, and only the next version replaces it', async () => {
    const { conversations } = newStore()
    const first = aConversation({ waiting: { queueId: 'q', sinceMs: 5, notUserIds: ['u'] } })
    await conversations.save(first)
    assert.deepEqual(await conversations.get(first.id), first)
    const { waiting: _, ...rest } = first
    const second = { ...rest, version: 2 }
    await conversations.save(second)
    assert.deepEqual(await conversations.get(first.id), second)
    await assert.rejects(conversations.save(second), ConflictError)
    await assert.rejects(conversations.save({ ...second, version: 4 }), ConflictError)
    await assert.rejects(conversations.save(first), ConflictError)
    assert.deepEqual(await conversations.get(first.id), second)
  })

  test('a thread has one open conversation at most, which is found before older ones', async () => {
    const { conversations } = newStore()
    const first = aConversation({ startMs: 5000 })
    const key = keyOf(first)
    assert.equal(await conversations.byThread(key), undefined)
    await conversations.save(first)
    const next = aConversation({ customer: first.customer, startMs: 4000 })
    await assert.rejects(conversations.save(next), ConflictError)
    const ended = { ...first, version: 2, endMs: 6000 }
    await conversations.save(ended)
    assert.deepEqual(await conversations.byThread(key), ended)
    await conversations.save(next) // by a clock that is behind
    assert.deepEqual(await conversations.byThread(key), next)
    await conversations.save({ ...next, version: 2, endMs: 6000 })
    assert.deepEqual(await conversations.byThread(key), ended)
  })

  test('a name with a NUL or half a character in it harms nothing', async () => {
    const { conversations } = newStore()
    for (const id of ['a\0b', 'c\ud83d']) {
      const conversation = aConversation({ customer: { id, idType: 'Opaque' } })
      await conversations.save(conversation)
      assert.deepEqual(await conversations.get(conversation.id), conversation)
      assert.deepEqual(await conversations.byThread(keyOf(conversation)), conversation)
    }
  })

  test('a user has the conversations in which one of the legs is not over', async () => {
    const store = newStore()
    const { conversations } = store
    const late = aConversation({ startMs: 3000, participants: [anAgent('ada')] })
    const early = aConversation({
      startMs: 2000,
      participants: [anAgent('ada', 'alerting'), anAgent('bob')],
    })
    await conversations.save(late)
    await conversations.save(early)
    assert.deepEqual(await conversations.activeOfUser('ada'), [early, late])
    assert.deepEqual(await conversations.activeOfUser('bob'), [early])
    const passedOn = {
      ...early,
      version: 2,
      participants: [anAgent('ada', 'disconnected'), anAgent('eve'), anAgent('bob')],
    }
    await conversations.save(passedOn)
    assert.deepEqual(await conversations.activeOfUser('ada'), [late])
    assert.deepEqual(await conversations.activeOfUser('eve'), [passedOn])
    await store.transaction(async (store) => {
      const found = await store.conversations.get(late.id)
      assert.ok(found)
      await store.conversations.save({ ...found, version: 2, participants: [] })
      await store.conversations.save({ ...found, version: 3, participants: [anAgent('bob')] })
    })
    assert.deepEqual(await conversations.activeOfUser('ada'), [])
    assert.equal((await conversations.activeOfUser('bob')).length, 2)
  })

  test('conversations wait in their queue, longest wait first', async () => {
    const { conversations } = newStore()
    const waits = [3000, 1000, 2000].map((sinceMs) =>
      aConversation({ waiting: { queueId: 'sales', sinceMs, notUserIds: [] } }),
    )
    for (const conversation of waits) await conversations.save(conversation)
    await conversations.save(
      aConversation({ waiting: { queueId: 'help', sinceMs: 1, notUserIds: [] } }),
    )
    assert.deepEqual(await conversations.waiting('sales', 2), [waits[1], waits[2]])
    assert.deepEqual(await conversations.waiting('none', 2), [])
  })

  test('conversations are listed newest first, all or the open ones', async () => {
    const { conversations } = newStore()
    const open = aConversation()
    const over = aConversation({ endMs: 2000 })
    const last = aConversation()
    for (const conversation of [open, over, last]) await conversations.save(conversation)
    const page = { size: 2, number: 1 }
    assert.deepEqual(await conversations.list(page), { entities: [last, over], total: 3 })
    assert.deepEqual(await conversations.list({ size: 2, number: 2 }), {
      entities: [open],
      total: 3,
    })
    assert.deepEqual(await conversations.list(page, { open: true }), {
      entities: [last, open],
      total: 2,
    })
    assert.deepEqual(await conversations.list(page, { open: false }), {
      entities: [over],
      total: 1,
    })
  })

  test('messages come back as they were added, one, many, and the last of a conversation', async () => {
    const { messages } = newStore()
    const all = ['a', 'b', 'c'].map((text) => aMessage({ conversationId: 'one', text }))
    const stray = aMessage({ content: [{ contentType: 'Attachment', attachment: { url: 'x' } }] })
    for (const message of [...all, stray]) await messages.add(message)
    assert.deepEqual(await messages.get(stray.id), stray)
    assert.equal(await messages.get('none'), undefined)
    assert.deepEqual(await messages.many([]), [])
    assert.deepEqual(await messages.many(all.map(({ id }) => id)), all)
    assert.deepEqual(await messages.ofConversation('one', 2), all.slice(1))
    assert.deepEqual(await messages.ofConversation('one', 2, all[2]?.id), all.slice(0, 2))
    assert.deepEqual(await messages.ofConversation('one', 2, all[0]?.id), [])
    assert.deepEqual(await messages.list({ size: 3, number: 2 }), {
      entities: [all[0]],
      total: 4,
    })
    await assert.rejects(messages.add(stray), ConflictError)
  })

  test('a status moves with its error, and what a message says stays', async () => {
    const { messages } = newStore()
    const message = aMessage({ direction: 'outbound', status: 'queued' })
    await messages.add(message)
    const error = { code: 'GeneralError', message: 'No.', providerCode: '30' } as const
    await messages.setStatus({ ...message, text: 'forged', status: 'failed', error })
    assert.deepEqual(await messages.get(message.id), { ...message, status: 'failed', error })
    await messages.setStatus({ ...message, status: 'delivery-success' })
    assert.deepEqual(await messages.get(message.id), { ...message, status: 'delivery-success' })
    await assert.rejects(messages.setStatus(aMessage()), /no message/)
    assert.equal(await messages.moveStatus(message.id, 'sent', 'read'), false)
    assert.equal(await messages.moveStatus(message.id, 'delivery-success', 'read'), true)
    assert.deepEqual(await messages.get(message.id), { ...message, status: 'read' })
  })
}
