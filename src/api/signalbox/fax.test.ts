import assert from 'node:assert/strict'
import { test } from 'node:test'
import { beginFax, documentCame } from '../../messaging/fax.ts'
import { moveMessage } from '../../messaging/receipt.ts'
import { testHouse } from '../../simulator/test-house.ts'
import { presentFaxRecipients } from './fax.ts'

test('a failed number has its error, though the report comes between two reads', async (t) => {
  const { store, messaging, outside } = await testHouse(t)
  const request = { addresses: ['+12025550000'], contentType: 'application/pdf' }
  const { conversation } = await beginFax(store, request, messaging)
  await store.transaction((store) =>
    documentCame(store, { conversation, isValid: true }, messaging),
  )
  const before = await store.conversations.get(conversation.id)
  assert.ok(before !== undefined)
  const [message] = await store.messages.ofConversation(conversation.id, 10)
  const error = { code: 'InvalidDestination', message: 'No fax machine answered.' } as const
  const fate = { messageId: message?.id ?? '', status: 'delivery-failed', error } as const
  await store.transaction((store) => moveMessage(store, fate, outside.clock.now()))
  const messages = await store.messages.ofConversation(conversation.id, 10)
  assert.deepEqual(presentFaxRecipients(before, messages), [
    { address: '+12025550000', status: 'delivery-failed', messageId: message?.id, error },
  ])
})
