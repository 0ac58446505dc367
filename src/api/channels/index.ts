import type { AnyOperation } from '../operation.ts'
import {
  getConversationsCobrowsesession,
  getConversationsCobrowsesessions,
  patchConversationsCobrowsesession,
  patchConversationsCobrowsesessionParticipant,
  patchConversationsCobrowsesessionParticipantAttributes,
  patchConversationsCobrowsesessionParticipantCommunication,
  postConversationsCobrowsesessionParticipantReplace,
} from './cobrowse.ts'
import { postConversationsFaxes } from './faxes.ts'
import {
  getConversationCommunicationInternalmessage,
  getConversationCommunicationInternalmessages,
  getConversationsInternalmessage,
  getConversationsInternalmessages,
  postConversationCommunicationInternalmessages,
  postConversationParticipantInternalmessagesUsersCommunications,
} from './internal-messages.ts'
import {
  getConversationsVideoDetails,
  getConversationsVideosMeeting,
  postConversationsVideosMeetings,
} from './videos.ts'
import { wrapupOperations } from './wrapup.ts'

/** Operations on internal messages, cobrowse, social and video conversations, and on faxes. */
export const channelOperations: readonly AnyOperation[] = [
  getConversationsCobrowsesession,
  getConversationsCobrowsesessions,
  patchConversationsCobrowsesession,
  patchConversationsCobrowsesessionParticipant,
  patchConversationsCobrowsesessionParticipantAttributes,
  patchConversationsCobrowsesessionParticipantCommunication,
  postConversationsCobrowsesessionParticipantReplace,
  getConversationCommunicationInternalmessage,
  getConversationCommunicationInternalmessages,
  getConversationsInternalmessage,
  getConversationsInternalmessages,
  postConversationCommunicationInternalmessages,
  postConversationParticipantInternalmessagesUsersCommunications,
  getConversationsVideoDetails,
  getConversationsVideosMeeting,
  postConversationsVideosMeetings,
  postConversationsFaxes,
  ...wrapupOperations,
]
