import { activeUserIds, threadKey } from '../domain/conversation.ts'
import type { OpenIntegration } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import type { Messaging } from './messaging.ts'

/** Tells the agents of an open conversation that the customer is typing, where the messaging setting lets it in. */
export async function takeTyping(
  store: Store,
  typing: {
    readonly integration: OpenIntegration
    readonly customerId: string
    readonly durationMs: number
  },
  messaging: Messaging,
): Promise<void> {
  const { integration } = typing
  await store.transaction(async (store) => {
    const setting = await store.records.get(
      'messagingSetting',
      integration.messagingSettingId ?? 'default',
    )
    if (setting?.typingInbound !== true) return
    const conversation = await store.conversations.byThread(
      threadKey('open', integration.id, typing.customerId),
    )
    if (conversation === undefined || conversation.endMs !== undefined) return
    await store.feed.append(
      {
        type: 'typing',
        conversationId: conversation.id,
        userIds: activeUserIds(conversation),
        durationMs: typing.durationMs,
      },
      messaging.outside.clock.now(),
    )
  })
}
