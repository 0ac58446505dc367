import Type from 'typebox'
import { AppError } from '../../errors.ts'
import { sendFromAgent } from '../../messaging/send.ts'
import { operation } from '../operation.ts'
import { Id } from '../schema.ts'
import { aroundMessage } from './around.ts'
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
    }),
  },
  reply: { status: 200, schema: MessageData },
  async handle({ path, query, body }, { store, messaging, principal }) {
    if ((body.mediaIds ?? []).length > 0) {
      throw new AppError(
        'not.implemented',
        'signalbox does not send uploaded media yet: send textBody alone.',
      )
    }
    const { message, conversation } = await sendFromAgent(
      store,
      { ...path, userId: principal.userId ?? '', text: body.textBody ?? '', content: [] },
      messaging,
    )
    const known = await aroundMessage(store, message, conversation)
    return presentMessage(message, {
      ...known,
      normalizedOnly: query.useNormalizedMessage === true,
    })
  },
})
