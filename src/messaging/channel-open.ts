import type { ChannelFacts } from '../domain/channel-facts.ts'
import {
  type Conversation,
  type CustomerIdentity,
  customerOf,
  videoThreadKey,
} from '../domain/conversation.ts'
import { alerted, open, requestQueue, setAttributes } from '../domain/conversation-flow.ts'
import { addParticipant, type Moment, type Step } from '../domain/conversation-legs.ts'
import type { Channel } from '../domain/message.ts'
import { AppError } from '../errors.ts'
import type { Queue } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import { alertedAgent, assignQueue, setAlertTimer } from './assign.ts'
import { queueNamed } from './email-receive.ts'
import { type Messaging, momentOf } from './messaging.ts'
import { conversationNotFound } from './send.ts'
import { chain, saveStep } from './step.ts'

/**
 * A conversation that another system has with a customer, and where it is to go: to a queue or to a user. Where neither
 * is named it goes to the organization's only queue, as messages do, and stays with nobody where there are several.
 */
export interface ChannelOpening {
  readonly channel: Exclude<Channel, 'open' | 'sms' | 'email' | 'internalmessage' | 'fax'>
  readonly customer: CustomerIdentity
  readonly facts: ChannelFacts
  readonly attributes: Readonly<Record<string, string>>
  readonly queueId?: string | undefined
  readonly userId?: string | undefined
}

/**
 * Opens a cobrowse, social or video conversation with its customer connected, and alerts an agent of the queue, or the
 * user that is named. `bad.request` when both are, or there is none such; `conflict` when the video
 * conference has its conversation already.
 */
export async function openOnChannel(
  store: Store,
  opening: ChannelOpening,
  messaging: Messaging,
): Promise<Conversation> {
  return store.transaction(async (store) => {
    if (opening.facts.video !== undefined)
      await requireFreeConference(store, opening.facts.video.conferenceId)
    const moment = momentOf(messaging)
    const queue = await queueOf(store, opening)
    const opened = openStep(opening, moment)
    if (opening.userId !== undefined)
      return alertUser(store, { opened, userId: opening.userId, moment }, messaging)
    if (queue === undefined) return saveStep(store, { step: opened }, moment.nowMs)
    const step = chain(opened, (conversation) =>
      requestQueue(conversation, { id: queue.id, name: queue.name }, moment),
    )
    const saved = await saveStep(store, { step }, moment.nowMs)
    await assignQueue(store, queue.id, messaging)
    return (await store.conversations.get(saved.id)) ?? saved
  })
}

function openStep(opening: ChannelOpening, moment: Moment): Step {
  const { channel, customer, facts, attributes } = opening
  return chain(
    open({ channel, platformAddress: channel, customer, direction: 'inbound' }, moment),
    (conversation) => ({ conversation: { ...conversation, ...facts }, details: [] }),
    (conversation) =>
      Object.keys(attributes).length === 0
        ? { conversation, details: [] }
        : setAttributes(conversation, customerOf(conversation).id, attributes),
  )
}

async function requireFreeConference(store: Store, conferenceId: string): Promise<void> {
  const known = await store.conversations.byThread(videoThreadKey(conferenceId))
  if (known === undefined || known.endMs !== undefined) return
  throw new AppError('conflict', 'The conference {id} is held in another conversation already.', {
    params: { id: conferenceId },
    details: [{ errorCode: 'conflict', fieldName: 'conferenceId', entityId: known.id }],
  })
}

async function queueOf(store: Store, opening: ChannelOpening): Promise<Queue | undefined> {
  const { queueId, userId } = opening
  if (queueId !== undefined && userId !== undefined) {
    throw new AppError('bad.request', 'Give either queueId or userId, not both.', {
      details: [{ errorCode: 'bad.request', fieldName: 'queueId' }],
    })
  }
  if (userId !== undefined) return undefined
  const queue = await queueNamed(store, queueId)
  if (queue !== undefined || queueId === undefined) return queue
  throw new AppError('conversations.error.queue.not.found', 'There is no queue {id}.', {
    params: { id: queueId },
    details: [{ errorCode: 'conversations.error.queue.not.found', fieldName: 'queueId' }],
  })
}

async function alertUser(
  store: Store,
  given: { readonly opened: Step; readonly userId: string; readonly moment: Moment },
  messaging: Messaging,
): Promise<Conversation> {
  const { opened, moment } = given
  const { id: userId } = await activeUser(store, given.userId, 'userId')
  const agent = await alertedAgent(store, { queue: undefined, userId })
  const step = chain(opened, (conversation) => ({
    conversation: addParticipant(conversation, alerted(agent, {}, moment, conversation)),
    details: [],
  }))
  const saved = await saveStep(store, { step }, messaging.outside.clock.now())
  const participant = saved.participants.at(-1)
  if (participant === undefined) throw new Error('An alert added no participant.')
  await setAlertTimer(
    store,
    { conversationId: saved.id, participantId: participant.id },
    participant,
  )
  return saved
}

/** The user of that id, who must be active; `bad.request` naming the field otherwise. */
export async function activeUser(store: Store, id: string, fieldName: string) {
  const user = await store.records.get('user', id)
  if (user?.state === 'active') return user
  throw new AppError('bad.request', 'There is no active user {id}.', {
    params: { id },
    details: [{ errorCode: 'bad.request', fieldName, entityId: id }],
  })
}

/** The conversation of that id when it is on the channel; the vendor's 404 otherwise. */
export async function conversationOn(
  store: Store,
  channel: Channel,
  id: string,
): Promise<Conversation> {
  const conversation = await store.conversations.get(id)
  if (conversation?.channel !== channel) throw conversationNotFound(id)
  return conversation
}
