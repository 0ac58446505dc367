import Type from 'typebox'
import { monitorParticipant } from '../../messaging/transfer.ts'
import { operation } from '../operation.ts'
import { Id } from '../schema.ts'

export const postConversationsMessageParticipantMonitor = operation({
  id: 'postConversationsMessageParticipantMonitor',
  method: 'POST',
  path: '/api/v2/conversations/messages/{conversationId}/participants/{participantId}/monitor',
  summary: "Lets the caller listen to a participant's conversation, without taking part in it.",
  scopes: ['conversations', 'conversations:readonly'],
  caller: 'user',
  permission: 'conversation:message:monitor',
  tool: { name: 'genesys_conversations_digital_post_message_participant_monitor', effect: 'write' },
  input: {
    path: Type.Object({ conversationId: Id, participantId: Id }),
  },
  reply: { status: 201 },
  handle: ({ path }, { store, messaging, principal }) =>
    monitorParticipant(store, { ...path, userId: principal.userId ?? '' }, messaging),
})
