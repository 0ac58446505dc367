import Type from 'typebox'
import { AppError } from '../../errors.ts'
import { disconnectAll } from '../../messaging/participate.ts'
import { operation } from '../operation.ts'
import { Id } from '../schema.ts'
import { around } from './around.ts'
import { presentConversation } from './present.ts'
import { GenericConversation } from './schema.ts'

export const patchConversationsMessage = operation({
  id: 'patchConversationsMessage',
  method: 'PATCH',
  path: '/api/v2/conversations/messages/{conversationId}',
  summary: 'Ends a message conversation for everybody: state disconnected is all that it takes.',
  scopes: ['conversations'],
  permission: { any: ['conversation:communication:disconnect', 'conversation:message:park'] },
  tool: { name: 'genesys_conversations_digital_patch_message', effect: 'write' },
  input: {
    path: Type.Object({ conversationId: Id }),
    // The official SDK's types make its users send startTime and participants as well; nothing reads them.
    body: Type.Object({ state: Type.Optional(Type.String()) }),
  },
  reply: { status: 200, schema: GenericConversation },
  async handle({ path, body }, { store, messaging, principal }) {
    if (body.state?.toLowerCase() !== 'disconnected') {
      throw new AppError(
        'bad.request',
        "A conversation can only be set to the state 'disconnected'.",
        {
          details: [{ errorCode: 'bad.request', fieldName: 'state' }],
        },
      )
    }
    const { conversationId } = path
    const conversation = await disconnectAll(
      store,
      { conversationId, userId: principal.userId },
      messaging,
    )
    return presentConversation(conversation, await around(store, conversation))
  },
})
