import Type from 'typebox'
import { AppError } from '../../errors.ts'
import { leaveConversation } from '../../messaging/participate.ts'
import { operation } from '../operation.ts'
import { Id } from '../schema.ts'
import { findConversation } from './find.ts'

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
  async handle({ path, body }, { store, messaging }) {
    if (body.state?.toLowerCase() !== 'disconnected') {
      throw new AppError(
        'communication.state.required',
        "A communication takes only the state 'disconnected'.",
        {
          details: [{ errorCode: 'communication.state.required', fieldName: 'state' }],
        },
      )
    }
    const conversation = await findConversation(store, path.conversationId)
    const participant = conversation.participants.find(({ id }) => id === path.participantId)
    if (participant?.communications.some(({ id }) => id === path.communicationId) === false) {
      throw new AppError('not.found', 'The participant has no communication {id}.', {
        params: { id: path.communicationId },
      })
    }
    await leaveConversation(store, path, messaging)
    return {}
  },
})
