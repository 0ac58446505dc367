import {
  type Communication,
  type Conversation,
  currentLeg,
  type Participant,
} from '../domain/conversation.ts'
import { alerted, endAll } from '../domain/conversation-flow.ts'
import {
  addParticipant,
  connectedLeg,
  linkToCustomer,
  type Moment,
  newParticipant,
  type Step,
} from '../domain/conversation-legs.ts'
import type { Message } from '../domain/message.ts'
import { AppError } from '../errors.ts'
import type { User } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import { alertedAgent, setAlertTimer } from './assign.ts'
import { activeUser, conversationOn } from './channel-open.ts'
import { type Messaging, momentOf } from './messaging.ts'
import { findSeat, finishStep, type Seat } from './seat.ts'
import { saveStep } from './step.ts'

/** Characters of one internal message. Guess: the vendor documents no limit; it is that of a text. */
export const internalTextMax = 2000

/** A consult that was set up (vendor model `MessagingConferResponse`). */
export interface Consult {
  readonly conversation: Conversation
  readonly communicationId: string
  readonly peerCommunicationId: string
}

/**
 * A user who is connected in a conversation asks another one, beside it (vendor: internal message communication). He is
 * connected at once, the other is alerted. Guess: the consult is a conversation of its own, which the answer names; the
 * vendor does not say whether it shares the id of the one that it is about.
 */
export async function beginConsult(
  store: Store,
  order: Seat & { readonly byUserId: string; readonly targetUserId: string },
  messaging: Messaging,
): Promise<Consult> {
  return store.transaction(async (store) => {
    const { conversation: about, participant: seat } = await findSeat(store, order)
    if (seat.userId !== order.byUserId || currentLeg(seat)?.state !== 'connected') {
      throw new AppError(
        'conversation.error.forbidden.not.active.participant',
        'Only the connected user himself can ask somebody: use his own token and his participant.',
      )
    }
    const target = await activeUser(store, order.targetUserId, 'targetUserId')
    if (target.id === order.byUserId) throw refused('You cannot ask yourself.')
    await requireNoOther(store, { about: about.id, target: target.id, source: order.byUserId })
    const moment = momentOf(messaging)
    const agent = await alertedAgent(store, { queue: undefined, userId: target.id })
    const source = await activeUser(store, order.byUserId, 'participantId')
    const opened = openConsult({ about, seat, source, target }, moment)
    const asked = alerted(agent, {}, moment, opened)
    const linked = linkToCustomer(addParticipant(opened, asked), asked.id)
    const step: Step = { conversation: linked, details: [] }
    const saved = await saveStep(store, { step }, moment.nowMs)
    await setAlertTimer(store, { conversationId: saved.id, participantId: asked.id }, asked)
    return {
      conversation: saved,
      communicationId: legIdOf(saved.participants[0]),
      peerCommunicationId: legIdOf(saved.participants[1]),
    }
  })
}

function openConsult(
  given: {
    readonly about: Conversation
    readonly seat: Participant
    readonly source: User
    readonly target: User
  },
  moment: Moment,
): Conversation {
  const { about, seat, source, target } = given
  const asking: Participant = {
    ...newParticipant('agent', source.id, moment),
    name: source.name,
    userId: source.id,
    ...(seat.queueId === undefined ? {} : { queueId: seat.queueId }),
    ...(seat.queueName === undefined ? {} : { queueName: seat.queueName }),
    communications: [connectedLeg('outbound', moment)],
  }
  return {
    id: moment.newId(),
    version: 1,
    channel: 'internalmessage',
    platformAddress: target.id,
    customer: { id: source.id, idType: 'Opaque', nickname: source.name },
    startMs: moment.nowMs,
    participants: [asking],
    recentTransfers: [],
    internal: {
      aboutConversationId: about.id,
      sourceUserId: source.id,
      targetUserId: target.id,
    },
  }
}

function legIdOf(participant: Participant | undefined): string {
  return participant?.communications[0]?.id ?? ''
}

/** One consult at a time between two users about one conversation: another would only confuse them. */
async function requireNoOther(
  store: Store,
  wanted: { readonly about: string; readonly source: string; readonly target: string },
): Promise<void> {
  for (const { internal, endMs } of await store.conversations.activeOfUser(wanted.source)) {
    const isSame =
      endMs === undefined &&
      internal?.aboutConversationId === wanted.about &&
      internal.targetUserId === wanted.target
    if (isSame) throw refused('You are asking this user about this conversation already.')
  }
}

function refused(message: string): AppError {
  return new AppError('bad.request', message, {
    details: [{ errorCode: 'bad.request', fieldName: 'targetUserId' }],
  })
}

/** A leg of an internal message and whose it is, or a 404. */
export async function internalLeg(
  store: Store,
  at: { readonly conversationId: string; readonly communicationId: string },
): Promise<{
  readonly conversation: Conversation
  readonly participant: Participant
  readonly leg: Communication
}> {
  const conversation = await conversationOn(store, 'internalmessage', at.conversationId)
  for (const participant of conversation.participants) {
    const leg = participant.communications.find(({ id }) => id === at.communicationId)
    if (leg !== undefined) return { conversation, participant, leg }
  }
  throw new AppError('not.found', 'The conversation has no communication {id}.', {
    params: { id: at.communicationId },
  })
}

/** A user of an internal message writes to the other. Only he himself, and while his leg is connected. */
export async function writeInternal(
  store: Store,
  said: {
    readonly conversationId: string
    readonly communicationId: string
    readonly userId: string
    readonly text: string
  },
  messaging: Messaging,
): Promise<Message> {
  return store.transaction(async (store) => {
    const { conversation, participant, leg } = await internalLeg(store, said)
    if (participant.userId !== said.userId || leg.state !== 'connected') {
      throw new AppError(
        'conversation.error.forbidden.not.active.participant',
        'Only a connected user can write, by his own communication.',
      )
    }
    const timeMs = messaging.outside.clock.now()
    const message: Message = {
      id: messaging.outside.ids.messageId(),
      conversationId: conversation.id,
      communicationId: leg.id,
      direction: 'outbound',
      messengerType: 'internal',
      kind: 'Text',
      fromAddress: said.userId,
      toAddress: otherOf(conversation, said.userId),
      text: said.text,
      content: [],
      createdByUserId: said.userId,
      originatingEntity: 'Human',
      timeMs,
      // Both users read it from this store, so there is nothing left to deliver.
      status: 'delivery-success',
    }
    await store.messages.add(message)
    await store.feed.append(
      {
        type: 'message',
        messageId: message.id,
        conversationId: conversation.id,
        status: message.status,
      },
      timeMs,
    )
    return message
  })
}

/** The other user of an internal message. */
function otherOf({ internal }: Conversation, userId: string): string {
  const { sourceUserId = '', targetUserId = '' } = internal ?? {}
  return userId === sourceUserId ? targetUserId : sourceUserId
}

/** Ends what a user has under way with others about a conversation, because he has handed that over. */
export async function endConsultsAbout(
  store: Store,
  about: { readonly conversationId: string; readonly userId: string },
  messaging: Messaging,
): Promise<void> {
  for (const before of await store.conversations.activeOfUser(about.userId)) {
    const isAbout =
      before.internal?.aboutConversationId === about.conversationId &&
      before.internal.sourceUserId === about.userId
    if (!isAbout) continue
    const moment = momentOf(messaging)
    const step = endAll(before, about.userId, moment)
    await finishStep(store, { before, step, moment }, messaging)
  }
}
