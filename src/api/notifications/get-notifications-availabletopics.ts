import Type from 'typebox'
import { operation } from '../operation.ts'
import { presentTopicKind, topicKinds } from './topics.ts'

export const getNotificationsAvailabletopics = operation({
  id: 'getNotificationsAvailabletopics',
  method: 'GET',
  path: '/api/v2/notifications/availabletopics',
  summary: 'Lists the topics that a channel can subscribe to.',
  scopes: ['notifications'],
  reply: {
    status: 200,
    schema: Type.Object({
      entities: Type.Array(
        Type.Object({
          id: Type.String(),
          description: Type.String(),
          requiresPermissions: Type.Array(Type.String()),
          transports: Type.Array(Type.String()),
        }),
      ),
    }),
  },
  examples: [{ title: 'all of them', input: {} }],
  async handle() {
    return { entities: topicKinds.map(presentTopicKind) }
  },
})
