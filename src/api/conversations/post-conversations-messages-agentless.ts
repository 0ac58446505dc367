import Type from 'typebox'
import { numberReader } from '../../messaging/national-numbers.ts'
import { fromAddress, sendAgentless } from '../../messaging/send.ts'
import { saidByTemplate } from '../../messaging/template.ts'
import { operation } from '../operation.ts'
import { platformEnd } from './around.ts'
import { MessagingTemplate, requireOneKind, templateWish } from './messaging-template.ts'
import { destination, messengerType } from './messenger-type.ts'
import { presentMessage } from './present.ts'
import { MessageData } from './schema.ts'

export const postConversationsMessagesAgentless = operation({
  id: 'postConversationsMessagesAgentless',
  method: 'POST',
  path: '/api/v2/conversations/messages/agentless',
  summary:
    'Sends a text on behalf of nobody: to an open messaging customer, or by SMS from a provisioned sender.',
  sends: true,
  scopes: ['conversations', 'messaging'],
  permission: 'conversation:message:create',
  tool: { name: 'genesys_conversations_digital_post_messages_agentless', effect: 'write' },
  input: {
    body: Type.Object({
      /** An integration's id for `open`, a sender's number for `sms`. */
      fromAddress: Type.String({ minLength: 1, maxLength: 200 }),
      toAddress: Type.Optional(Type.String({ minLength: 1, maxLength: 1000 })),
      /** `open` or `sms`, in any case. */
      toAddressMessengerType: Type.String(),
      /** At most 765 characters by SMS, 4000 by open messaging. */
      textBody: Type.Optional(Type.String()),
      messagingTemplate: Type.Optional(MessagingTemplate),
      useExistingActiveConversation: Type.Optional(Type.Boolean()),
    }),
  },
  reply: {
    status: 200,
    schema: Type.Object({
      id: Type.String(),
      conversationId: Type.String(),
      fromAddress: Type.String(),
      toAddress: Type.String(),
      messengerType: Type.String(),
      message: MessageData,
    }),
  },
  async handle({ body }, { store, messaging, principal }) {
    const type = messengerType(body.toAddressMessengerType, 'toAddressMessengerType')
    const readNumber = type === 'sms' ? await numberReader(store) : undefined
    const from = await fromAddress(store, type, readNumber?.(body.fromAddress) ?? body.fromAddress)
    requireOneKind(body)
    const { textBody = '', useExistingActiveConversation = false } = body
    const said =
      body.messagingTemplate === undefined
        ? { text: textBody, content: [] }
        : await saidByTemplate(store, templateWish(body.messagingTemplate), type)
    const { message, conversation } = await sendAgentless(
      store,
      {
        from,
        to: destination(body.toAddress, readNumber),
        ...said,
        purpose: 'bulk',
        useExistingActiveConversation,
      },
      messaging,
    )
    const end = await platformEnd(store, conversation)
    const presented = presentMessage(message, { conversation, end, receipts: [] })
    return {
      id: message.id,
      conversationId: conversation.id,
      fromAddress: message.fromAddress,
      toAddress: message.toAddress,
      messengerType: message.messengerType,
      textBody: message.text ?? '',
      useExistingActiveConversation,
      message: presented,
      timestamp: presented.timestamp,
      user: { id: principal.userId ?? principal.clientId },
      selfUri: presented.selfUri,
    }
  },
})
