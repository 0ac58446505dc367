import Type from 'typebox'
import { numberReader } from '../../messaging/national-numbers.ts'
import { startOutbound } from '../../messaging/outbound.ts'
import { operation } from '../operation.ts'
import { destination, messengerType } from './messenger-type.ts'

export const postConversationsMessages = operation({
  id: 'postConversationsMessages',
  method: 'POST',
  path: '/api/v2/conversations/messages',
  summary:
    'Starts a conversation with a customer on behalf of a queue, the caller being its agent; send the first text with the next call.',
  scopes: ['conversations'],
  caller: 'user',
  permission: 'conversation:message:create',
  tool: { name: 'genesys_conversations_digital_post_messages', effect: 'write' },
  input: {
    body: Type.Object({
      queueId: Type.String(),
      toAddress: Type.String({ minLength: 1, maxLength: 1000 }),
      /** `open` or `sms`, in any case. */
      toAddressMessengerType: Type.String(),
      useExistingConversation: Type.Optional(Type.Boolean()),
    }),
  },
  reply: { status: 200, schema: Type.Object({ id: Type.String(), selfUri: Type.String() }) },
  async handle({ body }, { store, messaging, principal }) {
    const type = messengerType(body.toAddressMessengerType, 'toAddressMessengerType')
    const readNumber = type === 'sms' ? await numberReader(store) : undefined
    const { id } = await startOutbound(
      store,
      {
        queueId: body.queueId,
        messengerType: type,
        to: destination(body.toAddress, readNumber),
        userId: principal.userId ?? '',
        useExisting: body.useExistingConversation ?? false,
      },
      messaging,
    )
    return { id, selfUri: `/api/v2/conversations/messages/${id}` }
  },
})
