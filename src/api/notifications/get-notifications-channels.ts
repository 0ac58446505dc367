import Type from 'typebox'
import { operation } from '../operation.ts'
import { channelsMax, ownerName, presentChannel } from './channel.ts'
import { Channel } from './schema.ts'

/** Channels that one listing shows at the most. */
const listedMax = 500

export const getNotificationsChannels = operation({
  id: 'getNotificationsChannels',
  method: 'GET',
  path: '/api/v2/notifications/channels',
  summary: "Lists the caller's notification channels, or all of his OAuth client.",
  scopes: ['notifications'],
  input: {
    query: Type.Object({ includechannels: Type.Optional(Type.Enum(['token', 'oauthclient'])) }),
  },
  reply: { status: 200, schema: Type.Object({ entities: Type.Array(Channel) }) },
  examples: [{ title: 'those of the caller', input: {} }],
  async handle({ query }, { principal, store, outside, publicUrl }) {
    const all = query.includechannels === 'oauthclient' && principal.userId === undefined
    const channels = await store.records.list(
      'notificationChannel',
      { size: all ? listedMax : channelsMax, number: 1 },
      { name: all ? `${principal.clientId}|*` : ownerName(principal) },
    )
    const now = outside.clock.now()
    return {
      entities: channels.entities
        .filter(({ expiresMs }) => expiresMs > now)
        .map((channel) => presentChannel(channel, publicUrl)),
    }
  },
})
