import Type, { type Static } from 'typebox'
import type { Context } from '../../context.ts'
import { currentLeg, type Participant, type Wrapup } from '../../domain/conversation.ts'
import { AppError } from '../../errors.ts'
import { setParking } from '../../messaging/parking.ts'
import { answerAlert, leaveConversation } from '../../messaging/participate.ts'
import { findSeat, type Seat } from '../../messaging/seat.ts'
import { type WrapupSaid, wrapUp } from '../../messaging/wrap-up.ts'
import { notFound } from '../not-found.ts'
import { timeOf } from './inbound-open.ts'
import { presentWrapup } from './present-wrapup.ts'

/** The vendor's `WrapupInput`. */
export const WrapupInput = Type.Object({
  code: Type.Optional(Type.String({ maxLength: 200 })),
  name: Type.Optional(Type.String({ maxLength: 256 })),
  notes: Type.Optional(Type.String({ maxLength: 4000 })),
  tags: Type.Optional(Type.Array(Type.String({ maxLength: 200 }), { maxItems: 100 })),
  durationSeconds: Type.Optional(Type.Integer({ minimum: 0, maximum: 2_592_000 })),
  endTime: Type.Optional(Type.String()),
  provisional: Type.Optional(Type.Boolean()),
})

/** The vendor's `MediaParticipantRequest`, as far as digital media know its members. */
export const MediaParticipantRequest = Type.Object({
  state: Type.Optional(Type.String()),
  wrapup: Type.Optional(WrapupInput),
  wrapupSkipped: Type.Optional(Type.Boolean()),
  resumeTime: Type.Optional(Type.String()),
})

/** The vendor's `AssignedWrapupCode`. */
export const AssignedWrapupCode = Type.Object({
  code: Type.String(),
  notes: Type.Optional(Type.String()),
  tags: Type.Array(Type.String()),
})

/** A posted wrap-up as the message path takes it. */
export function wrapupSaid({ endTime, ...said }: Static<typeof WrapupInput>): WrapupSaid {
  return { ...said, ...(endTime === undefined ? {} : { endMs: timeOf(endTime, 'endTime') }) }
}

/** Does what a participant request of any medium asks for: answer, leave, park, come back, wrap up or go without. */
export async function changeParticipant(
  seat: Seat,
  body: Static<typeof MediaParticipantRequest>,
  { store, messaging, principal }: Context,
): Promise<void> {
  const { state, wrapup, wrapupSkipped, resumeTime } = body
  if (state === undefined && wrapup === undefined && wrapupSkipped !== true) {
    throw new AppError(
      'bad.request',
      "Give a state ('connected' to answer, 'disconnected' to leave, 'parked'), a wrapup, or wrapupSkipped.",
      { details: [{ errorCode: 'bad.request', fieldName: 'state' }] },
    )
  }
  const resumeMs = resumeTime === undefined ? undefined : timeOf(resumeTime, 'resumeTime')
  await store.transaction(async (store) => {
    if (state !== undefined) {
      const wish = { state: state.toLowerCase(), resumeMs, userId: principal.userId }
      await changeState(seat, wish, { store, messaging })
    }
    if (wrapup !== undefined || wrapupSkipped === true) {
      const said = wrapup === undefined ? undefined : wrapupSaid(wrapup)
      await wrapUp(store, { ...seat, said, skipped: wrapupSkipped }, messaging)
    }
  })
}

async function changeState(
  seat: Seat,
  wish: {
    readonly state: string
    readonly resumeMs: number | undefined
    readonly userId: string | undefined
  },
  { store, messaging }: Pick<Context, 'store' | 'messaging'>,
): Promise<void> {
  const { state, resumeMs, userId } = wish
  if (state === 'disconnected') return leaveConversation(store, seat, messaging)
  if (state === 'parked') return setParking(store, { ...seat, state, resumeMs }, messaging)
  if (state !== 'connected') {
    throw new AppError(
      'bad.request',
      "state must be 'connected' to answer, 'disconnected' to leave, or 'parked'.",
      { details: [{ errorCode: 'bad.request', fieldName: 'state' }] },
    )
  }
  const { participant } = await findSeat(store, seat)
  if (currentLeg(participant)?.state === 'parked')
    return setParking(store, { ...seat, state }, messaging)
  if (userId === undefined) {
    throw new AppError(
      'user.context.required',
      "This request requires a user context. Answer with the agent's own token, not with client credentials.",
    )
  }
  return answerAlert(store, { ...seat, userId }, messaging)
}

/** A wrap-up in the vendor's form, or a 404 where there is none yet (GUESS: the vendor's answer is not documented). */
export function foundWrapup(wrapup: Wrapup | undefined, { participantId }: Seat) {
  if (wrapup === undefined) throw notFound('wrap-up of the participant', participantId)
  const { name: _name, provisional: _provisional, ...assigned } = presentWrapup(wrapup)
  return assigned
}

/** The participant, when that communication is one of his; a 404 otherwise. */
export async function requireCommunication(
  store: Context['store'],
  seat: Seat & { readonly communicationId: string },
): Promise<Participant> {
  const { participant } = await findSeat(store, seat)
  if (participant.communications.some(({ id }) => id === seat.communicationId)) return participant
  throw notFound('communication of the participant', seat.communicationId)
}

/**
 * Ends one communication, which is all that a PATCH of one can ask for. Throws the vendor's 400 for any other state
 * than `disconnected`, and its 404 for an unknown communication.
 */
export async function leaveCommunication(
  seat: Seat & { readonly communicationId: string },
  state: string | undefined,
  { store, messaging }: Pick<Context, 'store' | 'messaging'>,
): Promise<void> {
  if (state?.toLowerCase() !== 'disconnected') {
    throw new AppError(
      'communication.state.required',
      "A communication takes only the state 'disconnected'.",
      { details: [{ errorCode: 'communication.state.required', fieldName: 'state' }] },
    )
  }
  await requireCommunication(store, seat)
  await leaveConversation(store, seat, messaging)
}
