import Type from 'typebox'
import { operation } from '../operation.ts'
import { Id } from '../schema.ts'
import { aroundMessage } from './around.ts'
import { findConversation, findMessage } from './find.ts'
import { presentMessage } from './present.ts'
import { MessageData } from './schema.ts'

export const getConversationsMessageDetails = operation({
  id: 'getConversationsMessageDetails',
  method: 'GET',
  path: '/api/v2/conversations/messages/{messageId}/details',
  summary:
    'Reads one message by its own id: text, status, receipts, and the conversation it belongs to.',
  scopes: ['conversations', 'conversations:readonly'],
  permission: { any: ['conversation:message:view', 'conversation:webmessaging:view'] },
  tool: { name: 'genesys_conversations_digital_get_message_details', effect: 'read' },
  input: {
    path: Type.Object({ messageId: Id }),
    query: Type.Object({ useNormalizedMessage: Type.Optional(Type.Boolean()) }),
  },
  reply: { status: 200, schema: MessageData },
  async handle({ path, query }, { store }) {
    const message = await findMessage(store, path.messageId)
    const conversation = await findConversation(store, message.conversationId)
    const known = await aroundMessage(store, message, conversation)
    return presentMessage(message, {
      ...known,
      normalizedOnly: query.useNormalizedMessage === true,
    })
  },
})
