import Type from 'typebox'
import { attachmentsOf } from '../../messaging/media.ts'
import { requireActive, sendFromAgent } from '../../messaging/send.ts'
import { operation } from '../operation.ts'
import { Id } from '../schema.ts'
import { aroundMessage } from './around.ts'
import { findMessage } from './find.ts'
import { presentMessage } from './present.ts'
import { MessageData } from './schema.ts'

/**
 * A reply to a post (vendor: `AdditionalSocialMediaMessage`). There are no posts here, so it answers a message of the
 * same conversation and goes out like any other.
 */
export const postConversationsMessageCommunicationSocialmediaMessages = operation({
  id: 'postConversationsMessageCommunicationSocialmediaMessages',
  method: 'POST',
  path: '/api/v2/conversations/messages/{conversationId}/communications/{communicationId}/socialmedia/messages',
  summary: 'Answers one message of the conversation by its id.',
  scopes: ['conversations'],
  caller: 'user',
  permission: 'conversation:socialmedia:create',
  tool: {
    name: 'genesys_conversations_digital_post_message_communication_socialmedia_messages',
    effect: 'write',
  },
  input: {
    path: Type.Object({ conversationId: Id, communicationId: Id }),
    body: Type.Object({
      inReplyToMessageId: Type.String(),
      textBody: Type.Optional(Type.String({ maxLength: 2000 })),
      mediaIds: Type.Optional(Type.Array(Type.String(), { maxItems: 10 })),
    }),
  },
  reply: { status: 200, schema: MessageData },
  async handle({ path, body }, { store, messaging, principal, publicUrl }) {
    const { conversationId } = path
    const userId = principal.userId ?? ''
    await requireActive(store, { ...path, userId })
    await findMessage(store, body.inReplyToMessageId, conversationId)
    const files = { conversationId, mediaIds: body.mediaIds ?? [], origin: publicUrl }
    const content = await attachmentsOf(store, files, messaging)
    const text = body.textBody ?? ''
    const sent = await sendFromAgent(store, { ...path, userId, text, content }, messaging)
    const known = await aroundMessage(store, sent.message, sent.conversation)
    return presentMessage(sent.message, { ...known, normalizedOnly: true })
  },
})
