import Type from 'typebox'
import { operation } from '../operation.ts'
import { Id } from '../schema.ts'
import { aroundMessage } from './around.ts'
import { findConversation } from './find.ts'
import { presentMessage } from './present.ts'
import { MessageData } from './schema.ts'

export const postConversationsMessageMessagesBulk = operation({
  id: 'postConversationsMessageMessagesBulk',
  method: 'POST',
  path: '/api/v2/conversations/messages/{conversationId}/messages/bulk',
  summary: 'Reads up to 1000 messages of a conversation by their ids; unknown ones are left out.',
  scopes: ['conversations', 'conversations:readonly'],
  permission: { any: ['conversation:message:view', 'conversation:webmessaging:view'] },
  input: {
    path: Type.Object({ conversationId: Id }),
    query: Type.Object({ useNormalizedMessage: Type.Optional(Type.Boolean()) }),
    body: Type.Array(Id, { maxItems: 1000 }),
  },
  reply: { status: 200, schema: Type.Object({ entities: Type.Array(MessageData) }) },
  async handle({ path, query, body }, { store }) {
    const conversation = await findConversation(store, path.conversationId)
    const messages = await store.messages.many(body)
    const ours = messages.filter(({ conversationId }) => conversationId === conversation.id)
    const entities = []
    for (const message of ours) {
      const known = await aroundMessage(store, message, conversation)
      entities.push(
        presentMessage(message, { ...known, normalizedOnly: query.useNormalizedMessage === true }),
      )
    }
    return { entities }
  },
})
