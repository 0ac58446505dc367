import Type from 'typebox'
import { operation } from '../operation.ts'
import { Id } from '../schema.ts'
import { changeParticipant, MediaParticipantRequest } from './participant-request.ts'

export const patchConversationsMessageParticipant = operation({
  id: 'patchConversationsMessageParticipant',
  method: 'PATCH',
  path: '/api/v2/conversations/messages/{conversationId}/participants/{participantId}',
  summary:
    "Answers an alert (state connected, with the agent's own token), leaves (disconnected), parks, or wraps up.",
  scopes: ['conversations'],
  permission: {
    any: [
      'conversation:participant:wrapup',
      'conversation:call:record',
      'conversation:communication:disconnect',
    ],
  },
  tool: { name: 'genesys_conversations_digital_patch_message_participant', effect: 'write' },
  input: {
    path: Type.Object({ conversationId: Id, participantId: Id }),
    body: MediaParticipantRequest,
  },
  reply: { status: 202 },
  handle: ({ path, body }, context) => changeParticipant(path, body, context),
})
