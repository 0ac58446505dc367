import Type from 'typebox'
import { operation } from '../operation.ts'
import { Id } from '../schema.ts'
import { handOver, TransferRequest } from './transfer-request.ts'

export const postConversationParticipantReplaceAgent = operation({
  id: 'postConversationParticipantReplaceAgent',
  method: 'POST',
  path: '/api/v2/conversations/{conversationId}/participants/{participantId}/replace/agent',
  summary: 'Hands a conversation of any medium to a user.',
  scopes: ['conversations'],
  permission: 'conversation:communication:blindTransferAgent',
  input: {
    path: Type.Object({ conversationId: Id, participantId: Id }),
    body: Type.Pick(TransferRequest, ['userId', 'transferType']),
  },
  reply: { status: 202 },
  handle: ({ path, body }, context) => handOver(path, body, context),
})
