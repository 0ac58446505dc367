import { isMessenger } from '../../domain/message.ts'
import { operation } from '../operation.ts'
import { Listing } from '../schema.ts'
import { listActive } from './active.ts'
import { presentMessageConversation } from './present.ts'
import { MessageConversation } from './schema.ts'

export const getConversationsMessages = operation({
  id: 'getConversationsMessages',
  method: 'GET',
  path: '/api/v2/conversations/messages',
  summary: "Lists the caller's message conversations that are not over.",
  scopes: ['conversations', 'conversations:readonly'],
  caller: 'user',
  tool: { name: 'genesys_conversations_digital_get_messages', effect: 'read' },
  reply: { status: 200, schema: Listing(MessageConversation) },
  handle: (_input, context) =>
    listActive(context, '/api/v2/conversations/messages', {
      isOf: isMessenger,
      present: presentMessageConversation,
    }),
})
