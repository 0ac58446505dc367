import { isoTime } from '../../clock.ts'
import {
  type Communication,
  type Conversation,
  currentLeg,
  type Participant,
  type Segment,
} from '../../domain/conversation.ts'
import { transferState } from '../../domain/conversation-transfer.ts'
import type { EmailAttachment } from '../../domain/email.ts'
import type { Message } from '../../domain/message.ts'
import { normalizedMessage, type PlatformEnd } from '../../domain/normalized-message.ts'
import type { Receipt } from '../../domain/receipt.ts'
import type { EmailSummary } from '../../store/email-store.ts'
import { legsByMedium } from './channel-legs.ts'
import { emailLegs, noLegs } from './email-legs.ts'
import { afterCallWork, wrapupFields } from './present-wrapup.ts'

/** What presenting a conversation needs besides itself. */
export interface Around {
  /** The conversation's messages, oldest first. */
  readonly messages: readonly Message[]
  readonly divisionId: string
  /** Of an e-mail conversation: its mails, oldest first, and the files of what is being written. */
  readonly emails?: readonly EmailSummary[]
  readonly draftFiles?: readonly EmailAttachment[]
}

/** The generic view (vendor model `Conversation`): participants with arrays of communications, one a medium. */
export function presentConversation(conversation: Conversation, around: Around) {
  return {
    id: conversation.id,
    startTime: isoTime(conversation.startMs),
    ...(conversation.endMs === undefined ? {} : { endTime: isoTime(conversation.endMs) }),
    address: conversation.customer.id,
    participants: conversation.participants.map((participant) =>
      presentParticipant(participant, conversation, around),
    ),
    conversationIds: [],
    recentTransfers: presentTransfers(conversation),
    recordingState: 'NONE',
    divisions: [{ division: divisionRef(around.divisionId), entities: [] }],
    selfUri: `/api/v2/conversations/${conversation.id}`,
  }
}

function presentParticipant(participant: Participant, conversation: Conversation, around: Around) {
  const leg = currentLeg(participant)
  const legs = participant.communications.map((one) =>
    presentCommunication(one, { participant, conversation, around }),
  )
  return {
    id: participant.id,
    startTime: isoTime(participant.startMs),
    ...optionalTime('endTime', participant.endMs),
    ...optionalTime('connectedTime', leg?.connectedMs),
    ...optional('name', participant.name),
    ...userRefs(participant),
    ...optional('queueId', participant.queueId),
    ...optional('queueName', participant.queueName),
    purpose: participant.purpose,
    participantType: participantType(participant),
    wrapupRequired: participant.wrapupRequired,
    ...wrapupFields(participant),
    address: participant.address,
    attributes: participant.attributes,
    ...optional('alertingTimeoutMs', participant.alertingTimeoutMs),
    mediaRoles: mediaRoles(participant),
    ...optional('monitoredParticipantId', participant.monitoredParticipantId),
    ...noLegs,
    emails: emailLegs(participant, legs, { conversation, ...around }),
    ...legsByMedium(participant, legs, { conversation, ...around }),
  }
}

function presentCommunication(
  leg: Communication,
  {
    participant,
    conversation,
    around,
  }: {
    readonly participant: Participant
    readonly conversation: Conversation
    readonly around: Around
  },
) {
  const ends = endsOf(conversation, participant)
  return {
    id: leg.id,
    state: leg.state,
    initialState: leg.alertingMs === undefined ? 'connected' : 'alerting',
    held: leg.held,
    direction: leg.direction,
    ...optional('disconnectType', leg.disconnectType),
    ...optionalTime('startAlertingTime', leg.alertingMs),
    ...optionalTime('connectedTime', leg.connectedMs),
    ...optionalTime('disconnectedTime', leg.endMs),
    ...optionalTime('parkTime', leg.parkedMs),
    ...optionalTime('resumeTime', leg.resumeMs),
    ...optional('peerId', leg.peerId),
    provider: 'PureCloud Messaging',
    type: conversation.channel,
    segments: leg.segments.map(presentSegment),
    toAddress: ends.to,
    fromAddress: ends.from,
    messages: around.messages
      .filter(({ communicationId }) => communicationId === leg.id)
      .map((message) => presentMessageDetails(message)),
    afterCallWork: afterCallWork(participant),
    afterCallWorkRequired: participant.wrapupRequired,
  }
}

/** The media view (vendor model `MessageConversation`): one flattened participant each, no communication ids but `peer`. */
export function presentMessageConversation(conversation: Conversation, around: Around) {
  return {
    id: conversation.id,
    ...optional('name', conversation.customer.nickname),
    participants: conversation.participants.map((participant) =>
      presentMediaParticipant(participant, conversation, around),
    ),
    ...presentSurroundings(conversation, around),
    selfUri: `/api/v2/conversations/messages/${conversation.id}`,
  }
}

