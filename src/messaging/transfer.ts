import {
  activeUserIds,
  type Conversation,
  currentLeg,
  isLive,
  type Participant,
} from '../domain/conversation.ts'
import { monitor, type TransferTarget, transfer } from '../domain/conversation-transfer.ts'
import { AppError } from '../errors.ts'
import type { User } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import { alertedAgent } from './assign.ts'
import { endConsultsAbout } from './internal-messages.ts'
import type { Messaging } from './messaging.ts'
import { changeSeat, findSeat, type Seat } from './seat.ts'

/** Whom to hand a conversation to (vendor model `TransferRequest`): exactly one of the three. */
export interface TransferWish {
  readonly userId?: string | undefined
  readonly queueId?: string | undefined
  /** The e-mail address of a user. */
  readonly address?: string | undefined
  readonly kind: 'Attended' | 'Unattended'
  /** Whether what the giver asks others beside it goes on (vendor: `keepInternalMessageAlive`). */
  readonly keepsConsults?: boolean | undefined
  /** Who asks. */
  readonly byUserId?: string | undefined
}

/**
 * Hands a conversation of any medium to a user or a queue. Errors are the vendor's
 * `conversations.error.transfer.not.connected`, `…transfer.same.party` and `conversations.error.queue.not.found`.
 */
export async function transferParticipant(
  store: Store,
  order: Seat & TransferWish,
  messaging: Messaging,
): Promise<void> {
  await store.transaction(async (store) => {
    const { conversation, participant } = await findSeat(store, order)
    requireConnected(participant)
    const target = await targetOf(store, order, participant)
    requireOther(conversation, participant, target)
    const { kind, byUserId } = order
    await changeSeat(store, order, messaging, (conversation, { id }, moment) =>
      transfer(conversation, { participantId: id, target, kind, byUserId }, moment),
    )
    // Guess: they end with a hand-over at once; the vendor does not say when they do where it is attended.
    const { conversationId, keepsConsults } = order
    if (participant.userId === undefined || kind === 'Attended' || keepsConsults === true) return
    const { userId } = participant
    await endConsultsAbout(store, { conversationId, userId }, messaging)
  })
}

/** Somebody listens to a participant (vendor: `monitor`); he takes no part. `conflict` when he is in it already. */
export async function monitorParticipant(
  store: Store,
  seat: Seat & { readonly userId: string },
  messaging: Messaging,
): Promise<void> {
  await store.transaction(async (store) => {
    const user = await store.records.get('user', seat.userId)
    const name = user?.name ?? seat.userId
    await changeSeat(store, seat, messaging, (conversation, participant, moment) => {
      if (!isLive(participant) || participant.monitoredParticipantId !== undefined) {
        throw new AppError('conflict', 'The participant has left, or only listens himself.')
      }
      if (activeUserIds(conversation).includes(seat.userId)) {
        throw new AppError('conflict', 'You are in this conversation already.')
      }
      const listener = { userId: seat.userId, name, monitoredParticipantId: participant.id }
      return monitor(conversation, listener, moment)
    })
  })
}

function requireConnected(participant: Participant): void {
  const gives = ['agent', 'user', 'acd', 'workflow'].includes(participant.purpose)
  const connected = currentLeg(participant)?.state === 'connected'
  if (gives && connected && participant.monitoredParticipantId === undefined) return
  throw new AppError(
    'conversations.error.transfer.not.connected',
    'Only a connected agent, or the queue that it waits in, can hand a conversation over.',
    { details: [{ errorCode: 'conversations.error.transfer.not.connected' }] },
  )
}

async function targetOf(
  store: Store,
  wish: TransferWish,
  giver: Participant,
): Promise<TransferTarget> {
  const given = [wish.userId, wish.queueId, wish.address].filter((one) => one !== undefined)
  if (given.length !== 1) {
    throw new AppError('bad.request', 'Give exactly one of userId, queueId and address.', {
      details: [{ errorCode: 'bad.request', fieldName: 'userId' }],
    })
  }
  if (wish.queueId !== undefined) {
    const queue = await store.records.get('queue', wish.queueId)
    if (queue !== undefined) return { type: 'queue', id: queue.id, name: queue.name }
    throw new AppError('conversations.error.queue.not.found', 'There is no queue {id}.', {
      params: { id: wish.queueId },
      details: [{ errorCode: 'conversations.error.queue.not.found', entityId: wish.queueId }],
    })
  }
  const user = await userOf(store, wish)
  const queue =
    giver.queueId === undefined ? undefined : await store.records.get('queue', giver.queueId)
  return { type: 'user', agent: await alertedAgent(store, { queue, userId: user.id }) }
}

/** GUESS: an address is taken for a user's; the vendor does not say what it may be for digital media. */
async function userOf(store: Store, { userId, address }: TransferWish): Promise<User> {
  const user =
    userId === undefined
      ? await store.records.byKey('user', (address ?? '').toLowerCase())
      : await store.records.get('user', userId)
  if (user?.state === 'active') return user
  const fieldName = userId === undefined ? 'address' : 'userId'
  throw new AppError('bad.request', 'There is no active user {id} to hand the conversation to.', {
    params: { id: userId ?? address ?? '' },
    details: [{ errorCode: 'bad.request', fieldName }],
  })
}

function requireOther(
  conversation: Conversation,
  giver: Participant,
  target: TransferTarget,
): void {
  const same =
    target.type === 'queue'
      ? giver.purpose === 'acd' && giver.queueId === target.id
      : conversation.participants.some(
          (one) => one.userId === target.agent.userId && isTalking(one),
        )
  if (!same) return
  throw new AppError(
    'conversations.error.transfer.same.party',
    'The conversation is with them already: hand it to somebody else.',
    { details: [{ errorCode: 'conversations.error.transfer.same.party' }] },
  )
}

function isTalking(participant: Participant): boolean {
  const state = currentLeg(participant)?.state
  return (
    isLive(participant) && state !== 'alerting' && participant.monitoredParticipantId === undefined
  )
}
