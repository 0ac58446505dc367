import Type from 'typebox'
import { mediumOf } from '../../domain/routing.ts'
import { operation } from '../operation.ts'
import { Listing } from '../schema.ts'
import { listActive } from './active.ts'
import { presentConversation } from './present.ts'
import { GenericConversation } from './schema.ts'

export const getConversations = operation({
  id: 'getConversations',
  method: 'GET',
  path: '/api/v2/conversations',
  summary: "Lists the caller's conversations that are not over.",
  scopes: ['conversations', 'conversations:readonly'],
  caller: 'user',
  input: { query: Type.Object({ communicationType: Type.Optional(Type.String()) }) },
  reply: { status: 200, schema: Listing(GenericConversation) },
  handle: ({ query: { communicationType } }, context) =>
    listActive(context, '/api/v2/conversations', {
      isOf: (channel) =>
        communicationType?.toLowerCase() === mediumOf(channel) || communicationType === undefined,
      present: presentConversation,
    }),
})
