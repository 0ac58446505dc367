import type { ReceivedSms } from '../connectors/connector.ts'
import {
  type Conversation,
  type CustomerIdentity,
  currentLeg,
  customerOf,
  isLive,
  threadKey,
} from '../domain/conversation.ts'
import {
  enqueue,
  leave,
  open,
  type QueueRequest,
  reopen,
  requestQueue,
  setAttributes,
} from '../domain/conversation-flow.ts'
import type { Step } from '../domain/conversation-legs.ts'
import type { Message, MessageContent, MessengerType } from '../domain/message.ts'
import { receiptForInbound } from '../domain/normalized-message.ts'
import type { JsonValue } from '../store/json.ts'
import type { OpenIntegration, Queue, Sender } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import { assignQueue } from './assign.ts'
import { queueOpen } from './deliver.ts'
import { beginFlow, flowOf, flowParticipant, hearFlow } from './flow.ts'
import { watchInactivity } from './inactivity.ts'
import { type Messaging, momentOf } from './messaging.ts'
import { chain, saveStep } from './step.ts'

/** The window in which a customer's next message reopens an ended conversation (vendor default: 72 hours). */
export const threadingMinutesDefault = 4320

/** A customer's message for one of our ends, whatever channel it came by. */
export interface Inbound {
  readonly messengerType: MessengerType
  readonly platformAddress: string
  readonly recipientId: string
  readonly customer: CustomerIdentity
  readonly text?: string
  readonly content: readonly MessageContent[]
  readonly kind: 'Text' | 'Structured'
  readonly metadata?: Readonly<Record<string, string>>
  /** Become attributes of the customer's participant. */
  readonly customAttributes: Readonly<Record<string, string>>
  readonly providerMessageId?: string
  /** Epoch milliseconds by the sender's clock; absent where a provider gives none. */
  readonly channelTimeMs?: number
  /** Whether it answers a campaign and is for no agent (Digital Channels: cxcOnly). */
  readonly forCampaigns?: boolean
}

/** The message as it was taken, and whether it had been before. */
export interface Ingested {
  readonly message: Message
  readonly conversation: Conversation
  readonly repeated: boolean
}

/**
 * Takes a customer's message once and only once. The key is (our end, provider's id, time), the rule of the vendor's
 * outbound page; a repeat gets the first answer. Joins the open conversation, or the ended one inside the threading
 * window, or starts one.
 */
export async function ingestMessage(
  store: Store,
  inbound: Inbound,
  messaging: Messaging,
): Promise<Ingested> {
  return store.transaction(async (store) => {
    const scope = `inbound|${inbound.messengerType}|${inbound.platformAddress}`
    const key =
      inbound.providerMessageId === undefined
        ? undefined
        : `${inbound.providerMessageId}|${inbound.channelTimeMs ?? ''}`
    const messageId = messaging.outside.ids.messageId()
    if (key !== undefined) {
      const first = await store.answers.get(scope, key)
      const taken =
        first ??
        ((await store.answers.add(scope, key, messageId, messaging.outside.clock.now()))
          ? undefined
          : await store.answers.get(scope, key))
      if (taken !== undefined) return repeated(store, taken)
    }
    const conversation = await (inbound.forCampaigns === true
      ? keepForCampaigns(store, inbound, messaging)
      : joinThread(store, inbound, messaging))
    const message = await addMessage(store, { inbound, conversation, messageId }, messaging)
    if (flowParticipant(conversation) === undefined)
      return { message, conversation, repeated: false }
    await hearFlow(store, { conversation, text: inbound.text ?? '' }, messaging)
    const current = (await store.conversations.get(conversation.id)) ?? conversation
    return { message, conversation: current, repeated: false }
  })
}

