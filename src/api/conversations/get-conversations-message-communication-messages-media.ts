import Type from 'typebox'
import { operation } from '../operation.ts'
import { Id, Listing, listing, Paging, pageOf } from '../schema.ts'
import { findConversation } from './find.ts'
import { MessageMediaData, presentMedia } from './present-media.ts'

export const getConversationsMessageCommunicationMessagesMedia = operation({
  id: 'getConversationsMessageCommunicationMessagesMedia',
  method: 'GET',
  path: '/api/v2/conversations/messages/{conversationId}/communications/{communicationId}/messages/media',
  summary: 'Lists the files that were uploaded for a communication, by status where one is given.',
  scopes: ['conversations', 'conversations:readonly'],
  permission: 'conversation:messageMedia:view',
  tool: {
    name: 'genesys_conversations_digital_get_message_communication_messages_media',
    effect: 'read',
  },
  input: {
    path: Type.Object({ conversationId: Id, communicationId: Id }),
    query: Type.Object({
      ...Paging,
      status: Type.Optional(Type.Enum(['uploading', 'valid', 'invalid'])),
    }),
  },
  reply: { status: 200, schema: Listing(MessageMediaData) },
  async handle({ path, query }, context) {
    await findConversation(context.store, path.conversationId)
    const page = pageOf(query)
    const found = await context.store.media.list(path, page, query.status)
    const communication = `/api/v2/conversations/messages/${path.conversationId}/communications/${path.communicationId}`
    return listing(found, page, `${communication}/messages/media`, (item) =>
      presentMedia(item, context),
    )
  },
})
