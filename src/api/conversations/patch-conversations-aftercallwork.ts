import Type from 'typebox'
import { requestAfterCallWork } from '../../messaging/wrap-up.ts'
import { operation } from '../operation.ts'
import { Id } from '../schema.ts'
import { requireCommunication } from './participant-request.ts'

export const patchConversationsAftercallworkConversationIdParticipantCommunication = operation({
  id: 'patchConversationsAftercallworkConversationIdParticipantCommunication',
  method: 'PATCH',
  path: '/api/v2/conversations/aftercallwork/{conversationId}/participants/{participantId}/communications/{communicationId}',
  summary:
    "Asks for after-call work, or takes that back, where the queue's prompt is AGENT_REQUESTED.",
  scopes: ['conversations'],
  input: {
    path: Type.Object({ conversationId: Id, participantId: Id, communicationId: Id }),
    body: Type.Object({ afterCallWorkRequired: Type.Boolean() }),
  },
  reply: { status: 200, schema: Type.Object({ afterCallWorkRequired: Type.Boolean() }) },
  async handle({ path, body }, { store, messaging }) {
    await requireCommunication(store, path)
    const requested = body.afterCallWorkRequired
    return {
      afterCallWorkRequired: await requestAfterCallWork(store, { ...path, requested }, messaging),
    }
  },
})
