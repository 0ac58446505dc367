import Type from 'typebox'
import { beginUpload } from '../../messaging/media.ts'
import { requireActive } from '../../messaging/send.ts'
import { operation } from '../operation.ts'
import { Id } from '../schema.ts'
import { linkTo, selfUriOf } from './present-media.ts'

export const postConversationsMessageCommunicationMessagesMediaUploads = operation({
  id: 'postConversationsMessageCommunicationMessagesMediaUploads',
  method: 'POST',
  path: '/api/v2/conversations/messages/{conversationId}/communications/{communicationId}/messages/media/uploads',
  summary:
    'Makes an address that a file is to be PUT to, with the headers that are given; then send its id.',
  scopes: ['conversations'],
  caller: 'user',
  permission: {
    any: [
      'conversation:message:create',
      'conversation:webmessaging:create',
      'conversation:socialmedia:create',
    ],
  },
  tool: {
    name: 'genesys_conversations_digital_post_message_communication_messages_media_uploads',
    effect: 'write',
  },
  input: {
    path: Type.Object({ conversationId: Id, communicationId: Id }),
    body: Type.Object({
      fileName: Type.String(),
      contentLengthBytes: Type.Integer({ minimum: 1 }),
      contentMd5: Type.Optional(Type.String({ maxLength: 64 })),
    }),
  },
  reply: {
    status: 200,
    schema: Type.Object({
      id: Type.String(),
      name: Type.String(),
      uploadUrl: Type.String(),
      uploadHeaders: Type.Record(Type.String(), Type.String()),
    }),
  },
  async handle({ path, body }, context) {
    const { store, messaging, principal } = context
    await requireActive(store, { ...path, userId: principal.userId ?? '' })
    const item = await beginUpload(store, { ...path, ...body }, messaging)
    return {
      id: item.id,
      name: item.fileName,
      uploadUrl: linkTo(item, 'upload', context),
      uploadHeaders: { 'Content-Type': item.mediaType },
      selfUri: selfUriOf(item),
    }
  },
})
