import type { Purpose } from '../connectors/connector.ts'
import {
  type Conversation,
  type CustomerIdentity,
  currentLeg,
  customerOf,
  threadKey,
} from '../domain/conversation.ts'
import { leave, nextVersion, open } from '../domain/conversation-flow.ts'
import { agentless } from '../domain/conversation-programs.ts'
import {
  isMessenger,
  type Message,
  type MessageContent,
  type MessengerType,
} from '../domain/message.ts'
import { normalizedMessage, type PlatformEnd, typingEvent } from '../domain/normalized-message.ts'
import { paced, typingPace } from '../domain/pace.ts'
import { segmentSms, smsCharactersMax } from '../domain/sms.ts'
import { AppError } from '../errors.ts'
import type { Account, Sender } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import { smsOf } from './carried.ts'
import { queueOpen, queueSms } from './deliver.ts'
import { watchInactivity } from './inactivity.ts'
import { connectorNamed, type Messaging, momentOf } from './messaging.ts'
import { chain, saveStep } from './step.ts'

/** The vendor accepts 4000 characters on open messaging (limit `outbound.webmessaging.and.open.messaging.characters.max`). */
export const openCharactersMax = 4000

/** What is said, by text or by structured content. */
export interface Said {
  readonly text?: string
  readonly content: readonly MessageContent[]
}

/** One of our ends that can send: an integration, or a sender on its account. */
export type From =
  | { readonly type: 'open'; readonly end: PlatformEnd }
  | {
      readonly type: 'sms'
      readonly end: PlatformEnd
      readonly sender: Sender
      readonly account: Account
    }

/** The integration or sender of that address; `bad.request` says which ones there are to choose from. */
export async function fromAddress(
  store: Store,
  type: MessengerType,
  address: string,
): Promise<From> {
  if (type === 'open') {
    const integration = await store.records.known('openIntegration', address)
    if (integration === undefined) {
      throw new AppError(
        'bad.request',
        'There is no Open Messaging integration with the id {address}: give the id of one of yours as fromAddress.',
        { params: { address }, details: [{ errorCode: 'bad.request', fieldName: 'fromAddress' }] },
      )
    }
    return { type, end: { id: integration.id, name: integration.name } }
  }
  const sender = await store.records.knownByKey('sender', address)
  const account =
    sender === undefined ? undefined : await store.records.known('account', sender.accountId)
  if (sender === undefined || account === undefined) {
    throw new AppError(
      'bad.request',
      'The number {address} is not provisioned: give one of your senders as fromAddress, in E.164 form.',
      { params: { address }, details: [{ errorCode: 'bad.request', fieldName: 'fromAddress' }] },
    )
  }
  return { type, end: { id: sender.address, name: sender.name }, sender, account }
}

/** Refuses a text that the channel cannot carry, before anything is written. */
export function checkText(from: From, said: Said, messaging: Messaging): void {
  const length = said.text?.length ?? 0
  const own =
    from.type === 'open' ? 0 : connectorNamed(messaging, from.account.connector).charactersMax
  const max = own > 0 ? own : from.type === 'open' ? openCharactersMax : smsCharactersMax
  if (length === 0 && said.content.length === 0) {
    throw new AppError('bad.request', 'The message is empty: give textBody, a template or media.', {
      details: [{ errorCode: 'bad.request', fieldName: 'textBody' }],
    })
  }
  if (length <= max) return
  throw new AppError(
    'bad.request',
    'The text has {length} characters; this channel takes {max} at the most.',
    {
      params: { length: String(length), max: String(max) },
      details: [{ errorCode: 'bad.request', fieldName: 'textBody' }],
    },
  )
}

export interface AgentlessSend extends Said {
  readonly from: From
  readonly to: string
  readonly purpose: Purpose
  /** Joins the open conversation between the two addresses, where there is one. */
  readonly useExistingActiveConversation: boolean
}

export interface SentMessage {
  readonly message: Message
  readonly conversation: Conversation
}

