import Type from 'typebox'
import { operation } from '../operation.ts'
import { Id } from '../schema.ts'
import { aroundMessage } from './around.ts'
import { findConversation, findMessage } from './find.ts'
import { presentMessage } from './present.ts'
import { MessageData } from './schema.ts'

export const getConversationsMessageMessage = operation({
  id: 'getConversationsMessageMessage',
  method: 'GET',
  path: '/api/v2/conversations/messages/{conversationId}/messages/{messageId}',
  summary: 'Reads one message of a conversation: text, status and receipts.',
  scopes: ['conversations', 'conversations:readonly'],
  permission: { any: ['conversation:message:view', 'conversation:webmessaging:view'] },
  tool: { name: 'genesys_conversations_digital_get_message_message', effect: 'read' },
  input: {
    path: Type.Object({ conversationId: Id, messageId: Id }),
    query: Type.Object({ useNormalizedMessage: Type.Optional(Type.Boolean()) }),
  },
  reply: { status: 200, schema: MessageData },
  async handle({ path, query }, { store }) {
    const conversation = await findConversation(store, path.conversationId)
    const message = await findMessage(store, path.messageId, conversation.id)
    const known = await aroundMessage(store, message, conversation)
    return presentMessage(message, {
      ...known,
      normalizedOnly: query.useNormalizedMessage === true,
    })
  },
})
