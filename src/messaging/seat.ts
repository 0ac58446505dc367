import { workDueMs } from '../domain/after-call-work.ts'
import {
  type Conversation,
  currentLeg,
  isLive,
  isWrappingUp,
  type Participant,
} from '../domain/conversation.ts'
import type { Moment, Step } from '../domain/conversation-legs.ts'
import { AppError } from '../errors.ts'
import type { Store } from '../store/store.ts'
import { alertTimerId, assignAgent, assignQueue, setAlertTimer } from './assign.ts'
import { type Messaging, momentOf } from './messaging.ts'
import { conversationNotFound } from './send.ts'
import { saveStep } from './step.ts'

/** Which participant of which conversation. */
export interface Seat {
  readonly conversationId: string
  readonly participantId: string
}

/** A conversation of any medium and one of its participants. */
export interface Seated {
  readonly conversation: Conversation
  readonly participant: Participant
}

/** The conversation and the participant, or the vendor's 404. */
export async function findSeat(store: Store, seat: Seat): Promise<Seated> {
  const conversation = await store.conversations.get(seat.conversationId)
  if (conversation === undefined) throw conversationNotFound(seat.conversationId)
  const participant = conversation.participants.find(({ id }) => id === seat.participantId)
  if (participant !== undefined) return { conversation, participant }
  throw new AppError('not.found', 'The conversation has no participant {id}.', {
    params: { id: seat.participantId },
    details: [{ errorCode: 'not.found', entityId: seat.participantId, entityName: 'participant' }],
  })
}

/** Takes a step about one participant, and everything that follows from it, in one transaction. */
export async function changeSeat(
  store: Store,
  seat: Seat,
  messaging: Messaging,
  step: (conversation: Conversation, participant: Participant, moment: Moment) => Step,
): Promise<void> {
  await store.transaction(async (store) => {
    const { conversation: before, participant } = await findSeat(store, seat)
    const moment = momentOf(messaging)
    const after = step(before, participant, moment)
    if (after.conversation !== before)
      await finishStep(store, { before, step: after, moment }, messaging)
  })
}

/**
 * Saves a step of a conversation of any medium, sets and drops the timers that go with it, and gives work to whoever
 * has become free or to the queue it went to.
 */
export async function finishStep(
  store: Store,
  change: { readonly before: Conversation; readonly step: Step; readonly moment: Moment },
  messaging: Messaging,
): Promise<Conversation> {
  const { before, step, moment } = change
  const saved = await saveStep(store, { before, step }, moment.nowMs)
  const freed = new Set<string>()
  for (const participant of saved.participants) {
    const was = before.participants.find(({ id }) => id === participant.id)
    if (was === participant) continue
    const seat = { conversationId: saved.id, participantId: participant.id }
    await keepTimers(store, { seat, was, is: participant })
    if (participant.userId !== undefined && was !== undefined && gotFreer(was, participant))
      freed.add(participant.userId)
  }
  for (const userId of freed) await assignAgent(store, userId, messaging)
  if (saved.waiting !== undefined) await assignQueue(store, saved.waiting.queueId, messaging)
  return saved
}

function gotFreer(was: Participant, is: Participant): boolean {
  const ended = isLive(was) && !isLive(is)
  const parked = currentLeg(was)?.state !== 'parked' && currentLeg(is)?.state === 'parked'
  return ended || parked || (isWrappingUp(was) && !isWrappingUp(is))
}

async function keepTimers(
  store: Store,
  {
    seat,
    was,
    is,
  }: { readonly seat: Seat; readonly was: Participant | undefined; readonly is: Participant },
): Promise<void> {
  const body = { ...seat }
  const legWas = was === undefined ? undefined : currentLeg(was)
  const leg = currentLeg(is)
  if (leg?.state === 'alerting' && legWas === undefined) await setAlertTimer(store, seat, is)
  if (legWas?.state === 'alerting' && leg?.state !== 'alerting')
    await store.timers.cancel(alertTimerId(is.id))
  const dueMs = workDueMs(is)
  const wasDueMs = was === undefined ? undefined : workDueMs(was)
  if (dueMs !== undefined && dueMs !== wasDueMs)
    await store.timers.set({ id: acwTimerId(is.id), dueMs, kind: 'acw', body })
  if (dueMs === undefined && wasDueMs !== undefined) await store.timers.cancel(acwTimerId(is.id))
  if (leg?.resumeMs !== undefined && leg.resumeMs !== legWas?.resumeMs) {
    const resume = { id: parkingTimerId(is.id), dueMs: leg.resumeMs, kind: 'parking' as const }
    await store.timers.set({ ...resume, body })
  }
  if (leg?.resumeMs === undefined && legWas?.resumeMs !== undefined)
    await store.timers.cancel(parkingTimerId(is.id))
}

/** The timer that ends after-call work. */
function acwTimerId(participantId: string): string {
  return `acw:${participantId}`
}

/** The timer that brings a parked conversation back. */
function parkingTimerId(participantId: string): string {
  return `parking:${participantId}`
}