/**
 * Sends on behalf of nobody (vendor: agentless): a conversation of its own with an `api` participant, over at once.
 * The customer's answer inside the threading window reopens it.
 */
export async function sendAgentless(
  store: Store,
  send: AgentlessSend,
  messaging: Messaging,
): Promise<SentMessage> {
  checkText(send.from, send, messaging)
  return await store.transaction(async (store) => {
    const moment = momentOf(messaging)
    const customer: CustomerIdentity = {
      id: send.to,
      idType: send.from.type === 'sms' ? 'Phone' : 'Opaque',
    }
    const before = send.useExistingActiveConversation
      ? await openConversation(store, send.from, customer.id)
      : undefined
    const step =
      before === undefined
        ? chain(
            open(
              {
                channel: send.from.type,
                platformAddress: send.from.end.id,
                customer,
                direction: 'outbound',
              },
              moment,
            ),
            (conversation) => agentless(conversation, moment),
            (conversation) => leave(conversation, customerOf(conversation).id, moment),
          )
        : agentless(before, moment)
    const conversation = await saveStep(store, { before, step }, moment.nowMs)
    const api = conversation.participants.at(-1)
    const leg = api === undefined ? undefined : currentLeg(api)
    return await sendMessage(
      store,
      { ...send, conversation, communicationId: leg?.id ?? '', originatingEntity: 'Bot' },
      messaging,
    )
  })
}

async function openConversation(
  store: Store,
  from: From,
  customerId: string,
): Promise<Conversation | undefined> {
  const last = await store.conversations.byThread(threadKey(from.type, from.end.id, customerId))
  return last?.endMs === undefined ? last : undefined
}

export interface Outgoing extends Said {
  readonly from: From
  readonly conversation: Conversation
  readonly communicationId: string
  readonly originatingEntity: 'Human' | 'Bot'
  readonly purpose: Purpose
  readonly userId?: string
}

/** Adds a message to a conversation and queues its delivery, in the transaction that is given. */
export async function sendMessage(
  store: Store,
  send: Outgoing,
  messaging: Messaging,
): Promise<SentMessage> {
  const { conversation, from, text } = send
  const message: { -readonly [Member in keyof Message]: Message[Member] } = {
    id: messaging.outside.ids.messageId(),
    conversationId: conversation.id,
    communicationId: send.communicationId,
    direction: 'outbound',
    messengerType: from.type,
    kind: send.content.some(({ contentType }) => contentType !== 'Attachment')
      ? 'Structured'
      : 'Text',
    fromAddress: from.end.id,
    toAddress: conversation.customer.id,
    content: send.content,
    originatingEntity: send.originatingEntity,
    timeMs: messaging.outside.clock.now(),
    status: 'queued',
  }
  if (text !== undefined && text !== '') message.text = text
  if (send.userId !== undefined) message.createdByUserId = send.userId
  if (from.type === 'sms') message.segments = segmentSms(text ?? '').segments.length
  await store.messages.add(message)
  await store.feed.append(
    {
      type: 'message',
      messageId: message.id,
      conversationId: conversation.id,
      status: message.status,
    },
    message.timeMs,
  )
  await watchInactivity(store, conversation, messaging)
  const about = { messageId: message.id, conversationId: conversation.id }
  if (from.type === 'open') {
    const document = normalizedMessage(message, conversation.customer, from.end)
    await queueOpen(
      store,
      { integrationId: from.end.id, customerId: conversation.customer.id, document, about },
      messaging,
    )
  } else {
    const { account } = from
    const sms = { ...smsOf(message), purpose: send.purpose }
    await queueSms(store, { account, sms, about }, messaging)
  }
  return { message, conversation }
}

/** Sends what a participant of the conversation wrote: an agent, as `Human`. */
export async function sendFromAgent(
  store: Store,
  send: Said & {
    readonly conversationId: string
    readonly communicationId: string
    readonly userId: string
  },
  messaging: Messaging,
): Promise<SentMessage> {
  return store.transaction(async (store) => {
    const conversation = await requireActive(store, send)
    if (!isMessenger(conversation.channel)) throw conversationNotFound(conversation.id)
    const from = await fromAddress(store, conversation.channel, conversation.platformAddress)
    checkText(from, send, messaging)
    return sendMessage(
      store,
      { ...send, from, conversation, originatingEntity: 'Human', purpose: 'agent' },
      messaging,
    )
  })
}