async function repeated(store: Store, answer: JsonValue): Promise<Ingested> {
  const message = await store.messages.get(String(answer))
  const conversation =
    message === undefined ? undefined : await store.conversations.get(message.conversationId)
  if (message === undefined || conversation === undefined) {
    throw new Error('A repeated message has its first answer, but not its message.')
  }
  return { message, conversation, repeated: true }
}

async function joinThread(
  store: Store,
  inbound: Inbound,
  messaging: Messaging,
): Promise<Conversation> {
  const moment = momentOf(messaging)
  const key = threadKey(inbound.messengerType, inbound.platformAddress, inbound.customer.id)
  const before = await store.conversations.byThread(key)
  const attributes = (step: Step): Step =>
    Object.keys(inbound.customAttributes).length === 0
      ? step
      : chain(step, (conversation) =>
          setAttributes(conversation, customerOf(conversation).id, inbound.customAttributes),
        )
  if (before !== undefined && before.endMs === undefined) {
    // Where nobody is left to answer, the next message asks for somebody again.
    const again = isStranded(before) ? await queueFor(store, inbound.recipientId) : undefined
    const unchanged: Step = { conversation: before, details: [] }
    const step = attributes(
      again === undefined ? unchanged : enqueue(before, again.id, again.name, moment),
    )
    if (step.details.length === 0) return before
    const saved = await saveStep(store, { before, step }, moment.nowMs)
    if (again !== undefined) await assignQueue(store, again.id, messaging)
    return saved
  }
  const rejoins =
    before?.endMs !== undefined &&
    moment.nowMs - before.endMs < (await threadingMs(store, inbound.messengerType))
  const opened =
    rejoins && before !== undefined
      ? reopen(before, 'inbound', moment)
      : open({ ...inbound, channel: inbound.messengerType, direction: 'inbound' }, moment)
  const flow = await flowOf(store, inbound.recipientId)
  const queue = flow === undefined ? await queueFor(store, inbound.recipientId) : undefined
  const begun = flow === undefined ? opened : beginFlow(opened, flow, moment)
  const step = attributes(
    queue === undefined
      ? begun
      : chain(opened, (conversation) =>
          requestQueue(conversation, wishes(queue, rejoins ? before : undefined), moment),
        ),
  )
  const saved = await saveStep(store, { before: rejoins ? before : undefined, step }, moment.nowMs)
  if (queue !== undefined) await assignQueue(store, queue.id, messaging)
  return saved
}

/** A conversation that is over at once: the text is kept, and nobody is asked to answer it. */
async function keepForCampaigns(
  store: Store,
  inbound: Inbound,
  messaging: Messaging,
): Promise<Conversation> {
  const moment = momentOf(messaging)
  const opened = open({ ...inbound, channel: inbound.messengerType, direction: 'inbound' }, moment)
  const step = chain(opened, (conversation) =>
    leave(conversation, customerOf(conversation).id, moment),
  )
  return saveStep(store, { step }, moment.nowMs)
}

/** Nobody but the customer is in it, and it waits for nobody. */
function isStranded({ participants, waiting }: Conversation): boolean {
  const others = participants.filter(
    (one) => isLive(one) && one.purpose !== 'customer' && one.monitoredParticipantId === undefined,
  )
  return waiting === undefined && others.length === 0
}

/** A conversation that comes back asks first for the agent who had it last, where the queue lets it. */
function wishes(queue: Queue, before: Conversation | undefined): QueueRequest {
  const last = before?.participants.findLast(
    (one) => one.purpose === 'agent' && currentLeg(one)?.connectedMs !== undefined,
  )?.userId
  const asks = last !== undefined && queue.lastAgentRouting !== 'Disabled'
  return { id: queue.id, name: queue.name, ...(asks ? { preferredUserId: last } : {}) }
}

/** How long after its end a conversation of that kind can be taken up again; milliseconds. */
export async function threadingMs(store: Store, type: MessengerType): Promise<number> {
  const timeline = await store.records.get('threadingTimeline', 'default')
  const minutes = timeline?.minutesByType[type] ?? threadingMinutesDefault
  return minutes * 60_000
}

