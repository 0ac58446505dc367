import type { AnyOperation } from '../operation.ts'
import {
  deleteConversationsMessagesCachedmediaCachedMediaItemId,
  getConversationsMessagesCachedmedia,
  getConversationsMessagesCachedmediaCachedMediaItemId,
} from './cached-media.ts'
import { getConversation } from './get-conversation.ts'
import { getConversations } from './get-conversations.ts'
import { getConversationsMessage } from './get-conversations-message.ts'
import { getConversationsMessageCommunicationMessagesMedia } from './get-conversations-message-communication-messages-media.ts'
import { getConversationsMessageCommunicationMessagesMediaMediaId } from './get-conversations-message-communication-messages-media-media-id.ts'
import { getConversationsMessageDetails } from './get-conversations-message-details.ts'
import { getConversationsMessageMessage } from './get-conversations-message-message.ts'
import { getConversationsMessageParticipantCommunicationWrapup } from './get-conversations-message-participant-communication-wrapup.ts'
import { getConversationsMessageParticipantWrapup } from './get-conversations-message-participant-wrapup.ts'
import { getConversationsMessageParticipantWrapupcodes } from './get-conversations-message-participant-wrapupcodes.ts'
import { getConversationsMessages } from './get-conversations-messages.ts'
import { patchConversationParticipant } from './patch-conversation-participant.ts'
import { patchConversationParticipantAttributes } from './patch-conversation-participant-attributes.ts'
import { patchConversationsAftercallworkConversationIdParticipantCommunication } from './patch-conversations-aftercallwork.ts'
import { patchConversationsMessage } from './patch-conversations-message.ts'
import { patchConversationsMessageParticipant } from './patch-conversations-message-participant.ts'
import { patchConversationsMessageParticipantAttributes } from './patch-conversations-message-participant-attributes.ts'
import { patchConversationsMessageParticipantCommunication } from './patch-conversations-message-participant-communication.ts'
import { patchConversationsMessageParticipantParkingstate } from './patch-conversations-message-participant-parkingstate.ts'
import { postConversationDisconnect } from './post-conversation-disconnect.ts'
import { postConversationParticipantReplace } from './post-conversation-participant-replace.ts'
import { postConversationParticipantReplaceAgent } from './post-conversation-participant-replace-agent.ts'
import { postConversationParticipantReplaceQueue } from './post-conversation-participant-replace-queue.ts'
import { postConversationsMessageCommunicationMessages } from './post-conversations-message-communication-messages.ts'
import { postConversationsMessageCommunicationMessagesMedia } from './post-conversations-message-communication-messages-media.ts'
import { postConversationsMessageCommunicationMessagesMediaUploads } from './post-conversations-message-communication-messages-media-uploads.ts'
import { postConversationsMessageCommunicationSocialmediaMessages } from './post-conversations-message-communication-socialmedia-messages.ts'
import { postConversationsMessageCommunicationTyping } from './post-conversations-message-communication-typing.ts'
import { postConversationsMessageInboundOpenEvent } from './post-conversations-message-inbound-open-event.ts'
import { postConversationsMessageInboundOpenMessage } from './post-conversations-message-inbound-open-message.ts'
import { postConversationsMessageInboundOpenReceipt } from './post-conversations-message-inbound-open-receipt.ts'
import { postConversationsMessageInboundOpenStructuredResponse } from './post-conversations-message-inbound-open-structured-response.ts'
import { postConversationsMessageMessagesBulk } from './post-conversations-message-messages-bulk.ts'
import { postConversationsMessageParticipantCommunicationWrapup } from './post-conversations-message-participant-communication-wrapup.ts'
import { postConversationsMessageParticipantMonitor } from './post-conversations-message-participant-monitor.ts'
import { postConversationsMessageParticipantReplace } from './post-conversations-message-participant-replace.ts'
import { postConversationsMessages } from './post-conversations-messages.ts'
import { postConversationsMessagesAgentless } from './post-conversations-messages-agentless.ts'
import { postConversationsMessagesInboundOpen } from './post-conversations-messages-inbound-open.ts'

/** Operations on conversations and their messages. */
export const conversationOperations: readonly AnyOperation[] = [
  deleteConversationsMessagesCachedmediaCachedMediaItemId,
  getConversationsMessagesCachedmedia,
  getConversationsMessagesCachedmediaCachedMediaItemId,
  getConversation,
  getConversations,
  getConversationsMessage,
  getConversationsMessageCommunicationMessagesMedia,
  getConversationsMessageCommunicationMessagesMediaMediaId,
  getConversationsMessageDetails,
  getConversationsMessageMessage,
  getConversationsMessageParticipantCommunicationWrapup,
  getConversationsMessageParticipantWrapup,
  getConversationsMessageParticipantWrapupcodes,
  getConversationsMessages,
  patchConversationParticipant,
  patchConversationParticipantAttributes,
  patchConversationsAftercallworkConversationIdParticipantCommunication,
  patchConversationsMessage,
  patchConversationsMessageParticipant,
  patchConversationsMessageParticipantAttributes,
  patchConversationsMessageParticipantCommunication,
  patchConversationsMessageParticipantParkingstate,
  postConversationDisconnect,
  postConversationParticipantReplace,
  postConversationParticipantReplaceAgent,
  postConversationParticipantReplaceQueue,
  postConversationsMessageCommunicationMessages,
  postConversationsMessageCommunicationMessagesMedia,
  postConversationsMessageCommunicationMessagesMediaUploads,
  postConversationsMessageCommunicationSocialmediaMessages,
  postConversationsMessageCommunicationTyping,
  postConversationsMessageInboundOpenEvent,
  postConversationsMessageInboundOpenMessage,
  postConversationsMessageInboundOpenReceipt,
  postConversationsMessageInboundOpenStructuredResponse,
  postConversationsMessageMessagesBulk,
  postConversationsMessageParticipantCommunicationWrapup,
  postConversationsMessageParticipantMonitor,
  postConversationsMessageParticipantReplace,
  postConversationsMessages,
  postConversationsMessagesAgentless,
  postConversationsMessagesInboundOpen,
]