/** Tells an open customer that the agent is typing; nothing leaves where the messaging setting says no. */
export async function sendTyping(
  store: Store,
  typing: {
    readonly conversationId: string
    readonly communicationId: string
    readonly userId: string
    readonly durationMs: number
  },
  messaging: Messaging,
): Promise<void> {
  await store.transaction(async (store) => {
    const conversation = await paceTyping(store, await requireActive(store, typing), messaging)
    if (conversation.channel !== 'open') return
    const from = await fromAddress(store, 'open', conversation.platformAddress)
    const integration = await store.records.get('openIntegration', from.end.id)
    const setting = await store.records.get(
      'messagingSetting',
      integration?.messagingSettingId ?? 'default',
    )
    if (setting?.typingOutbound !== true) return
    const nowMs = messaging.outside.clock.now()
    const document = typingEvent(
      messaging.outside.ids.messageId(),
      conversation.customer,
      from.end,
      {
        nowMs,
        durationMs: typing.durationMs,
        conversationId: conversation.id,
      },
    )
    await queueOpen(
      store,
      {
        integrationId: from.end.id,
        customerId: conversation.customer.id,
        document,
        about: { conversationId: conversation.id },
      },
      messaging,
    )
  })
}

/** Counts a typing event; the vendor's 429 when a conversation has had its share for this minute. */
async function paceTyping(
  store: Store,
  conversation: Conversation,
  { outside }: Messaging,
): Promise<Conversation> {
  const nowMs = outside.clock.now()
  const before = conversation.typingMs ?? []
  const typingMs = paced(before, nowMs, typingPace)
  if (typingMs === undefined) {
    const waitMs = (before[0] ?? nowMs) + typingPace.withinMs - nowMs
    const seconds = Math.max(1, Math.ceil(waitMs / 1000))
    throw new AppError(
      'too.many.requests.retry.after',
      'Typing can be told 12 times a minute and conversation. Retry the request in [{seconds}] seconds',
      { params: { seconds: String(seconds) }, retryAfterSeconds: seconds },
    )
  }
  // Nobody watches this, so there is no word of it on the feed.
  const counted = nextVersion({ ...conversation, typingMs })
  await store.conversations.save(counted)
  return counted
}

/** The conversation, when the user's leg of that id is connected in it; the vendor's 403 otherwise. */
export async function requireActive(
  store: Store,
  by: {
    readonly conversationId: string
    readonly communicationId: string
    readonly userId: string
  },
): Promise<Conversation> {
  const conversation = await store.conversations.get(by.conversationId)
  if (conversation === undefined) throw conversationNotFound(by.conversationId)
  const participant = conversation.participants.find(({ communications }) =>
    communications.some(({ id }) => id === by.communicationId),
  )
  if (participant === undefined) {
    throw new AppError(
      'not.found',
      'The conversation has no communication {id}: take the id of your own entry in participants[].messages[].',
      { params: { id: by.communicationId } },
    )
  }
  const leg = currentLeg(participant)
  if (
    participant.userId !== by.userId ||
    leg?.id !== by.communicationId ||
    leg.state !== 'connected'
  ) {
    throw new AppError(
      'conversation.error.forbidden.not.active.participant',
      'Only a connected participant can send: answer the conversation first (PATCH the participant with state connected).',
    )
  }
  return conversation
}

/** The vendor's answer for a conversation id that is not there. */
export function conversationNotFound(id: string): AppError {
  return new AppError(
    'conversation.error.conversation.not.found',
    'There is no conversation {id}.',
    {
      params: { id },
      details: [
        {
          errorCode: 'conversation.error.conversation.not.found',
          entityId: id,
          entityName: 'conversation',
        },
      ],
    },
  )
}
