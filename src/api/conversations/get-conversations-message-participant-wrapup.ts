import Type from 'typebox'
import { wrapupOf } from '../../messaging/wrap-up.ts'
import { operation } from '../operation.ts'
import { Id } from '../schema.ts'
import { AssignedWrapupCode, foundWrapup } from './participant-request.ts'

export const getConversationsMessageParticipantWrapup = operation({
  id: 'getConversationsMessageParticipantWrapup',
  method: 'GET',
  path: '/api/v2/conversations/messages/{conversationId}/participants/{participantId}/wrapup',
  summary:
    'Reads what a participant wrapped up with; provisional=true reads what he saved for later.',
  scopes: ['conversations', 'conversations:readonly'],
  tool: { name: 'genesys_conversations_digital_get_message_participant_wrapup', effect: 'read' },
  input: {
    path: Type.Object({ conversationId: Id, participantId: Id }),
    query: Type.Object({ provisional: Type.Optional(Type.Boolean()) }),
  },
  reply: { status: 200, schema: AssignedWrapupCode },
  async handle({ path, query }, { store }) {
    return foundWrapup(await wrapupOf(store, { ...path, provisional: query.provisional }), path)
  },
})
