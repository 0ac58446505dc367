import { type Conversation, currentLeg, type Participant } from '../domain/conversation.ts'
import { answer, decline, endAll, leave, setAttributes } from '../domain/conversation-flow.ts'
import type { Moment, Step } from '../domain/conversation-legs.ts'
import { AppError } from '../errors.ts'
import type { Store } from '../store/store.ts'
import { alertTimerId, assignAgent, assignQueue } from './assign.ts'
import { type Messaging, momentOf } from './messaging.ts'
import { conversationNotFound } from './send.ts'
import { saveStep } from './step.ts'

/** Which participant of which conversation. */
export interface Seat {
  readonly conversationId: string
  readonly participantId: string
}

/** The agent takes the conversation that alerts him. Only he himself can; who has it already is let through. */
export function answerAlert(
  store: Store,
  seat: Seat & { readonly userId: string },
  messaging: Messaging,
): Promise<void> {
  return change(store, seat, messaging, (conversation, participant, moment) => {
    const state = currentLeg(participant)?.state
    if (participant.userId !== seat.userId) {
      throw new AppError('not.authorized', 'Only the alerted agent can answer: use his own token.')
    }
    if (state === 'connected') return { conversation, details: [] }
    if (state !== 'alerting') {
      throw new AppError(
        'conflict',
        'The participant is {state}: only an alerting one can be connected.',
        {
          params: { state: state ?? 'gone' },
        },
      )
    }
    return answer(conversation, participant.id, moment)
  })
}

/** A participant leaves: an alerted agent declines, a connected one ends the conversation for himself or for both. */
export function leaveConversation(store: Store, seat: Seat, messaging: Messaging): Promise<void> {
  return change(store, seat, messaging, (conversation, participant, moment) => {
    const state = currentLeg(participant)?.state
    if (state === undefined || state === 'disconnected') return { conversation, details: [] }
    return state === 'alerting'
      ? decline(conversation, participant.id, moment)
      : leave(conversation, participant.id, moment)
  })
}

/** Merges attributes into a participant's; gives back all of them. */
export async function mergeAttributes(
  store: Store,
  seat: Seat & { readonly attributes: Readonly<Record<string, string>> },
  messaging: Messaging,
): Promise<Readonly<Record<string, string>>> {
  await change(store, seat, messaging, (conversation, participant) =>
    setAttributes(conversation, participant.id, seat.attributes),
  )
  const after = await store.conversations.get(seat.conversationId)
  return (
    after?.participants.find(({ id }) => id === seat.participantId)?.attributes ?? seat.attributes
  )
}

/** Everybody leaves. */
export function disconnectAll(
  store: Store,
  given: { readonly conversationId: string; readonly userId?: string | undefined },
  messaging: Messaging,
): Promise<Conversation> {
  return store.transaction(async (store) => {
    const before = await store.conversations.get(given.conversationId)
    if (before === undefined) throw conversationNotFound(given.conversationId)
    if (before.endMs !== undefined) return before
    const moment = momentOf(messaging)
    const step = endAll(before, given.userId, moment)
    return finish(store, { before, step, moment }, messaging)
  })
}

async function change(
  store: Store,
  seat: Seat,
  messaging: Messaging,
  step: (conversation: Conversation, participant: Participant, moment: Moment) => Step,
): Promise<void> {
  await store.transaction(async (store) => {
    const before = await store.conversations.get(seat.conversationId)
    if (before === undefined) throw conversationNotFound(seat.conversationId)
    const participant = before.participants.find(({ id }) => id === seat.participantId)
    if (participant === undefined) {
      throw new AppError('not.found', 'The conversation has no participant {id}.', {
        params: { id: seat.participantId },
        details: [
          { errorCode: 'not.found', entityId: seat.participantId, entityName: 'participant' },
        ],
      })
    }
    const moment = momentOf(messaging)
    const after = step(before, participant, moment)
    if (after.conversation !== before)
      await finish(store, { before, step: after, moment }, messaging)
  })
}

/** Saves, drops alerts that are over, and gives work to whoever has become free or to the queue it went back to. */
async function finish(
  store: Store,
  {
    before,
    step,
    moment,
  }: { readonly before: Conversation; readonly step: Step; readonly moment: Moment },
  messaging: Messaging,
): Promise<Conversation> {
  const saved = await saveStep(store, { before, step }, moment.nowMs)
  const stateIn = (conversation: Conversation, id: string) => {
    const participant = conversation.participants.find((one) => one.id === id)
    return participant === undefined ? undefined : currentLeg(participant)?.state
  }
  for (const { id, userId } of before.participants) {
    const was = stateIn(before, id)
    const is = stateIn(saved, id)
    if (was === is) continue
    if (was === 'alerting') await store.timers.cancel(alertTimerId(id))
    if (is === 'disconnected' && userId !== undefined) await assignAgent(store, userId, messaging)
  }
  if (saved.waiting !== undefined) await assignQueue(store, saved.waiting.queueId, messaging)
  return saved
}
