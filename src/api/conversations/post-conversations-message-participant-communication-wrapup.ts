import Type from 'typebox'
import { wrapUp } from '../../messaging/wrap-up.ts'
import { operation } from '../operation.ts'
import { Id } from '../schema.ts'
import { requireCommunication, WrapupInput, wrapupSaid } from './participant-request.ts'

export const postConversationsMessageParticipantCommunicationWrapup = operation({
  id: 'postConversationsMessageParticipantCommunicationWrapup',
  method: 'POST',
  path: '/api/v2/conversations/messages/{conversationId}/participants/{participantId}/communications/{communicationId}/wrapup',
  summary: 'Wraps a communication up with a code, or saves notes for later with provisional=true.',
  scopes: ['conversations'],
  permission: 'conversation:participant:wrapup',
  tool: {
    name: 'genesys_conversations_digital_post_message_participant_communication_wrapup',
    effect: 'write',
  },
  input: {
    path: Type.Object({ conversationId: Id, participantId: Id, communicationId: Id }),
    body: WrapupInput,
  },
  reply: { status: 202 },
  async handle({ path, body }, { store, messaging }) {
    await requireCommunication(store, path)
    await wrapUp(store, { ...path, said: wrapupSaid(body) }, messaging)
  },
})
