import Type from 'typebox'
import { wrapupOf } from '../../messaging/wrap-up.ts'
import { operation } from '../operation.ts'
import { Id } from '../schema.ts'
import { AssignedWrapupCode, foundWrapup, requireCommunication } from './participant-request.ts'

export const getConversationsMessageParticipantCommunicationWrapup = operation({
  id: 'getConversationsMessageParticipantCommunicationWrapup',
  method: 'GET',
  path: '/api/v2/conversations/messages/{conversationId}/participants/{participantId}/communications/{communicationId}/wrapup',
  summary:
    'Reads what a communication was wrapped up with; provisional=true reads what was saved for later.',
  scopes: ['conversations', 'conversations:readonly'],
  tool: {
    name: 'genesys_conversations_digital_get_message_participant_communication_wrapup',
    effect: 'read',
  },
  input: {
    path: Type.Object({ conversationId: Id, participantId: Id, communicationId: Id }),
    query: Type.Object({ provisional: Type.Optional(Type.Boolean()) }),
  },
  reply: { status: 200, schema: AssignedWrapupCode },
  async handle({ path, query }, { store }) {
    await requireCommunication(store, path)
    return foundWrapup(await wrapupOf(store, { ...path, provisional: query.provisional }), path)
  },
})
