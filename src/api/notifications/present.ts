import { isoTime } from '../../clock.ts'
import type { Communication, Conversation, Participant } from '../../domain/conversation.ts'
import type { Detail } from '../../domain/conversation-legs.ts'
import { type Channel, isMessenger } from '../../domain/message.ts'
import type { AgentState } from '../../store/store.ts'
import { presentCobrowse } from '../channels/present.ts'
import {
  type Around,
  presentConversation,
  presentMessageConversation,
} from '../conversations/present.ts'
import { presentEmailConversation } from '../emails/present.ts'

type WithMessageId = { readonly messageId: string; readonly messageURI: string }

/** A message's entry as events carry it: `message{id,uri}` where the resource has `messageId` and `messageURI`. */
function eventMessage<Entry extends WithMessageId>({ messageId, messageURI, ...rest }: Entry) {
  return { message: { id: messageId, uri: messageURI }, ...rest }
}

/** Body of the topics for message conversations (vendor `ConversationMessageEventTopicConversation`): the whole media view. */
export function presentMessageEvent(conversation: Conversation, around: Around) {
  const view = presentMessageConversation(conversation, around)
  return {
    id: view.id,
    ...('name' in view ? { name: view.name } : {}),
    address: conversation.customer.id,
    participants: view.participants.map((participant, index) => ({
      ...participant,
      initialState: initialStateOf(conversation.participants[index]),
      messages: participant.messages.map(eventMessage),
    })),
    divisions: view.divisions,
    otherMediaUris: view.otherMediaUris,
  }
}

/** Body of the topics for e-mail conversations (vendor `QueueConversationEmailEventTopicEmailConversation`). */
function presentEmailEvent(conversation: Conversation, around: Around) {
  const {
    selfUri: _self,
    recentTransfers: _transfers,
    ...view
  } = presentEmailConversation(conversation, around)
  return { ...view, address: conversation.customer.id }
}

/**
 * Body of the topics of one medium. Social and video conversations are told in the generic view, as the vendor's
 * `QueueConversationSocialExpressionEventTopicConversation` and its like are.
 */
export function presentMediumEvent(conversation: Conversation, around: Around): object {
  if (isMessenger(conversation.channel)) return presentMessageEvent(conversation, around)
  if (conversation.channel === 'email') return presentEmailEvent(conversation, around)
  if (conversation.channel !== 'cobrowse') return presentConversationEvent(conversation, around)
  const {
    selfUri: _self,
    recentTransfers: _transfers,
    ...view
  } = presentCobrowse(conversation, around)
  return { ...view, address: conversation.customer.id }
}

/** Body of the topics for all media (vendor `ConversationEventTopicConversation`): the whole generic view. */
export function presentConversationEvent(conversation: Conversation, around: Around) {
  const {
    selfUri: _self,
    conversationIds: _ids,
    ...view
  } = presentConversation(conversation, around)
  return {
    ...view,
    participants: view.participants.map((participant) => ({
      ...participant,
      messages: participant.messages.map((leg) => ({
        ...leg,
        messages: leg.messages.map(eventMessage),
      })),
    })),
  }
}

function initialStateOf(participant: Participant | undefined): string {
  return participant?.communications[0]?.alertingMs === undefined ? 'connected' : 'alerting'
}

/** Body of the typing topic (vendor `V2ConversationMessageTypingEventForUserTopicMessageData`). */
export function presentTypingEvent(
  conversation: Conversation,
  typing: { readonly id: string; readonly timeMs: number; readonly durationMs: number },
) {
  return {
    conversationId: conversation.id,
    normalizedMessage: {
      id: typing.id,
      type: 'Event',
      direction: 'Inbound',
      channel: {
        platform: conversation.channel === 'sms' ? 'Sms' : 'Open',
        type: 'Private',
        from: { id: conversation.customer.id, idType: conversation.customer.idType },
        to: { id: conversation.platformAddress },
        time: isoTime(typing.timeMs),
      },
      events: [{ eventType: 'Typing', typing: { type: 'On', duration: typing.durationMs } }],
    },
  }
}

/** `Available` → `AVAILABLE`, `OnQueue` → `ON_QUEUE`: system presences as events spell them. */
function systemPresence(presence: string): string {
  return presence.replace(/([a-z])[ _]?([A-Z])/g, '$1_$2').toUpperCase()
}

/** Body of a user's presence topic (vendor `PresenceEventUserPresence`). */
export function presentPresenceEvent(agent: AgentState) {
  return {
    source: 'PURECLOUD',
    presenceDefinition: { id: agent.presence, systemPresence: systemPresence(agent.presence) },
    presenceMessage: '',
    modifiedDate: isoTime(agent.presenceSinceMs),
  }
}

