import type { AnyOperation } from '../operation.ts'
import { getConversationsMessagingIntegrations } from './get-conversations-messaging-integrations.ts'
import {
  deleteOpenIntegration,
  getOpenIntegration,
  getOpenIntegrations,
  patchOpenIntegration,
  postOpenIntegration,
} from './open-integrations.ts'
import {
  deleteMessagingSetting,
  deleteMessagingSettingDefault,
  getMessagingSetting,
  getMessagingSettingDefault,
  getMessagingSettings,
  patchMessagingSetting,
  postMessagingSettings,
  putMessagingSettingDefault,
} from './settings.ts'
import {
  deleteSupportedContent,
  getSupportedContent,
  getSupportedContentDefault,
  getSupportedContents,
  patchSupportedContent,
  postSupportedContent,
  putSupportedContentDefault,
} from './supported-content.ts'
import { getThreadingTimeline, putThreadingTimeline } from './threading-timeline.ts'

/** Operations on messaging integrations and what governs them. */
export const messagingOperations: readonly AnyOperation[] = [
  deleteMessagingSetting,
  deleteMessagingSettingDefault,
  deleteOpenIntegration,
  deleteSupportedContent,
  getConversationsMessagingIntegrations,
  getMessagingSetting,
  getMessagingSettingDefault,
  getMessagingSettings,
  getOpenIntegration,
  getOpenIntegrations,
  getSupportedContent,
  getSupportedContentDefault,
  getSupportedContents,
  getThreadingTimeline,
  patchMessagingSetting,
  patchOpenIntegration,
  patchSupportedContent,
  postMessagingSettings,
  putMessagingSettingDefault,
  postOpenIntegration,
  postSupportedContent,
  putSupportedContentDefault,
  putThreadingTimeline,
]
