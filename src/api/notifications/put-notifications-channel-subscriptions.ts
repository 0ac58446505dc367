import { operation } from '../operation.ts'
import {
  ChannelPath,
  ChannelTopics,
  SubscribeQuery,
  subscriptionsPath,
  TopicsBody,
} from './schema.ts'
import { presentTopics, subscribe } from './subscribe.ts'

export const putNotificationsChannelSubscriptions = operation({
  id: 'putNotificationsChannelSubscriptions',
  method: 'PUT',
  path: subscriptionsPath,
  summary: 'Subscribes a channel to these topics and no others.',
  scopes: ['notifications'],
  input: { path: ChannelPath, query: SubscribeQuery, body: TopicsBody },
  reply: { status: 200, schema: ChannelTopics },
  async handle({ path, query, body }, context) {
    const verdicts = await subscribe(
      {
        channelId: path.channelId,
        topicIds: body.map(({ id }) => id),
        how: 'replace',
        ignoreErrors: query.ignoreErrors === true,
      },
      context,
    )
    return presentTopics(path.channelId, verdicts)
  },
})