/** What every media view ends with. */
export function presentSurroundings(conversation: Conversation, around: Around) {
  return {
    otherMediaUris: [],
    recentTransfers: presentTransfers(conversation),
    divisions: [{ division: divisionRef(around.divisionId), entities: [] }],
  }
}

/** One flattened participant of a media view. */
export function presentMediaParticipant(
  participant: Participant,
  conversation: Conversation,
  around: Around,
) {
  const leg = currentLeg(participant)
  const ends = endsOf(conversation, participant)
  const legIds = new Set(participant.communications.map(({ id }) => id))
  return {
    id: participant.id,
    ...optional('name', participant.name),
    address: participant.address,
    startTime: isoTime(participant.startMs),
    ...optionalTime('connectedTime', leg?.connectedMs),
    ...optionalTime('endTime', participant.endMs),
    ...optionalTime('startHoldTime', undefined),
    purpose: participant.purpose,
    state: leg?.state ?? 'none',
    direction: leg?.direction ?? 'inbound',
    ...optional('disconnectType', leg?.disconnectType),
    held: leg?.held ?? false,
    wrapupRequired: participant.wrapupRequired,
    ...wrapupFields(participant),
    ...(participant.userId === undefined
      ? {}
      : {
          user: {
            id: participant.userId,
            ...optional('name', participant.name),
            selfUri: `/api/v2/users/${participant.userId}`,
          },
        }),
    ...(participant.queueId === undefined
      ? {}
      : {
          queue: {
            id: participant.queueId,
            selfUri: `/api/v2/routing/queues/${participant.queueId}`,
          },
        }),
    attributes: participant.attributes,
    ...optional('alertingTimeoutMs', participant.alertingTimeoutMs),
    provider: 'PureCloud Messaging',
    ...optional('peer', leg?.peerId),
    mediaRoles: mediaRoles(participant),
    ...optional('monitoredParticipantId', participant.monitoredParticipantId),
    ...optionalTime('parkTime', leg?.parkedMs),
    ...optionalTime('resumeTime', leg?.resumeMs),
    conversationRoutingData: routingData(participant),
    toAddress: ends.to,
    fromAddress: ends.from,
    type: conversation.channel,
    messages: around.messages
      .filter(({ communicationId }) => legIds.has(communicationId))
      .map((message) => presentMessageDetails(message)),
  }
}

/** What was asked of the queue (vendor model `ConversationRoutingData`). */
function routingData({ queueId, asks = {} }: Participant) {
  const { languageId, priority = 0, skillIds = [] } = asks
  return {
    ...(queueId === undefined ? {} : { queue: { id: queueId } }),
    ...(languageId === undefined ? {} : { language: { id: languageId } }),
    priority,
    skills: skillIds.map((id) => ({ id })),
  }
}

/** One message inside a conversation view (vendor model `MessageDetails`): no text, an id to fetch it by. */
function presentMessageDetails(message: Message) {
  return {
    messageId: message.id,
    messageURI: `/api/v2/conversations/messages/${message.conversationId}/messages/${message.id}`,
    messageStatus: message.status,
    ...optional('messageSegmentCount', message.segments),
    messageTime: isoTime(message.timeMs),
    messageMetadata: {
      type: message.kind,
      content: message.content.map(({ contentType }) => ({ contentType })),
    },
    ...(message.error === undefined ? {} : { errorInfo: presentError(message) }),
  }
}

function presentError(message: Message) {
  return {
    message: message.error?.message ?? '',
    code: message.error?.code ?? 'GeneralError',
    status: 400,
    ...(message.error?.providerCode === undefined
      ? {}
      : { messageParams: { providerCode: message.error.providerCode } }),
    contextId: message.id,
    details: [],
    errors: [],
  }
}

export interface MessageAround {
  readonly conversation: Conversation
  readonly end: PlatformEnd
  readonly receipts: readonly Receipt[]
  /** Version of the user who wrote it: the SDK's `User` must have one even where it is only named. */
  readonly authorVersion?: number
  /** Leaves out the members that the vendor dropped in 2026 (`textBody`, `media`, `stickers`). */
  readonly normalizedOnly?: boolean
}