/** Where messages for one of our ends go: its recipient's queue, or else the organization's only queue. */
async function queueFor(store: Store, recipientId: string): Promise<Queue | undefined> {
  const recipient = await store.records.get('recipient', recipientId)
  if (recipient?.queueId !== undefined) return store.records.get('queue', recipient.queueId)
  const queues = await store.records.list('queue', { size: 1, number: 1 })
  return queues.entities[0]
}

async function addMessage(
  store: Store,
  given: {
    readonly inbound: Inbound
    readonly conversation: Conversation
    readonly messageId: string
  },
  messaging: Messaging,
): Promise<Message> {
  const { inbound, conversation } = given
  const nowMs = messaging.outside.clock.now()
  const message: Message = {
    id: given.messageId,
    conversationId: conversation.id,
    communicationId: currentLeg(customerOf(conversation))?.id ?? '',
    direction: 'inbound',
    messengerType: inbound.messengerType,
    kind: inbound.kind,
    fromAddress: inbound.customer.id,
    toAddress: inbound.platformAddress,
    ...(inbound.text === undefined ? {} : { text: inbound.text }),
    content: inbound.content,
    ...(inbound.metadata === undefined ? {} : { metadata: inbound.metadata }),
    ...(inbound.providerMessageId === undefined
      ? {}
      : { providerMessageId: inbound.providerMessageId }),
    timeMs: nowMs,
    ...(inbound.channelTimeMs === undefined ? {} : { channelTimeMs: inbound.channelTimeMs }),
    status: 'received',
  }
  await store.messages.add(message)
  await watchInactivity(store, conversation, messaging)
  await store.feed.append(
    {
      type: 'message',
      messageId: message.id,
      conversationId: conversation.id,
      status: message.status,
    },
    nowMs,
  )
  if (inbound.messengerType === 'open')
    await publishReceipt(store, { message, conversation }, messaging)
  return message
}

/** Tells the integration's webhook that the platform took the customer's message. */
async function publishReceipt(
  store: Store,
  { message, conversation }: { readonly message: Message; readonly conversation: Conversation },
  messaging: Messaging,
): Promise<void> {
  const integrationId = conversation.platformAddress
  await queueOpen(
    store,
    {
      integrationId,
      customerId: conversation.customer.id,
      document: receiptForInbound(
        message,
        conversation.customer,
        { id: integrationId },
        messaging.outside.clock.now(),
      ),
      about: { conversationId: conversation.id },
    },
    messaging,
  )
}

/** A text that a provider delivered for one of our own senders. */
export function inboundOfSms(sms: ReceivedSms, sender: Sender): Inbound {
  return {
    messengerType: 'sms',
    platformAddress: sender.address,
    recipientId: sender.recipientId,
    customer: { id: sms.from, idType: 'Phone' },
    text: sms.text,
    content: sms.media.map(({ url, mime, filename }) => ({
      contentType: 'Attachment',
      attachment: { mediaType: 'File', url, mime, ...(filename === undefined ? {} : { filename }) },
    })),
    kind: 'Text',
    customAttributes: {},
    providerMessageId: sms.providerId,
    ...(sms.timeMs === undefined ? {} : { channelTimeMs: sms.timeMs }),
  }
}

/** The message of an integration's customer. */
export type OpenInbound = Omit<Inbound, 'messengerType' | 'platformAddress' | 'recipientId'>

/** Takes a message that was posted for an Open Messaging integration. */
export function ingestOpen(
  store: Store,
  given: { readonly integration: OpenIntegration; readonly inbound: OpenInbound },
  messaging: Messaging,
): Promise<Ingested> {
  const { integration, inbound } = given
  return ingestMessage(
    store,
    {
      ...inbound,
      messengerType: 'open',
      platformAddress: integration.id,
      recipientId: integration.id,
    },
    messaging,
  )
}
