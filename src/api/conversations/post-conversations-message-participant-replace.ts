import Type from 'typebox'
import { operation } from '../operation.ts'
import { Id } from '../schema.ts'
import { handOver, TransferRequest } from './transfer-request.ts'

export const postConversationsMessageParticipantReplace = operation({
  id: 'postConversationsMessageParticipantReplace',
  method: 'POST',
  path: '/api/v2/conversations/messages/{conversationId}/participants/{participantId}/replace',
  summary: 'Hands a message conversation to a user or a queue, at once or when they have answered.',
  scopes: ['conversations'],
  permission: 'conversation:communication:blindTransfer',
  tool: { name: 'genesys_conversations_digital_post_message_participant_replace', effect: 'write' },
  input: {
    path: Type.Object({ conversationId: Id, participantId: Id }),
    body: TransferRequest,
  },
  reply: { status: 202 },
  handle: ({ path, body }, context) => handOver(path, body, context),
})
