import Type from 'typebox'
import { findRecord } from '../not-found.ts'
import { operation } from '../operation.ts'
import { Id } from '../schema.ts'

/** Waiting conversations that are counted; a longer line shows as this many. */
const waitingMax = 1_000

export const signalboxGetQueueStatistics = operation({
  id: 'signalboxGetQueueStatistics',
  method: 'GET',
  path: '/api/signalbox/queues/{queueId}/statistics',
  summary:
    'Says how a queue stands now: conversations that wait, the longest wait, and how many of its members are there.',
  scopes: ['routing', 'routing:readonly'],
  permission: 'routing:queue:view',
  input: { path: Type.Object({ queueId: Id }) },
  reply: {
    status: 200,
    schema: Type.Object({
      queueId: Type.String(),
      queueName: Type.String(),
      waiting: Type.Integer(),
      longestWaitSeconds: Type.Integer(),
      membersJoined: Type.Integer(),
      membersOnQueue: Type.Integer(),
      membersIdle: Type.Integer(),
    }),
  },
  async handle({ path: { queueId } }, { store, outside }) {
    const queue = await findRecord(store, 'queue', queueId)
    const waiting = await store.conversations.waiting(queueId, waitingMax)
    const joined = queue.members.filter((member) => member.joined).map(({ userId }) => userId)
    const states = await store.agents.many(joined)
    const sinceMs = waiting[0]?.waiting?.sinceMs ?? outside.clock.now()
    return {
      queueId,
      queueName: queue.name,
      waiting: waiting.length,
      longestWaitSeconds: Math.max(0, Math.floor((outside.clock.now() - sinceMs) / 1000)),
      membersJoined: joined.length,
      membersOnQueue: states.filter(({ routingStatus }) => routingStatus !== 'OFF_QUEUE').length,
      membersIdle: states.filter(({ routingStatus }) => routingStatus === 'IDLE').length,
    }
  },
})
