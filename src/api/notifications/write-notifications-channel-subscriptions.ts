import { operation } from '../operation.ts'
import {
  ChannelPath,
  ChannelTopics,
  SubscribeQuery,
  subscriptionsPath,
  TopicsBody,
} from './schema.ts'
import { presentTopics, subscribe } from './subscribe.ts'

export const postNotificationsChannelSubscriptions = writing('add', {
  id: 'postNotificationsChannelSubscriptions',
  method: 'POST',
  summary: 'Subscribes a channel to more topics.',
})

export const putNotificationsChannelSubscriptions = writing('replace', {
  id: 'putNotificationsChannelSubscriptions',
  method: 'PUT',
  summary: 'Subscribes a channel to these topics and no others.',
})

function writing(
  how: 'add' | 'replace',
  named: { readonly id: string; readonly method: 'POST' | 'PUT'; readonly summary: string },
) {
  return operation({
    ...named,
    path: subscriptionsPath,
    scopes: ['notifications'],
    input: { path: ChannelPath, query: SubscribeQuery, body: TopicsBody },
    reply: { status: 200, schema: ChannelTopics },
    async handle({ path: { channelId }, query, body }, context) {
      const topicIds = body.map(({ id }) => id)
      const ignoreErrors = query.ignoreErrors === true
      const verdicts = await subscribe({ channelId, topicIds, how, ignoreErrors }, context)
      return presentTopics(channelId, verdicts)
    },
  })
}