function routingStatus(agent: AgentState) {
  return { status: agent.routingStatus, startTime: isoTime(agent.routingSinceMs) }
}

/** Body of a user's routing status topic (vendor `UserRoutingStatusUserRoutingStatus`). */
export function presentRoutingStatusEvent(agent: AgentState) {
  return { id: agent.userId, routingStatus: routingStatus(agent) }
}

/** Body of a user's activity topic: routing status and presence in one. */
export function presentActivityEvent(agent: AgentState) {
  return {
    id: agent.userId,
    routingStatus: routingStatus(agent),
    presence: presentPresenceEvent(agent),
  }
}

/** Body of a queue's topic for its members (vendor `QueueUserEventTopicQueueMember`). */
export function presentQueueMemberEvent(agent: AgentState, queueId: string, joined: boolean) {
  return {
    id: agent.userId,
    queueId,
    joined,
    user: { id: agent.userId },
    routingStatus: { userId: agent.userId, ...routingStatus(agent) },
    presence: presentPresenceEvent(agent),
  }
}

/** Body of a user's summary topic: conversations under way, by medium. */
export function presentSummaryEvent(userId: string, active: readonly Conversation[]) {
  const countOf = (isOf: (channel: Channel) => boolean) => {
    const ofMedium = active.filter(({ channel }) => isOf(channel))
    const contactCenter = ofMedium.filter(({ participants }) =>
      participants.some((one) => one.userId === userId && one.queueId !== undefined),
    ).length
    return {
      contactCenter: { active: contactCenter },
      enterprise: { active: ofMedium.length - contactCenter },
    }
  }
  return {
    userId,
    message: countOf(isMessenger),
    email: countOf((channel) => channel === 'email'),
    socialExpression: countOf((channel) => channel === 'social'),
    video: countOf((channel) => channel === 'video'),
  }
}

/** Body of a detail event: flat, words in upper case, times in epoch milliseconds. */
export function presentDetailEvent(conversation: Conversation, detail: Detail, timeMs: number) {
  const participant = conversation.participants.find(({ id }) => id === detail.participantId)
  const leg = legAt(participant, timeMs)
  const inbound = leg?.direction !== 'outbound'
  const { id: customer } = conversation.customer
  return {
    eventTime: timeMs,
    conversationId: conversation.id,
    participantId: detail.participantId,
    ...(leg === undefined ? {} : { sessionId: leg.id, direction: leg.direction.toUpperCase() }),
    ...mediumFields(conversation),
    addressFrom: inbound ? customer : conversation.platformAddress,
    addressTo: inbound ? conversation.platformAddress : customer,
    ...(participant?.userId === undefined ? {} : { userId: participant.userId }),
    ...(participant?.queueId === undefined ? {} : { queueId: participant.queueId }),
    ...(detail.name.endsWith('.end') ? endOf(leg) : {}),
    ...(detail.name === 'attributes' ? { attributes: participant?.attributes ?? {} } : {}),
    ...(detail.name === 'wrapup' || detail.name === 'acw' ? wrapupOf(participant) : {}),
  }
}

function mediumFields({ channel, email }: Conversation) {
  if (channel === 'email') return { mediaType: 'EMAIL', provider: email?.provider ?? '' }
  if (!isMessenger(channel)) return { mediaType: channel.toUpperCase() }
  const messageType = channel.toUpperCase()
  return { mediaType: 'MESSAGE', messageType, provider: 'PureCloud Messaging' }
}

/** The leg that the participant had at that time; the conversation may have moved on since. */
function legAt(participant: Participant | undefined, timeMs: number): Communication | undefined {
  return participant?.communications.findLast(({ startMs }) => startMs <= timeMs)
}

function endOf(leg: Communication | undefined) {
  const { disconnectType, connectedMs, endMs } = leg ?? {}
  return {
    ...(disconnectType === undefined
      ? {}
      : { disconnectType: disconnectType.replaceAll('.', '_').toUpperCase() }),
    ...(connectedMs === undefined || endMs === undefined
      ? {}
      : { interactingDurationMs: endMs - connectedMs }),
  }
}

function wrapupOf(participant: Participant | undefined) {
  const wrapup = participant?.wrapup
  if (wrapup === undefined) return {}
  return {
    wrapupCode: wrapup.code,
    ...(wrapup.notes === undefined ? {} : { wrapupNotes: wrapup.notes }),
    ...(wrapup.durationSeconds === undefined
      ? {}
      : { wrapupDurationMs: wrapup.durationSeconds * 1000 }),
  }
}
