import Type from 'typebox'
import { operation } from '../operation.ts'
import { Id } from '../schema.ts'
import { handOver, TransferRequest } from './transfer-request.ts'

export const postConversationParticipantReplace = operation({
  id: 'postConversationParticipantReplace',
  method: 'POST',
  path: '/api/v2/conversations/{conversationId}/participants/{participantId}/replace',
  summary: 'Hands a conversation of any medium to a user or a queue.',
  scopes: ['conversations'],
  permission: 'conversation:communication:blindTransfer',
  input: {
    path: Type.Object({ conversationId: Id, participantId: Id }),
    body: TransferRequest,
  },
  reply: { status: 202 },
  handle: ({ path, body }, context) => handOver(path, body, context),
})
