import Type from 'typebox'
import { operation } from '../operation.ts'
import { Id } from '../schema.ts'
import { handOver, TransferRequest } from './transfer-request.ts'

export const postConversationParticipantReplaceQueue = operation({
  id: 'postConversationParticipantReplaceQueue',
  method: 'POST',
  path: '/api/v2/conversations/{conversationId}/participants/{participantId}/replace/queue',
  summary: 'Hands a conversation of any medium to a queue.',
  scopes: ['conversations'],
  permission: 'conversation:communication:blindTransferQueue',
  input: {
    path: Type.Object({ conversationId: Id, participantId: Id }),
    body: Type.Pick(TransferRequest, ['queueId', 'transferType']),
  },
  reply: { status: 202 },
  handle: ({ path, body }, context) => handOver(path, body, context),
})
