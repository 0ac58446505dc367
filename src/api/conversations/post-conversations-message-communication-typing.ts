import Type from 'typebox'
import { sendTyping } from '../../messaging/send.ts'
import { operation } from '../operation.ts'
import { Id } from '../schema.ts'

export const postConversationsMessageCommunicationTyping = operation({
  id: 'postConversationsMessageCommunicationTyping',
  method: 'POST',
  path: '/api/v2/conversations/messages/{conversationId}/communications/{communicationId}/typing',
  summary: 'Tells the customer that the agent is typing, where the messaging setting enables it.',
  scopes: ['conversations'],
  caller: 'user',
  permission: { any: ['conversation:message:create', 'conversation:webmessaging:create'] },
  tool: {
    name: 'genesys_conversations_digital_post_message_communication_typing',
    effect: 'write',
  },
  input: {
    path: Type.Object({ conversationId: Id, communicationId: Id }),
    body: Type.Object({
      typing: Type.Object({
        type: Type.Enum(['On']),
        /** Milliseconds. */
        duration: Type.Optional(Type.Number({ minimum: 0, maximum: 600_000 })),
      }),
    }),
  },
  reply: { status: 200 },
  handle: ({ path, body }, { store, messaging, principal }) =>
    sendTyping(
      store,
      { ...path, userId: principal.userId ?? '', durationMs: body.typing.duration ?? 5000 },
      messaging,
    ),
})
