import { isoTime } from '../../clock.ts'
import type { Context } from '../../context.ts'
import { AppError } from '../../errors.ts'
import type { Principal } from '../../principal.ts'
import type { NotificationChannel } from '../../store/records.ts'
import type { Store } from '../../store/store.ts'
import { organizationIdOf, tokenText } from '../../tokens.ts'

/** How long a channel lives after its last subscription; the vendor's 24 hours. */
export const channelLifeMs = 24 * 60 * 60 * 1000
/** The vendor's limit for one user in one app; the oldest idle channel makes room for a new one. */
export const channelsMax = 20
/** The vendor's limit for one channel. */
export const topicsMax = 1000
/** Path of the sockets, before the channel's id. */
export const socketPath = '/streaming/channels'

const idPrefix = 'streaming-0-'

/** A new channel's id. It is all that its socket has to show, so most of it is chance; it also tells the organization. */
export function newChannelId(organizationId: string, secret: string): string {
  return `${idPrefix}${tokenText(organizationId, secret)}`
}

/** The organization that a channel's id says it belongs to; undefined when it is no id of ours. */
export function organizationIdOfChannel(channelId: string): string | undefined {
  return channelId.startsWith(idPrefix)
    ? organizationIdOf(channelId.slice(idPrefix.length))
    : undefined
}

/** The name that all channels of one user in one app have. */
export function ownerName(principal: Pick<Principal, 'clientId' | 'userId'>): string {
  return `${principal.clientId}|${principal.userId ?? ''}`
}

/** The caller's own channel of that id, when it has not expired; `not.found` otherwise. */
export async function ownChannel(
  store: Store,
  channelId: string,
  { principal, outside }: Pick<Context, 'principal' | 'outside'>,
): Promise<NotificationChannel> {
  const channel = await store.records.get('notificationChannel', channelId)
  if (
    channel === undefined ||
    channel.expiresMs <= outside.clock.now() ||
    channel.name !== ownerName(principal)
  ) {
    throw new AppError(
      'not.found',
      'There is no notification channel {id}, or it has expired: make one with POST /api/v2/notifications/channels.',
      { params: { id: channelId } },
    )
  }
  return channel
}

/** A channel as the vendor's model `Channel` has it. */
export function presentChannel(channel: NotificationChannel, publicUrl: string) {
  return {
    connectUri: `${publicUrl.replace(/^http/, 'ws')}${socketPath}/${channel.id}`,
    id: channel.id,
    expires: isoTime(channel.expiresMs),
  }
}
