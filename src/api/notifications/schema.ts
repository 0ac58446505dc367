import Type from 'typebox'
import { Id } from '../schema.ts'

/** The vendor's `Channel`. */
export const Channel = Type.Object({
  connectUri: Type.String(),
  id: Type.String(),
  expires: Type.String(),
})

/** The vendor's `ChannelTopicEntityListing`. */
export const ChannelTopics = Type.Object({
  entities: Type.Array(
    Type.Object({
      id: Type.String(),
      state: Type.Enum(['Permitted', 'Rejected']),
      rejectionReason: Type.Optional(Type.String()),
      missingPermissions: Type.Optional(Type.Array(Type.String())),
      selfUri: Type.String(),
    }),
  ),
})

/** Path of the operations on one channel. */
export const ChannelPath = Type.Object({ channelId: Id })

/** What is subscribed to: an array of topics by id. */
export const TopicsBody = Type.Array(
  Type.Object({ id: Type.String({ minLength: 1, maxLength: 200 }) }),
)

/** Whether topics that are refused are left out, or fail the whole request. */
export const SubscribeQuery = Type.Object({ ignoreErrors: Type.Optional(Type.Boolean()) })

/** Path of the subscriptions of a channel. */
export const subscriptionsPath = '/api/v2/notifications/channels/{channelId}/subscriptions'
