import { operation } from '../operation.ts'
import {
  ChannelPath,
  ChannelTopics,
  SubscribeQuery,
  subscriptionsPath,
  TopicsBody,
} from './schema.ts'
import { presentTopics, subscribe } from './subscribe.ts'

export const postNotificationsChannelSubscriptions = operation({
  id: 'postNotificationsChannelSubscriptions',
  method: 'POST',
  path: subscriptionsPath,
  summary: 'Subscribes a channel to more topics.',
  scopes: ['notifications'],
  input: { path: ChannelPath, query: SubscribeQuery, body: TopicsBody },
  reply: { status: 200, schema: ChannelTopics },
  async handle({ path, query, body }, context) {
    const verdicts = await subscribe(
      {
        channelId: path.channelId,
        topicIds: body.map(({ id }) => id),
        how: 'add',
        ignoreErrors: query.ignoreErrors === true,
      },
      context,
    )
    return presentTopics(path.channelId, verdicts)
  },
})
