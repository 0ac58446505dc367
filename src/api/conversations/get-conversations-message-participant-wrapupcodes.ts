import Type from 'typebox'
import { wrapupCodesOf } from '../../messaging/wrap-up.ts'
import { operation } from '../operation.ts'
import { presentWrapupCode } from '../routing/present.ts'
import { Id } from '../schema.ts'

export const getConversationsMessageParticipantWrapupcodes = operation({
  id: 'getConversationsMessageParticipantWrapupcodes',
  method: 'GET',
  path: '/api/v2/conversations/messages/{conversationId}/participants/{participantId}/wrapupcodes',
  summary: "Lists the wrap-up codes of the participant's queue.",
  scopes: ['conversations', 'conversations:readonly'],
  tool: {
    name: 'genesys_conversations_digital_get_message_participant_wrapupcodes',
    effect: 'read',
  },
  input: {
    path: Type.Object({ conversationId: Id, participantId: Id }),
  },
  reply: {
    status: 200,
    schema: Type.Array(Type.Object({ id: Type.String(), name: Type.String() })),
  },
  async handle({ path }, { store }) {
    const codes = await wrapupCodesOf(store, path)
    return codes.map((code) => presentWrapupCode(code, store.organizationId))
  },
})
