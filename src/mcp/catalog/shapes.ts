import { flag, list, map, oneOf, type Params, text, whole } from './tool-spec.ts'

/** What is recorded when a conversation is wrapped up (the vendor's `WrapupInput`). */
export const wrapup: Params = {
  code: text('wrap-up code id'),
  disableEndTimeUpdates: flag(),
  durationSeconds: whole(),
  endTime: text(),
  name: text(),
  notes: text(),
  provisional: flag(),
  tags: list(),
}

/** What of a participant can be changed (`MediaParticipantRequest`). */
export const participant: Params = {
  confined: flag(),
  held: flag(),
  muted: flag(),
  recording: flag(),
  state: oneOf('connected', 'disconnected', 'parked'),
  wrapup: map('{code, notes}'),
  wrapupSkipped: flag(),
}

/** Where a conversation goes (`TransferRequest`): one of queue, user and address. */
export const transfer: Params = {
  address: text('user or queue id'),
  keepInternalMessageAlive: flag(),
  queueId: text(),
  transferType: oneOf('Attended', 'Unattended'),
  userId: text(),
  userName: text(),
  voicemail: flag(),
}

/** A whole conversation as `Conversation` has it, of which only `state` can be changed. */
export const conversation: Params = {
  address: text(),
  conversationIds: list(),
  divisions: list({ type: 'object' }),
  endTime: text(),
  externalTag: text(),
  id: text(),
  inactivityTimeout: text(),
  maxParticipants: whole(),
  name: text(),
  participants: list({ type: 'object' }, '[]'),
  recentTransfers: list({ type: 'object' }),
  recordingState: oneOf('none', 'active', 'paused'),
  securePause: flag(),
  selfUri: text(),
  startTime: text(),
  state: oneOf('disconnected'),
  utilizationLabelId: text(),
}

const draftType = oneOf('Reply', 'ReplyAll', 'Forward')

/** A reply or a draft of one (`EmailMessage`). */
export const email: Params = {
  attachments: list({ type: 'object' }),
  bcc: list({ type: 'object' }),
  cc: list({ type: 'object' }),
  draftType,
  emailSizeBytes: whole(),
  from: map('{email, name}'),
  historyIncluded: flag(),
  htmlBody: text(),
  id: text(),
  maxEmailSizeBytes: whole(),
  name: text(),
  replyTo: map(),
  selfUri: text(),
  state: oneOf('Created', 'Ready', 'Edited'),
  subject: text(),
  textBody: text(),
  time: text(),
  to: list({ type: 'object' }, '[{email, name}]'),
}

/** How a draft is to be filled (`DraftManipulationRequest`). */
export const draftChange: Params = { draftType, translate: map('header words: from, to, cc …') }

/** A prepared answer with its places filled in (`SendMessagingTemplateRequest`). */
export const template = map('{responseId, parameters: [{id, value}]}')

/** Who writes, and when (`OpenInboundMessagingChannel`). */
export const openChannel = map(
  '{from: {id, idType: Email|Phone|Opaque, nickname}, time, messageId}',
)
