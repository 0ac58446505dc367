import {
  activeUserIds,
  type Conversation,
  engagedUserIds,
  queueIdsOf,
} from '../../domain/conversation.ts'
import { isMessenger } from '../../domain/message.ts'
import type { AgentState, FeedEntry, FeedEvent, Store } from '../../store/store.ts'
import { around } from '../conversations/around.ts'
import { deskView } from '../conversations/desk-view.ts'
import type { Around } from '../conversations/present.ts'
import {
  presentActivityEvent,
  presentConversationEvent,
  presentDetailEvent,
  presentMediumEvent,
  presentPresenceEvent,
  presentQueueMemberEvent,
  presentRoutingStatusEvent,
  presentSummaryEvent,
  presentTypingEvent,
} from './present.ts'

/** What is to be said on one topic; the body is JSON already. */
export interface TopicEvent {
  readonly topicName: string
  readonly body: string
}

/** What somebody listens to. */
export interface Wanted {
  has(topicName: string): boolean
  /** Whether whole conversations of any user or queue are wanted. */
  readonly conversations: boolean
  /** Queues whose members are wanted. */
  readonly memberQueueIds: readonly string[]
}

/**
 * What an entry of the feed means for the topics that somebody wants. Reads nothing when nobody does, and the
 * conversation once however many want it; each shape of it is made once.
 */
export async function topicEventsOf(
  entry: FeedEntry,
  wanted: Wanted,
  store: Store,
): Promise<readonly TopicEvent[]> {
  const { event } = entry
  switch (event.type) {
    case 'conversation':
      return conversationEvents({ entry, event, wanted, store })
    case 'message':
      return messageEvents(event, wanted, store)
    case 'typing':
      return typingEvents({ entry, event, wanted, store })
    case 'agent':
      return agentEvents(event, wanted, store)
    case 'delivery':
    case 'consent':
    case 'campaign':
      return []
  }
}

type Of<Type extends FeedEvent['type']> = Extract<FeedEvent, { readonly type: Type }>

interface Given<Type extends FeedEvent['type']> {
  readonly entry: FeedEntry
  readonly event: Of<Type>
  readonly wanted: Wanted
  readonly store: Store
}

async function conversationEvents(given: Given<'conversation'>): Promise<readonly TopicEvent[]> {
  const { entry, event, wanted, store } = given
  const topics = conversationTopics(event.userIds, event.queueIds, wanted)
  const details = event.details
    .map((detail) => ({
      detail,
      topicName: `v2.detail.events.conversation.${event.conversationId}.${detail.name}`,
    }))
    .filter(({ topicName }) => wanted.has(topicName))
  const desks = deskTopics(event.userIds, wanted)
  const summaries = await summaryEvents(event.userIds, wanted, store)
  if (topics.all.length + topics.media.length + details.length + desks.length === 0)
    return summaries
  const conversation = await store.conversations.get(event.conversationId)
  if (conversation === undefined) return summaries
  return [
    ...(await wholeConversation(store, conversation, topics)),
    ...(await deskEvents(store, conversation, { topics: desks })),
    ...details.map(({ detail, topicName }) => ({
      topicName,
      body: JSON.stringify(presentDetailEvent(conversation, detail, entry.timeMs)),
    })),
    ...summaries,
  ]
}

/** A message's event goes to those who are in the conversation now, which has to be read to know them. */
async function messageEvents(
  event: Of<'message'>,
  wanted: Wanted,
  store: Store,
): Promise<readonly TopicEvent[]> {
  if (!wanted.conversations) return []
  const conversation = await store.conversations.get(event.conversationId)
  if (conversation === undefined) return []
  const topics = conversationTopics(activeUserIds(conversation), queueIdsOf(conversation), wanted)
  const desks = deskTopics(engagedUserIds(conversation), wanted)
  return [
    ...(await wholeConversation(store, conversation, topics)),
    ...(await deskEvents(store, conversation, { topics: desks, messageId: event.messageId })),
  ]
}

function deskTopics(userIds: readonly string[], wanted: Wanted): readonly string[] {
  return userIds
    .map((id) => `v2.users.${id}.signalbox.desk`)
    .filter((topicName) => wanted.has(topicName))
}

/** The conversation as desks follow it, with the message that the event is about, or else with the newest. */
async function deskEvents(
  store: Store,
  conversation: Conversation,
  of: { readonly topics: readonly string[]; readonly messageId?: string },
): Promise<readonly TopicEvent[]> {
  if (of.topics.length === 0) return []
  const messages =
    of.messageId === undefined
      ? await store.messages.ofConversation(conversation.id, 1)
      : await store.messages.many([of.messageId])
  const body = JSON.stringify(await deskView(store, conversation, messages))
  return of.topics.map((topicName) => ({ topicName, body }))
}

interface ConversationTopics {
  readonly all: readonly string[]
  /** Topics of one medium, such as `….messages`. */
  readonly media: readonly string[]
}

