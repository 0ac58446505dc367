import { isoTime } from '../../clock.ts'
import { type Conversation, currentLeg, type Participant } from '../../domain/conversation.ts'
import type { Channel } from '../../domain/message.ts'
import type { Around } from './present.ts'

/** What a communication has in common, whatever its medium; each medium leaves out what its model lacks. */
interface Leg {
  readonly type: string
  readonly toAddress: object
  readonly fromAddress: object
  readonly messages: readonly object[]
}

/**
 * Communications of a participant, each in the array of its medium (vendor model `Participant`); the other arrays are
 * there, and empty. E-mails have their own. Guess: the model has no array for faxes, so they are among `messages`.
 */
export function legsByMedium<Own extends Leg>(
  participant: Participant,
  legs: readonly Own[],
  { conversation, messages }: { readonly conversation: Conversation } & Around,
) {
  const { channel } = conversation
  const only = (...channels: readonly Channel[]) => (channels.includes(channel) ? legs : [])
  return {
    cobrowsesessions: only('cobrowse').map((leg) => ({
      ...plain(leg),
      self: leg.toAddress,
      ...cobrowseFacts(participant, conversation),
    })),
    socialExpressions: only('social').map((leg) => ({
      ...plain(leg),
      ...socialFacts(conversation),
    })),
    videos: only('video').map((leg) => ({
      ...plain(leg),
      self: leg.toAddress,
      ...videoFacts(conversation),
    })),
    internalMessages: only('internalmessage').map((leg) => ({
      ...plain(leg),
      toAddress: leg.toAddress,
      fromAddress: leg.fromAddress,
      ...internalRefs(conversation),
      messages: internalDetails(messages),
    })),
    messages: only('open', 'sms', 'fax'),
  }
}

/** A leg without what only messages have. */
function plain<Own extends Leg>(leg: Own) {
  const { type: _type, toAddress: _to, fromAddress: _from, messages: _messages, ...rest } = leg
  return rest
}

/**
 * What the vendor's `Cobrowsesession` and `CobrowseMediaParticipant` have in common. The customer shares his page, the
 * others look at it. Guess: nobody controls another's page, so `controlling` is empty.
 */
export function cobrowseFacts(participant: Participant, { cobrowse }: Conversation) {
  const sinceMs = currentLeg(participant)?.connectedMs
  return {
    provider: 'PureCloud Cobrowse',
    cobrowseSessionId: cobrowse?.sessionId ?? '',
    cobrowseRole: participant.purpose === 'customer' ? 'sharer' : 'viewer',
    controlling: [],
    ...(cobrowse?.viewerUrl === undefined ? {} : { viewerUrl: cobrowse.viewerUrl }),
    ...(sinceMs === undefined ? {} : { providerEventTime: isoTime(sinceMs) }),
  }
}

function socialFacts({ social }: Conversation) {
  return {
    provider: social?.hub ?? '',
    socialMediaId: social?.mediaId ?? '',
    socialMediaHub: social?.hub ?? '',
    socialUserName: social?.userName ?? '',
    previewText: social?.previewText ?? '',
  }
}

function videoFacts({ video, participants }: Conversation) {
  const connected = participants.filter((one) => currentLeg(one)?.state === 'connected')
  return {
    provider: 'PureCloud Video',
    context: video?.conferenceId ?? '',
    audioMuted: false,
    videoMuted: false,
    sharingScreen: false,
    peerCount: Math.max(0, connected.filter(({ purpose }) => purpose !== 'acd').length - 1),
    msids: [],
  }
}

function internalRefs({ internal }: Conversation) {
  return {
    provider: 'PureCloud Internal Messaging',
    targetUserId: internal?.targetUserId ?? '',
    sourceUserId: internal?.sourceUserId ?? '',
  }
}

/** Internal messages as a view of their conversation lists them (vendor model `InternalMessageDetails`). */
export function internalDetails(messages: Around['messages']) {
  return messages.map(({ id, timeMs }) => ({ messageId: id, messageTime: isoTime(timeMs) }))
}
