import Type from 'typebox'
import { operation } from '../operation.ts'
import { Id } from '../schema.ts'
import { leaveCommunication } from './participant-request.ts'

export const patchConversationsMessageParticipantCommunication = operation({
  id: 'patchConversationsMessageParticipantCommunication',
  method: 'PATCH',
  path: '/api/v2/conversations/messages/{conversationId}/participants/{participantId}/communications/{communicationId}',
  summary: 'Ends one communication: state disconnected is all that it takes.',
  scopes: ['conversations'],
  tool: {
    name: 'genesys_conversations_digital_patch_message_participant_communication',
    effect: 'write',
  },
  input: {
    path: Type.Object({ conversationId: Id, participantId: Id, communicationId: Id }),
    body: Type.Object({ state: Type.Optional(Type.String()) }),
  },
  reply: { status: 200, schema: Type.Object({}) },
  async handle({ path, body }, context) {
    await leaveCommunication(path, body.state, context)
    return {}
  },
})
