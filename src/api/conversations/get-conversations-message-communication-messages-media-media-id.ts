import Type from 'typebox'
import { notFound } from '../not-found.ts'
import { operation } from '../operation.ts'
import { Id } from '../schema.ts'
import { MessageMediaData, presentMedia } from './present-media.ts'

export const getConversationsMessageCommunicationMessagesMediaMediaId = operation({
  id: 'getConversationsMessageCommunicationMessagesMediaMediaId',
  method: 'GET',
  path: '/api/v2/conversations/messages/{conversationId}/communications/{communicationId}/messages/media/{mediaId}',
  summary: 'Reads one uploaded file: its status, and a link to it once it is valid.',
  scopes: ['conversations', 'conversations:readonly'],
  permission: { any: ['conversation:message:view', 'conversation:webmessaging:view'] },
  tool: {
    name: 'genesys_conversations_digital_get_message_communication_messages_media_media_id',
    effect: 'read',
  },
  input: { path: Type.Object({ conversationId: Id, communicationId: Id, mediaId: Id }) },
  reply: { status: 200, schema: MessageMediaData },
  async handle({ path }, context) {
    const item = await context.store.media.get(path.mediaId)
    const belongs =
      item?.conversationId === path.conversationId && item.communicationId === path.communicationId
    if (item === undefined || !belongs) throw notFound('medium', path.mediaId)
    return presentMedia(item, context)
  },
})
