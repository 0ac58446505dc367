import type { Context } from '../../context.ts'
import { AppError } from '../../errors.ts'
import { channelLifeMs, ownChannel, topicsMax } from './channel.ts'
import { judgeTopic, type TopicVerdict } from './topics.ts'

export interface Subscribing {
  readonly channelId: string
  readonly topicIds: readonly string[]
  /** Adds to the topics that there are, or replaces them. */
  readonly how: 'add' | 'replace'
  /** Leaves refused topics out instead of failing the whole request. */
  readonly ignoreErrors: boolean
}

/**
 * Subscribes a channel to topics, and renews its life. `missing.permissions` names the topics that the caller may not
 * have, `bad.request` those that there are not (developer announcement of December 2021 on forbidden topics).
 */
export async function subscribe(
  subscribing: Subscribing,
  context: Context,
): Promise<readonly TopicVerdict[]> {
  const verdicts = [...new Set(subscribing.topicIds)].map((id) => judgeTopic(id, context.principal))
  if (!subscribing.ignoreErrors) refuse(verdicts)
  const permitted = verdicts.filter(({ state }) => state === 'Permitted').map(({ id }) => id)
  await context.store.transaction(async (store) => {
    const channel = await ownChannel(store, subscribing.channelId, context)
    const topics = [
      ...new Set(subscribing.how === 'add' ? [...channel.topics, ...permitted] : permitted),
    ]
    if (topics.length > topicsMax) {
      throw new AppError(
        'bad.request',
        'A channel takes {max} topics at the most; this would make {count}: use another channel.',
        { params: { max: String(topicsMax), count: String(topics.length) } },
      )
    }
    const now = context.outside.clock.now()
    await store.records.save('notificationChannel', {
      ...channel,
      topics,
      expiresMs: now + channelLifeMs,
      modifiedMs: now,
      version: channel.version + 1,
    })
  })
  return verdicts
}

function refuse(verdicts: readonly TopicVerdict[]): void {
  const rejected = verdicts.flatMap((verdict) => (verdict.state === 'Rejected' ? [verdict] : []))
  const unknown = rejected.filter(({ missingPermissions }) => missingPermissions.length === 0)
  if (unknown.length > 0) {
    throw new AppError(
      'bad.request',
      'There are no such topics: {topics}. GET /api/v2/notifications/availabletopics lists those that there are.',
      about(unknown),
    )
  }
  if (rejected.length > 0) {
    throw new AppError(
      'missing.permissions',
      'You may not subscribe to: {topics}. You are missing the following permission(s): {permissions}',
      about(rejected),
    )
  }
}

function about(rejected: readonly Extract<TopicVerdict, { readonly state: 'Rejected' }>[]) {
  const permissions = new Set(rejected.flatMap(({ missingPermissions }) => missingPermissions))
  return {
    params: {
      topics: rejected.map(({ id }) => id).join(', '),
      ...(permissions.size === 0 ? {} : { permissions: [...permissions].join(', ') }),
    },
    details: rejected.map(({ id }) => ({ entityId: id, entityName: 'topic' })),
  }
}

/** Topics as the vendor's model `ChannelTopicEntityListing` has them. */
export function presentTopics(channelId: string, verdicts: readonly TopicVerdict[]) {
  const selfUri = `/api/v2/notifications/channels/${channelId}/subscriptions`
  return { entities: verdicts.map((verdict) => ({ ...verdict, selfUri })) }
}
