import Type from 'typebox'
import { operation } from '../operation.ts'
import { Id } from '../schema.ts'
import { around } from './around.ts'
import { findConversation } from './find.ts'
import { presentConversation } from './present.ts'
import { GenericConversation } from './schema.ts'

export const getConversation = operation({
  id: 'getConversation',
  method: 'GET',
  path: '/api/v2/conversations/{conversationId}',
  summary: 'Reads one conversation of any medium, with the communications of each participant.',
  scopes: ['conversations', 'conversations:readonly'],
  input: { path: Type.Object({ conversationId: Id }) },
  reply: { status: 200, schema: GenericConversation },
  async handle({ path }, { store }) {
    const conversation = await findConversation(store, path.conversationId)
    return presentConversation(conversation, await around(store, conversation))
  },
})
