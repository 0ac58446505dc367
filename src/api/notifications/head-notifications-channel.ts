import { operation } from '../operation.ts'
import { ownChannel } from './channel.ts'
import { ChannelPath } from './schema.ts'

export const headNotificationsChannel = operation({
  id: 'headNotificationsChannel',
  method: 'HEAD',
  path: '/api/v2/notifications/channels/{channelId}',
  summary: 'Tells whether a notification channel is still there.',
  scopes: ['notifications'],
  input: { path: ChannelPath },
  reply: { status: 200 },
  async handle({ path }, context) {
    await ownChannel(context.store, path.channelId, context)
  },
})
