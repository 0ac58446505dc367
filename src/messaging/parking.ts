import { currentLeg } from '../domain/conversation.ts'
import { park, unpark } from '../domain/conversation-transfer.ts'
import { AppError } from '../errors.ts'
import type { Store, Timer } from '../store/store.ts'
import { type Messaging, momentOf } from './messaging.ts'
import { changeSeat, finishStep, type Seat } from './seat.ts'

/** What a parking-state request asks for (vendor: `parked` or `connected`, with a time for the first). */
export interface Parking {
  readonly state: 'parked' | 'connected'
  /** Epoch milliseconds at which the conversation comes back by itself. */
  readonly resumeMs?: number | undefined
}

/**
 * Parks a participant's conversation of any medium, or brings it back. While it is parked it does not count towards
 * the agent's capacity (vendor help: parking). `conflict` unless he is connected or has it parked; `bad.request` when
 * the time to come back is over.
 */
export async function setParking(
  store: Store,
  seat: Seat & Parking,
  messaging: Messaging,
): Promise<void> {
  await changeSeat(store, seat, messaging, (conversation, participant, moment) => {
    const state = currentLeg(participant)?.state ?? 'gone'
    const mayPark = participant.purpose === 'agent' || participant.purpose === 'user'
    if ((state !== 'connected' && state !== 'parked') || !mayPark) {
      throw new AppError(
        'conflict',
        'The participant is {state}: only a connected agent can park a conversation and take it back.',
        { params: { state } },
      )
    }
    if (seat.state === 'connected') return unpark(conversation, participant.id, moment)
    if (seat.resumeMs !== undefined && seat.resumeMs <= moment.nowMs) {
      throw new AppError('bad.request', 'resumeTime is over: give a time to come.', {
        details: [{ errorCode: 'bad.request', fieldName: 'resumeTime' }],
      })
    }
    return park(conversation, participant.id, seat.resumeMs, moment)
  })
}

/** The time to come back has come. */
export async function parkingRanOut(
  store: Store,
  timer: Timer,
  messaging: Messaging,
): Promise<void> {
  const { conversationId, participantId } = timer.body
  const before = await store.conversations.get(String(conversationId))
  if (before?.participants.some(({ id }) => id === participantId) !== true) return
  const moment = momentOf(messaging)
  const step = unpark(before, String(participantId), moment)
  if (step.conversation !== before) await finishStep(store, { before, step, moment }, messaging)
}
