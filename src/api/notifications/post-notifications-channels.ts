import type { Context } from '../../context.ts'
import type { NotificationChannel } from '../../store/records.ts'
import type { Store } from '../../store/store.ts'
import { operation } from '../operation.ts'
import { channelLifeMs, channelsMax, newChannelId, ownerName, presentChannel } from './channel.ts'
import { Channel } from './schema.ts'

export const postNotificationsChannels = operation({
  id: 'postNotificationsChannels',
  method: 'POST',
  path: '/api/v2/notifications/channels',
  summary: 'Makes a notification channel: a websocket that tells of what is subscribed to.',
  scopes: ['notifications'],
  reply: { status: 200, schema: Channel },
  examples: [{ title: 'a channel of the caller', input: {} }],
  async handle(_input, context) {
    const { principal, outside, store } = context
    const id = newChannelId(store.organizationId, outside.ids.secret(24))
    const channel = await store.transaction(async (store) => {
      await makeRoom(store, context)
      const now = outside.clock.now()
      const made: NotificationChannel = {
        id,
        name: ownerName(principal),
        version: 1,
        createdMs: now,
        modifiedMs: now,
        clientId: principal.clientId,
        ...(principal.userId === undefined ? {} : { userId: principal.userId }),
        topics: [],
        expiresMs: now + channelLifeMs,
      }
      await store.records.add('notificationChannel', made)
      return made
    })
    return presentChannel(channel, context.publicUrl)
  },
})

/** Removes the owner's expired channels, and as many of his oldest as are one too many; idle ones go first. */
async function makeRoom(store: Store, { principal, outside }: Context): Promise<void> {
  const own = await store.records.list(
    'notificationChannel',
    { size: channelsMax * 2, number: 1 },
    { name: ownerName(principal) },
  )
  const now = outside.clock.now()
  const expired = own.entities.filter(({ expiresMs }) => expiresMs <= now)
  const alive = own.entities
    .filter(({ expiresMs }) => expiresMs > now)
    .sort((a, b) => idleFirst(a) - idleFirst(b) || a.createdMs - b.createdMs)
  const over = alive.slice(0, Math.max(0, alive.length - channelsMax + 1))
  for (const { id } of [...expired, ...over]) await store.records.remove('notificationChannel', id)
}

function idleFirst({ connectionId }: NotificationChannel): number {
  return connectionId === undefined ? 0 : 1
}
