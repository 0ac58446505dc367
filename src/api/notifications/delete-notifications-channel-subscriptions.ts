import { operation } from '../operation.ts'
import { ChannelPath, subscriptionsPath } from './schema.ts'
import { subscribe } from './subscribe.ts'

export const deleteNotificationsChannelSubscriptions = operation({
  id: 'deleteNotificationsChannelSubscriptions',
  method: 'DELETE',
  path: subscriptionsPath,
  summary: 'Ends all subscriptions of a channel; the channel stays.',
  scopes: ['notifications'],
  input: { path: ChannelPath },
  reply: { status: 200 },
  async handle({ path }, context) {
    await subscribe(
      { channelId: path.channelId, topicIds: [], how: 'replace', ignoreErrors: false },
      context,
    )
  },
})
