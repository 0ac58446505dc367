import Type from 'typebox'
import { operation } from '../operation.ts'
import { Id } from '../schema.ts'
import { around } from './around.ts'
import { findMessageConversation } from './find.ts'
import { presentMessageConversation } from './present.ts'
import { MessageConversation } from './schema.ts'

export const getConversationsMessage = operation({
  id: 'getConversationsMessage',
  method: 'GET',
  path: '/api/v2/conversations/messages/{conversationId}',
  summary: 'Reads one message conversation with its participants.',
  scopes: ['conversations', 'conversations:readonly'],
  tool: { name: 'genesys_conversations_digital_get_message', effect: 'read' },
  input: { path: Type.Object({ conversationId: Id }) },
  reply: { status: 200, schema: MessageConversation },
  async handle({ path }, { store }) {
    const conversation = await findMessageConversation(store, path.conversationId)
    return presentMessageConversation(conversation, await around(store, conversation))
  },
})
