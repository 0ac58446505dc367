import type { AnyOperation } from '../operation.ts'
import {
  getConversationsEmail,
  getConversationsEmailSettings,
  getConversationsEmails,
  patchConversationsEmail,
  postConversationsEmailReconnect,
} from './conversations.ts'
import {
  deleteConversationsEmailMessagesDraftAttachment,
  postConversationsEmailMessagesDraftAttachmentsCopy,
  postConversationsEmailMessagesDraftAttachmentsUploads,
} from './draft-files.ts'
import {
  getConversationsEmailMessagesDraft,
  patchConversationsEmailMessagesDraft,
  putConversationsEmailMessagesDraft,
} from './drafts.ts'
import { signalboxLinkEmail } from './links.ts'
import {
  getConversationsEmailMessage,
  getConversationsEmailMessages,
  postConversationsEmailMessages,
} from './messages.ts'
import {
  postConversationsEmailInboundmessages,
  postConversationsEmails,
  postConversationsEmailsAgentless,
} from './open.ts'
import {
  patchConversationsEmailParticipant,
  patchConversationsEmailParticipantAttributes,
  patchConversationsEmailParticipantCommunication,
  patchConversationsEmailParticipantParkingstate,
  postConversationsEmailParticipantReplace,
} from './participants.ts'
import {
  getConversationsEmailParticipantCommunicationWrapup,
  getConversationsEmailParticipantWrapup,
  getConversationsEmailParticipantWrapupcodes,
  postConversationsEmailParticipantCommunicationWrapup,
} from './wrapup.ts'

/** Operations on e-mail conversations, their mails and drafts. */
export const emailOperations: readonly AnyOperation[] = [
  deleteConversationsEmailMessagesDraftAttachment,
  getConversationsEmail,
  getConversationsEmailMessage,
  getConversationsEmailMessages,
  getConversationsEmailMessagesDraft,
  getConversationsEmailParticipantCommunicationWrapup,
  getConversationsEmailParticipantWrapup,
  getConversationsEmailParticipantWrapupcodes,
  getConversationsEmailSettings,
  getConversationsEmails,
  patchConversationsEmail,
  patchConversationsEmailMessagesDraft,
  patchConversationsEmailParticipant,
  patchConversationsEmailParticipantAttributes,
  patchConversationsEmailParticipantCommunication,
  patchConversationsEmailParticipantParkingstate,
  postConversationsEmailInboundmessages,
  postConversationsEmailMessages,
  postConversationsEmailMessagesDraftAttachmentsCopy,
  postConversationsEmailMessagesDraftAttachmentsUploads,
  postConversationsEmailParticipantCommunicationWrapup,
  postConversationsEmailParticipantReplace,
  postConversationsEmailReconnect,
  postConversationsEmails,
  postConversationsEmailsAgentless,
  putConversationsEmailMessagesDraft,
  signalboxLinkEmail,
]
