import { deleteNotificationsChannelSubscriptions } from './delete-notifications-channel-subscriptions.ts'
import { getNotificationsAvailabletopics } from './get-notifications-availabletopics.ts'
import { getNotificationsChannelSubscriptions } from './get-notifications-channel-subscriptions.ts'
import { getNotificationsChannels } from './get-notifications-channels.ts'
import { headNotificationsChannel } from './head-notifications-channel.ts'
import { postNotificationsChannels } from './post-notifications-channels.ts'
import { signalboxGetFeed } from './signalbox-get-feed.ts'
import {
  postNotificationsChannelSubscriptions,
  putNotificationsChannelSubscriptions,
} from './write-notifications-channel-subscriptions.ts'

/** The operations on notification channels. */
export const notificationOperations = [
  getNotificationsAvailabletopics,
  postNotificationsChannels,
  getNotificationsChannels,
  headNotificationsChannel,
  getNotificationsChannelSubscriptions,
  postNotificationsChannelSubscriptions,
  putNotificationsChannelSubscriptions,
  deleteNotificationsChannelSubscriptions,
]

/** Operations that have routes of their own, because they are served as streams too: for the documentation only. */
export const streamedOperations = [signalboxGetFeed]
