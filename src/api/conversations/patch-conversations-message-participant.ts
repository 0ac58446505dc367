import Type from 'typebox'
import { AppError } from '../../errors.ts'
import { answerAlert, leaveConversation } from '../../messaging/participate.ts'
import { operation } from '../operation.ts'
import { Id } from '../schema.ts'

export const patchConversationsMessageParticipant = operation({
  id: 'patchConversationsMessageParticipant',
  method: 'PATCH',
  path: '/api/v2/conversations/messages/{conversationId}/participants/{participantId}',
  summary:
    "Answers an alert (state connected, with the agent's own token) or leaves (state disconnected).",
  scopes: ['conversations'],
  tool: { name: 'genesys_conversations_digital_patch_message_participant', effect: 'write' },
  input: {
    path: Type.Object({ conversationId: Id, participantId: Id }),
    body: Type.Object({ state: Type.Optional(Type.String()) }),
  },
  reply: { status: 202 },
  async handle({ path, body }, { store, messaging, principal }) {
    const state = body.state?.toLowerCase()
    if (state === 'connected') {
      if (principal.userId === undefined) {
        throw new AppError(
          'user.context.required',
          "This request requires a user context. Answer with the agent's own token, not with client credentials.",
        )
      }
      return answerAlert(store, { ...path, userId: principal.userId }, messaging)
    }
    if (state === 'disconnected') return leaveConversation(store, path, messaging)
    throw new AppError(
      'bad.request',
      "state must be 'connected' to answer, or 'disconnected' to leave.",
      {
        details: [{ errorCode: 'bad.request', fieldName: 'state' }],
      },
    )
  },
})