/** One message in full (vendor model `MessageData`). Carries the dropped members too, for clients of either age. */
export function presentMessage(message: Message, around: MessageAround) {
  const { conversation, normalizedOnly = false } = around
  const normalized = normalizedMessage(message, conversation.customer, around.end)
  // Members that are undefined are left out of the JSON; with all of them named here every message has one shape.
  return {
    id: message.id,
    providerMessageId: message.providerMessageId,
    timestamp: isoTime(message.timeMs),
    fromAddress: message.fromAddress,
    toAddress: message.toAddress,
    direction: message.direction,
    messengerType: message.messengerType,
    status: message.status,
    textBody: normalizedOnly ? undefined : (message.text ?? ''),
    media: normalizedOnly ? undefined : legacyMedia(message),
    stickers: normalizedOnly ? undefined : [],
    normalizedMessage: normalized,
    normalizedReceipts: around.receipts.map((receipt) =>
      presentReceipt(receipt, normalized.channel),
    ),
    errorInfo: message.error === undefined ? undefined : presentError(message),
    createdBy: presentAuthor(message, around.authorVersion),
    conversationId: conversation.id,
    selfUri: `/api/v2/conversations/messages/${conversation.id}/messages/${message.id}`,
  }
}

function presentAuthor({ createdByUserId: id }: Message, version: number | undefined) {
  return id === undefined ? undefined : { id, version, selfUri: `/api/v2/users/${id}` }
}

function legacyMedia(message: Message) {
  return message.content.flatMap((content) => {
    const attachment: unknown = content['attachment']
    if (typeof attachment !== 'object' || attachment === null) return []
    const { url, mime, id, filename, contentSizeBytes } = Object.fromEntries(
      Object.entries(attachment),
    )
    return [{ url, mediaType: mime, id, name: filename, contentLengthBytes: contentSizeBytes }]
  })
}

function presentReceipt(receipt: Receipt, channel: object) {
  return {
    id: receipt.messageId,
    channel: { ...channel, time: isoTime(receipt.timeMs) },
    type: 'Receipt',
    status: receipt.status,
    direction: 'Outbound',
    ...(receipt.reason === undefined
      ? {}
      : {
          reasons: [
            {
              code: receipt.reason,
              message: receipt.description ?? receipt.code ?? receipt.reason,
            },
          ],
        }),
    isFinalReceipt: receipt.final,
  }
}

function presentSegment(segment: Segment) {
  return {
    startTime: isoTime(segment.startMs),
    ...optionalTime('endTime', segment.endMs),
    type: segment.type,
    ...optional('disconnectType', segment.disconnectType),
  }
}

function presentTransfers(conversation: Conversation) {
  return conversation.recentTransfers.map((transfer) => ({
    id: transfer.id,
    state: transferState(conversation, transfer),
    dateIssued: isoTime(transfer.timeMs),
    ...(transfer.initiatorId === undefined ? {} : { initiator: { userId: transfer.initiatorId } }),
    destination: {
      ...optional('userId', transfer.destinationUserId),
      ...optional('queueId', transfer.destinationQueueId),
    },
    transferType: transfer.kind,
  }))
}

function userRefs(participant: Participant) {
  if (participant.userId === undefined) return {}
  return { userId: participant.userId, userUri: `/api/v2/users/${participant.userId}` }
}

function participantType({ purpose }: Participant): string {
  if (purpose === 'customer' || purpose === 'external') return 'External'
  if (purpose === 'acd') return 'ACD'
  return purpose === 'workflow' ? 'Workflow' : 'Internal'
}

/** Who writes to whom, as this participant's leg sees it. */
function endsOf(conversation: Conversation, participant: Participant) {
  const { idType, nickname, firstName, lastName } = conversation.customer
  const isOther = participant.purpose === 'external'
  const id = isOther ? participant.address : conversation.customer.id
  const full = [firstName, lastName].filter((part) => part !== undefined).join(' ') || nickname
  const name = isOther ? participant.name : full
  const theirs = {
    ...optional('name', name),
    nameRaw: '',
    addressNormalized: id,
    addressRaw: id,
    addressDisplayable: id,
  }
  const address = conversation.platformAddress
  const ours = {
    nameRaw: '',
    addressNormalized: address,
    addressRaw: address,
    addressDisplayable: address,
  }
  const inbound = currentLeg(participant)?.direction !== 'outbound'
  return { to: inbound ? ours : theirs, from: inbound ? theirs : ours, idType }
}

function mediaRoles({ monitoredParticipantId }: Participant): readonly string[] {
  return [monitoredParticipantId === undefined ? 'full' : 'monitor']
}

function divisionRef(id: string) {
  return { id, selfUri: `/api/v2/authorization/divisions/${id}` }
}

function optional<Name extends string, Value>(
  name: Name,
  value: Value | undefined,
): { readonly [key in Name]?: Value } {
  // An absent member is left out rather than sent as null.
  return value === undefined ? {} : ({ [name]: value } as { readonly [key in Name]?: Value })
}

function optionalTime<Name extends string>(
  name: Name,
  ms: number | undefined,
): { readonly [key in Name]?: string } {
  return optional(name, ms === undefined ? undefined : isoTime(ms))
}
