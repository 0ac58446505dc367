import { type Conversation, currentLeg } from '../domain/conversation.ts'
import { isMessenger } from '../domain/message.ts'
import type { Store } from '../store/store.ts'
import type { Messaging } from './messaging.ts'

/**
 * Starts the clock of a message conversation anew: somebody wrote, answered, parked it or came back. Only while an
 * agent is connected, and where his queue ends conversations in which nobody writes (vendor: the queue's
 * `inactivityTimeoutSettings`; parked time does not count).
 */
export function watchInactivity(
  store: Store,
  conversation: Conversation,
  messaging: Pick<Messaging, 'outside'>,
): Promise<void> | undefined {
  if (!isMessenger(conversation.channel)) return undefined
  const queueId = talkingAgent(conversation)?.queueId
  return queueId === undefined ? undefined : watch(store, { conversation, queueId }, messaging)
}

async function watch(
  store: Store,
  { conversation, queueId }: { readonly conversation: Conversation; readonly queueId: string },
  { outside }: Pick<Messaging, 'outside'>,
): Promise<void> {
  const queue = await store.records.get('queue', queueId)
  if (queue?.inactivityTimeoutMs === undefined) return
  await store.timers.set({
    id: inactivityTimerId(conversation.id),
    dueMs: outside.clock.now() + queue.inactivityTimeoutMs,
    kind: 'inactivity',
    body: { conversationId: conversation.id },
  })
}

/** The agent who is connected: neither alerted nor away from it, nor one who only listens. */
export function talkingAgent({ participants }: Conversation) {
  return participants.find(
    (one) =>
      one.purpose === 'agent' &&
      one.monitoredParticipantId === undefined &&
      currentLeg(one)?.state === 'connected',
  )
}

/** The timer that ends a conversation in which nobody writes. */
export function inactivityTimerId(conversationId: string): string {
  return `inactivity:${conversationId}`
}