function conversationTopics(
  userIds: readonly string[],
  queueIds: readonly string[],
  wanted: Wanted,
): ConversationTopics {
  const all = [
    ...userIds.map((id) => `v2.users.${id}.conversations`),
    ...queueIds.map((id) => `v2.routing.queues.${id}.conversations`),
  ]
  return {
    all: all.filter((topicName) => wanted.has(topicName)),
    media: all
      .flatMap((topicName) => mediumTopics.map((medium) => `${topicName}.${medium}`))
      .filter((topicName) => wanted.has(topicName)),
  }
}

/** The last part of each medium's topics. Internal messages and faxes have none: they are told on the one for all media. */
export const mediumTopics = [
  'messages',
  'emails',
  'cobrowseSessions',
  'socialexpressions',
  'videos',
] as const

/** The medium's topic that a conversation is told on. */
function mediumTopicOf({ channel }: Conversation): (typeof mediumTopics)[number] | undefined {
  if (isMessenger(channel)) return 'messages'
  const names = {
    email: 'emails',
    cobrowse: 'cobrowseSessions',
    social: 'socialexpressions',
    video: 'videos',
    internalmessage: undefined,
    fax: undefined,
  } as const
  return names[channel]
}

async function wholeConversation(
  store: Store,
  conversation: Conversation,
  topics: ConversationTopics,
): Promise<readonly TopicEvent[]> {
  if (topics.all.length + topics.media.length === 0) return []
  const surroundings: Around = await around(store, conversation)
  return [
    ...sameBody(topics.all, () => presentConversationEvent(conversation, surroundings)),
    ...sameBody(topics.media.filter(isOf(conversation)), () =>
      presentMediumEvent(conversation, surroundings),
    ),
  ]
}

/** Which topics of a medium are about this conversation's. */
function isOf(conversation: Conversation): (topicName: string) => boolean {
  const medium = mediumTopicOf(conversation)
  return (topicName) => medium !== undefined && topicName.endsWith(`.${medium}`)
}

function sameBody(topicNames: readonly string[], present: () => object): readonly TopicEvent[] {
  if (topicNames.length === 0) return []
  const body = JSON.stringify(present())
  return topicNames.map((topicName) => ({ topicName, body }))
}

async function summaryEvents(
  userIds: readonly string[],
  wanted: Wanted,
  store: Store,
): Promise<readonly TopicEvent[]> {
  const events: TopicEvent[] = []
  for (const userId of userIds) {
    const topicName = `v2.users.${userId}.conversationsummary`
    if (!wanted.has(topicName)) continue
    const active = await store.conversations.activeOfUser(userId)
    events.push({ topicName, body: JSON.stringify(presentSummaryEvent(userId, active)) })
  }
  return events
}

async function typingEvents(given: Given<'typing'>): Promise<readonly TopicEvent[]> {
  const { entry, event, wanted, store } = given
  const topicNames = event.userIds
    .map((id) => `v2.users.${id}.conversations.inbound.typing.event`)
    .filter((topicName) => wanted.has(topicName))
  if (topicNames.length === 0) return []
  const conversation = await store.conversations.get(event.conversationId)
  if (conversation === undefined) return []
  return sameBody(topicNames, () =>
    presentTypingEvent(conversation, {
      id: `${conversation.id}-${entry.sequence}`,
      timeMs: entry.timeMs,
      durationMs: event.durationMs,
    }),
  )
}

async function agentEvents(
  event: Of<'agent'>,
  wanted: Wanted,
  store: Store,
): Promise<readonly TopicEvent[]> {
  const own = (name: string) => `v2.users.${event.userId}.${name}`
  const names = ['presence', 'routingStatus', 'activity'].filter((name) => wanted.has(own(name)))
  const queueIds = wanted.memberQueueIds
  if (names.length + queueIds.length === 0) return []
  const agent = await store.agents.get(event.userId)
  if (agent === undefined) return []
  const present = {
    presence: presentPresenceEvent,
    routingStatus: presentRoutingStatusEvent,
    activity: presentActivityEvent,
  }
  const events = Object.entries(present)
    .filter(([name]) => names.includes(name))
    .map(([name, body]) => ({ topicName: own(name), body: JSON.stringify(body(agent)) }))
  if (queueIds.length === 0) return events
  return [...events, ...(await memberEvents(store, agent, queueIds))]
}

async function memberEvents(
  store: Store,
  agent: AgentState,
  queueIds: readonly string[],
): Promise<readonly TopicEvent[]> {
  const queues = await store.records.list(
    'queue',
    { size: queueIds.length, number: 1 },
    { ids: queueIds },
  )
  return queues.entities.flatMap(({ id, members }) => {
    const member = members.find(({ userId }) => userId === agent.userId)
    if (member === undefined) return []
    const body = JSON.stringify(presentQueueMemberEvent(agent, id, member.joined))
    return [{ topicName: `v2.routing.queues.${id}.users`, body }]
  })
}
