import Type from 'typebox'
import { mergeAttributes } from '../../messaging/participate.ts'
import { operation } from '../operation.ts'
import { Id } from '../schema.ts'
import { ParticipantAttributes } from './attributes-request.ts'

export const patchConversationParticipantAttributes = operation({
  id: 'patchConversationParticipantAttributes',
  method: 'PATCH',
  path: '/api/v2/conversations/{conversationId}/participants/{participantId}/attributes',
  summary:
    "Merges attributes into a participant's; keys that are not named stay. Blank a value with an empty text.",
  scopes: ['conversations'],
  input: {
    path: Type.Object({ conversationId: Id, participantId: Id }),
    body: ParticipantAttributes,
  },
  reply: { status: 202, schema: ParticipantAttributes },
  async handle({ path, body }, { store, messaging }) {
    return {
      attributes: await mergeAttributes(store, { ...path, attributes: body.attributes }, messaging),
    }
  },
})
