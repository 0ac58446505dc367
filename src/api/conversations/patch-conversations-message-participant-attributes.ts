import Type from 'typebox'
import { mergeAttributes } from '../../messaging/participate.ts'
import { operation } from '../operation.ts'
import { Id } from '../schema.ts'

const Attributes = Type.Record(Type.String(), Type.String({ maxLength: 32_000 }), {
  maxProperties: 500,
})

export const patchConversationsMessageParticipantAttributes = operation({
  id: 'patchConversationsMessageParticipantAttributes',
  method: 'PATCH',
  path: '/api/v2/conversations/messages/{conversationId}/participants/{participantId}/attributes',
  summary:
    "Merges attributes into a participant's; keys that are not named stay. Blank a value with an empty text.",
  scopes: ['conversations'],
  tool: {
    name: 'genesys_conversations_digital_patch_message_participant_attributes',
    effect: 'write',
  },
  input: {
    path: Type.Object({ conversationId: Id, participantId: Id }),
    body: Type.Object({ attributes: Attributes }),
  },
  reply: { status: 202, schema: Type.Object({ attributes: Attributes }) },
  async handle({ path, body }, { store, messaging }) {
    return {
      attributes: await mergeAttributes(store, { ...path, attributes: body.attributes }, messaging),
    }
  },
})
