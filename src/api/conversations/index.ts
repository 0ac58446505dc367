import type { AnyOperation } from '../operation.ts'
import { getConversation } from './get-conversation.ts'
import { getConversations } from './get-conversations.ts'
import { getConversationsMessage } from './get-conversations-message.ts'
import { getConversationsMessageDetails } from './get-conversations-message-details.ts'
import { getConversationsMessageMessage } from './get-conversations-message-message.ts'
import { getConversationsMessages } from './get-conversations-messages.ts'
import { patchConversationsMessage } from './patch-conversations-message.ts'
import { patchConversationsMessageParticipant } from './patch-conversations-message-participant.ts'
import { patchConversationsMessageParticipantAttributes } from './patch-conversations-message-participant-attributes.ts'
import { patchConversationsMessageParticipantCommunication } from './patch-conversations-message-participant-communication.ts'
import { postConversationDisconnect } from './post-conversation-disconnect.ts'
import { postConversationsMessageCommunicationMessages } from './post-conversations-message-communication-messages.ts'
import { postConversationsMessageCommunicationTyping } from './post-conversations-message-communication-typing.ts'
import { postConversationsMessageInboundOpenEvent } from './post-conversations-message-inbound-open-event.ts'
import { postConversationsMessageInboundOpenMessage } from './post-conversations-message-inbound-open-message.ts'
import { postConversationsMessageInboundOpenReceipt } from './post-conversations-message-inbound-open-receipt.ts'
import { postConversationsMessageInboundOpenStructuredResponse } from './post-conversations-message-inbound-open-structured-response.ts'
import { postConversationsMessageMessagesBulk } from './post-conversations-message-messages-bulk.ts'
import { postConversationsMessagesAgentless } from './post-conversations-messages-agentless.ts'
import { postConversationsMessagesInboundOpen } from './post-conversations-messages-inbound-open.ts'

/** Operations on conversations and their messages. */
export const conversationOperations: readonly AnyOperation[] = [
  getConversation,
  getConversations,
  getConversationsMessage,
  getConversationsMessageDetails,
  getConversationsMessageMessage,
  getConversationsMessages,
  patchConversationsMessage,
  patchConversationsMessageParticipant,
  patchConversationsMessageParticipantAttributes,
  patchConversationsMessageParticipantCommunication,
  postConversationDisconnect,
  postConversationsMessageCommunicationMessages,
  postConversationsMessageCommunicationTyping,
  postConversationsMessageInboundOpenEvent,
  postConversationsMessageInboundOpenMessage,
  postConversationsMessageInboundOpenReceipt,
  postConversationsMessageInboundOpenStructuredResponse,
  postConversationsMessageMessagesBulk,
  postConversationsMessagesAgentless,
  postConversationsMessagesInboundOpen,
]
