import Type from 'typebox'
import { disconnectAll } from '../../messaging/participate.ts'
import { operation } from '../operation.ts'
import { Id } from '../schema.ts'

export const postConversationDisconnect = operation({
  id: 'postConversationDisconnect',
  method: 'POST',
  path: '/api/v2/conversations/{conversationId}/disconnect',
  summary: 'Tears a conversation down, whatever its medium.',
  scopes: ['conversations'],
  permission: 'conversation:communication:disconnect',
  input: { path: Type.Object({ conversationId: Id }) },
  reply: { status: 200, schema: Type.String() },
  async handle({ path }, { store, messaging, principal }) {
    const { conversationId } = path
    await disconnectAll(
      store,
      { conversationId, userId: principal.userId, dropsWrapups: true },
      messaging,
    )
    return conversationId
  },
})
