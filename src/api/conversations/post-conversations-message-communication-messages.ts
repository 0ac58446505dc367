import Type from 'typebox'
import { attachmentsOf } from '../../messaging/media.ts'
import { sendFromAgent } from '../../messaging/send.ts'
import { saidByTemplate } from '../../messaging/template.ts'
import { operation } from '../operation.ts'
import { Id } from '../schema.ts'
import { aroundMessage } from './around.ts'
import { findConversation } from './find.ts'
import { MessagingTemplate, requireOneKind, templateWish } from './messaging-template.ts'
import { presentMessage } from './present.ts'
import { MessageData } from './schema.ts'

export const postConversationsMessageCommunicationMessages = operation({
  id: 'postConversationsMessageCommunicationMessages',
  method: 'POST',
  path: '/api/v2/conversations/messages/{conversationId}/communications/{communicationId}/messages',
  summary:
    "Sends what a connected participant writes to the customer, with the participant's own token.",
  sends: true,
  scopes: ['conversations'],
  caller: 'user',
  permission: { any: ['conversation:message:create', 'conversation:webmessaging:create'] },
  tool: {
    name: 'genesys_conversations_digital_post_message_communication_messages',
    effect: 'write',
  },
  input: {
    path: Type.Object({ conversationId: Id, communicationId: Id }),
    query: Type.Object({ useNormalizedMessage: Type.Optional(Type.Boolean()) }),
    body: Type.Object({
      textBody: Type.Optional(Type.String()),
      mediaIds: Type.Optional(Type.Array(Type.String())),
      messagingTemplate: Type.Optional(MessagingTemplate),
    }),
  },
  reply: { status: 200, schema: MessageData },
  async handle({ path, query, body }, { store, messaging, principal, publicUrl }) {
    requireOneKind(body)
    const { conversationId } = path
    const files = { conversationId, mediaIds: body.mediaIds ?? [], origin: publicUrl }
    const said =
      body.messagingTemplate === undefined
        ? {
            text: body.textBody ?? '',
            content: await attachmentsOf(store, files, messaging),
          }
        : await saidByTemplate(
            store,
            templateWish(body.messagingTemplate),
            (await findConversation(store, conversationId)).channel === 'sms' ? 'sms' : 'open',
          )
    const { message, conversation } = await sendFromAgent(
      store,
      { ...path, userId: principal.userId ?? '', ...said },
      messaging,
    )
    const known = await aroundMessage(store, message, conversation)
    return presentMessage(message, {
      ...known,
      normalizedOnly: query.useNormalizedMessage === true,
    })
  },
})
