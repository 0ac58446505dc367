import { operation } from '../operation.ts'
import { ownChannel } from './channel.ts'
import { ChannelPath, ChannelTopics, subscriptionsPath } from './schema.ts'
import { presentTopics } from './subscribe.ts'

export const getNotificationsChannelSubscriptions = operation({
  id: 'getNotificationsChannelSubscriptions',
  method: 'GET',
  path: subscriptionsPath,
  summary: 'Lists the topics that a channel is subscribed to.',
  scopes: ['notifications'],
  input: { path: ChannelPath },
  reply: { status: 200, schema: ChannelTopics },
  async handle({ path }, context) {
    const { id, topics } = await ownChannel(context.store, path.channelId, context)
    return presentTopics(
      id,
      topics.map((topic) => ({ id: topic, state: 'Permitted' })),
    )
  },
})
