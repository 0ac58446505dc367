import { faxProgressed } from '../domain/fax.ts'
import type { Message } from '../domain/message.ts'
import type { Store } from '../store/store.ts'
import { saveStep } from './step.ts'

/** Numbers of one fax that are looked at: all of them. */
const messagesMax = 1000

/** Brings a fax's conversation up to what became of its deliveries, after one of them has moved. */
export async function faxMoved(store: Store, moved: Message, nowMs: number): Promise<void> {
  const before = await store.conversations.get(moved.conversationId)
  if (before === undefined) return
  const messages = await store.messages.ofConversation(before.id, messagesMax)
  const progress = new Map(
    messages.map(({ communicationId, status, error }) => [communicationId, { status, error }]),
  )
  const step = faxProgressed(before, progress, { nowMs })
  if (step.conversation !== before) await saveStep(store, { before, step }, nowMs)
}
