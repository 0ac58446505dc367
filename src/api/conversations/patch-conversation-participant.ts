import Type from 'typebox'
import { operation } from '../operation.ts'
import { Id } from '../schema.ts'
import { changeParticipant, MediaParticipantRequest } from './participant-request.ts'

export const patchConversationParticipant = operation({
  id: 'patchConversationParticipant',
  method: 'PATCH',
  path: '/api/v2/conversations/{conversationId}/participants/{participantId}',
  summary: 'Answers, leaves, parks or wraps up a conversation of any medium.',
  scopes: ['conversations'],
  permission: {
    any: [
      'conversation:participant:wrapup',
      'conversation:call:record',
      'conversation:communication:disconnect',
    ],
  },
  input: {
    path: Type.Object({ conversationId: Id, participantId: Id }),
    body: MediaParticipantRequest,
  },
  reply: { status: 202 },
  handle: ({ path, body }, context) => changeParticipant(path, body, context),
})
