import { type Conversation, currentLeg } from '../domain/conversation.ts'
import { answer, decline, endAll, leave, setAttributes } from '../domain/conversation-flow.ts'
import { dropWrapups } from '../domain/conversation-wrapup.ts'
import { AppError } from '../errors.ts'
import type { Store } from '../store/store.ts'
import { type Messaging, momentOf } from './messaging.ts'
import { changeSeat, finishStep, type Seat } from './seat.ts'
import { conversationNotFound } from './send.ts'
import { chain } from './step.ts'

export type { Seat } from './seat.ts'

/** The agent takes the conversation that alerts him. Only he himself can; who has it already is let through. */
export function answerAlert(
  store: Store,
  seat: Seat & { readonly userId: string },
  messaging: Messaging,
): Promise<void> {
  return changeSeat(store, seat, messaging, (conversation, participant, moment) => {
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
  return changeSeat(store, seat, messaging, (conversation, participant, moment) => {
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
  await changeSeat(store, seat, messaging, (conversation, participant) =>
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
  given: {
    readonly conversationId: string
    readonly userId?: string | undefined
    /** After-call work is over too, under the system's code (vendor: emergency disconnect). */
    readonly dropsWrapups?: boolean
  },
  messaging: Messaging,
): Promise<Conversation> {
  return store.transaction(async (store) => {
    const before = await store.conversations.get(given.conversationId)
    if (before === undefined) throw conversationNotFound(given.conversationId)
    if (before.endMs !== undefined && given.dropsWrapups !== true) return before
    const moment = momentOf(messaging)
    const ended = endAll(before, given.userId, moment)
    const step =
      given.dropsWrapups === true
        ? chain(ended, (conversation) => dropWrapups(conversation, moment))
        : ended
    if (before.endMs !== undefined && step.details.length === 0) return before
    return finishStep(store, { before, step, moment }, messaging)
  })
}
