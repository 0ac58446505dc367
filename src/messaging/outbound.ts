import type { Conversation, CustomerIdentity } from '../domain/conversation.ts'
import { threadKey } from '../domain/conversation.ts'
import { joinAsAgent, open, reopen } from '../domain/conversation-flow.ts'
import type { MessengerType } from '../domain/message.ts'
import { AppError } from '../errors.ts'
import type { Queue } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import { acwOf } from './assign.ts'
import { threadingMs } from './ingest.ts'
import { type Messaging, momentOf } from './messaging.ts'
import { finishStep } from './seat.ts'
import { chain, saveStep } from './step.ts'

/** An agent who writes first, on behalf of a queue. */
export interface OutboundStart {
  readonly queueId: string
  readonly messengerType: MessengerType
  /** The customer's id or number. */
  readonly to: string
  readonly userId: string
  /** Takes the ended conversation of the threading window up again. */
  readonly useExisting: boolean
}

/**
 * Starts a conversation with an agent in it; no text is sent (vendor: POST /conversations/messages). Where one with
 * that address is open, or ended inside the threading window without `useExisting`, the answer is `conflict` (GUESS:
 * the vendor says that it fails, and not with which status).
 */
export async function startOutbound(
  store: Store,
  start: OutboundStart,
  messaging: Messaging,
): Promise<Conversation> {
  return store.transaction(async (store) => {
    const queue = await store.records.get('queue', start.queueId)
    if (queue === undefined) {
      throw new AppError('conversations.error.queue.not.found', 'There is no queue {id}.', {
        params: { id: start.queueId },
        details: [{ errorCode: 'conversations.error.queue.not.found', entityId: start.queueId }],
      })
    }
    const moment = momentOf(messaging)
    const platformAddress = outboundAddress(queue, start.messengerType)
    const before = await store.conversations.byThread(
      threadKey(start.messengerType, platformAddress, start.to),
    )
    const rejoins = await mayRejoin(store, { before, start, nowMs: moment.nowMs })
    const customer: CustomerIdentity = {
      id: start.to,
      idType: start.messengerType === 'sms' ? 'Phone' : 'Opaque',
    }
    const user = await store.records.get('user', start.userId)
    const agent = {
      userId: start.userId,
      name: user?.name ?? start.userId,
      queueId: queue.id,
      queueName: queue.name,
      acw: acwOf(queue),
    }
    const opening = {
      channel: start.messengerType,
      platformAddress,
      customer,
      direction: 'outbound' as const,
    }
    const first =
      rejoins && before !== undefined ? reopen(before, 'outbound', moment) : open(opening, moment)
    const step = chain(first, (conversation) => joinAsAgent(conversation, agent, moment))
    return rejoins && before !== undefined
      ? finishStep(store, { before, step, moment }, messaging)
      : saveStep(store, { step }, moment.nowMs)
  })
}

async function mayRejoin(
  store: Store,
  given: {
    readonly before: Conversation | undefined
    readonly start: OutboundStart
    readonly nowMs: number
  },
): Promise<boolean> {
  const { before, start, nowMs } = given
  if (before === undefined) return false
  const conflict = (message: string) =>
    new AppError('conflict', message, {
      params: { id: before.id },
      details: [{ errorCode: 'conflict', entityId: before.id, entityName: 'conversation' }],
    })
  if (before.endMs === undefined) {
    throw conflict('There is a conversation with this address already: {id} is not over.')
  }
  if (nowMs - before.endMs >= (await threadingMs(store, start.messengerType))) return false
  if (start.useExisting) return true
  throw conflict(
    'The conversation {id} with this address ended inside the threading window: give useExistingConversation.',
  )
}

function outboundAddress(queue: Queue, type: MessengerType): string {
  const address = type === 'sms' ? queue.smsAddress : queue.openIntegrationId
  if (address !== undefined) return address
  throw new AppError(
    'bad.request',
    'The queue {name} has no outbound address for {type}: set outboundMessagingAddresses.',
    {
      params: { name: queue.name, type },
      details: [{ errorCode: 'bad.request', fieldName: 'queueId' }],
    },
  )
}
