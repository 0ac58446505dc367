import Type from 'typebox'
import { isoTime } from '../../clock.ts'
import { currentLeg } from '../../domain/conversation.ts'
import { AppError } from '../../errors.ts'
import { emailConversation } from '../../messaging/email-write.ts'
import { setParking } from '../../messaging/parking.ts'
import { answerAlert, leaveConversation, mergeAttributes } from '../../messaging/participate.ts'
import { findSeat, type Seat } from '../../messaging/seat.ts'
import { transferParticipant } from '../../messaging/transfer.ts'
import { wrapUp } from '../../messaging/wrap-up.ts'
import type { Store } from '../../store/store.ts'
import { leaveCommunication } from '../conversations/participant-request.ts'
import { operation } from '../operation.ts'
import { Id } from '../schema.ts'
import { conversationPath } from './schema.ts'
import { saidOf, WrapupBody } from './wrapup.ts'

const path = `${conversationPath}/participants/{participantId}`
const SeatPath = Type.Object({ conversationId: Id, participantId: Id })
const Attributes = Type.Record(Type.String(), Type.String({ maxLength: 32_000 }), {
  maxProperties: 500,
})

export const patchConversationsEmailParticipant = operation({
  id: 'patchConversationsEmailParticipant',
  method: 'PATCH',
  path,
  summary:
    "Answers an alert (state connected, with the agent's own token), leaves (disconnected), or wraps up.",
  scopes: ['conversations'],
  permission: {
    any: [
      'conversation:participant:wrapup',
      'conversation:call:record',
      'conversation:communication:disconnect',
      'conversation:email:park',
    ],
  },
  tool: { name: 'genesys_conversations_digital_patch_email_participant', effect: 'write' },
  input: {
    path: SeatPath,
    body: Type.Object({
      state: Type.Optional(Type.String()),
      wrapup: Type.Optional(WrapupBody),
      wrapupSkipped: Type.Optional(Type.Boolean()),
    }),
  },
  reply: { status: 202 },
  async handle({ path, body }, { store, messaging, principal }) {
    await emailConversation(store, path.conversationId)
    const { wrapup, wrapupSkipped: skipped } = body
    const state = body.state?.toLowerCase()
    if (state !== undefined && state !== 'connected' && state !== 'disconnected') {
      throw new AppError(
        'bad.request',
        "state must be 'connected' to answer, or 'disconnected' to leave.",
        { details: [{ errorCode: 'bad.request', fieldName: 'state' }] },
      )
    }
    if (state === 'connected') {
      await requireAlerting(store, path)
      await answerAlert(store, { ...path, userId: requireUser(principal.userId) }, messaging)
    }
    if (wrapup !== undefined || skipped === true) {
      const said = wrapup === undefined ? undefined : saidOf(wrapup)
      await wrapUp(store, { ...path, said, skipped }, messaging)
    }
    if (state === 'disconnected') await leaveConversation(store, path, messaging)
  },
})

function requireUser(userId: string | undefined): string {
  if (userId !== undefined) return userId
  throw new AppError(
    'user.context.required',
    "This request requires a user context. Answer with the agent's own token, not with client credentials.",
  )
}

/** The vendor's word for answering twice. */
async function requireAlerting(store: Store, seat: Seat): Promise<void> {
  const { participant } = await findSeat(store, seat)
  if (currentLeg(participant)?.state === 'alerting') return
  throw new AppError(
    'postino.error.answer.not.alerting',
    'The participant is not alerting: only an alert can be answered, and only once.',
  )
}

export const patchConversationsEmailParticipantAttributes = operation({
  id: 'patchConversationsEmailParticipantAttributes',
  method: 'PATCH',
  path: `${path}/attributes`,
  summary:
    "Merges attributes into a participant's; keys that are not named stay. Blank a value with an empty text.",
  scopes: ['conversations'],
  tool: {
    name: 'genesys_conversations_digital_patch_email_participant_attributes',
    effect: 'write',
  },
  input: { path: SeatPath, body: Type.Object({ attributes: Attributes }) },
  reply: { status: 202, schema: Type.Object({ attributes: Attributes }) },
  async handle({ path, body }, { store, messaging }) {
    await emailConversation(store, path.conversationId)
    const { attributes } = body
    return { attributes: await mergeAttributes(store, { ...path, attributes }, messaging) }
  },
})

export const patchConversationsEmailParticipantCommunication = operation({
  id: 'patchConversationsEmailParticipantCommunication',
  method: 'PATCH',
  path: `${path}/communications/{communicationId}`,
  summary: 'Ends one communication: state disconnected is all that it takes.',
  scopes: ['conversations'],
  tool: {
    name: 'genesys_conversations_digital_patch_email_participant_communication',
    effect: 'write',
  },
  input: {
    path: Type.Object({ conversationId: Id, participantId: Id, communicationId: Id }),
    body: Type.Object({ state: Type.Optional(Type.String()) }),
  },
  reply: { status: 200, schema: Type.Object({}) },
  async handle({ path, body }, context) {
    await emailConversation(context.store, path.conversationId)
    await leaveCommunication(path, body.state, context)
    return {}
  },
})

export const patchConversationsEmailParticipantParkingstate = operation({
  id: 'patchConversationsEmailParticipantParkingstate',
  method: 'PATCH',
  path: `${path}/parkingstate`,
  summary: 'Parks a conversation until the agent, or a time, brings it back.',
  scopes: ['conversations'],
  permission: { any: ['conversation:email:park'] },
  tool: {
    name: 'genesys_conversations_digital_patch_email_participant_parkingstate',
    effect: 'write',
  },
  input: {
    path: SeatPath,
    body: Type.Object({
      state: Type.Enum(['parked', 'connected']),
      resumeTime: Type.Optional(Type.String()),
    }),
  },
  reply: { status: 204 },
  async handle({ path, body }, { store, messaging }) {
    await emailConversation(store, path.conversationId)
    const { state, resumeTime } = body
    const resumeMs = resumeTime === undefined ? undefined : Date.parse(resumeTime)
    if (Number.isNaN(resumeMs)) {
      throw new AppError('invalid.date', 'resumeTime must be a time such as {example}.', {
        params: { example: isoTime(messaging.outside.clock.now()) },
        details: [{ errorCode: 'invalid.date', fieldName: 'resumeTime' }],
      })
    }
    await setParking(store, { ...path, state, resumeMs }, messaging)
  },
})

export const postConversationsEmailParticipantReplace = operation({
  id: 'postConversationsEmailParticipantReplace',
  method: 'POST',
  path: `${path}/replace`,
  summary: 'Hands an e-mail conversation to a user or a queue.',
  scopes: ['conversations'],
  permission: { any: ['conversation:communication:blindTransfer'] },
  tool: { name: 'genesys_conversations_digital_post_email_participant_replace', effect: 'write' },
  input: {
    path: SeatPath,
    body: Type.Object({
      userId: Type.Optional(Type.String()),
      queueId: Type.Optional(Type.String()),
      address: Type.Optional(Type.String()),
      transferType: Type.Optional(Type.Enum(['Attended', 'Unattended'])),
      keepInternalMessageAlive: Type.Optional(Type.Boolean()),
    }),
  },
  reply: { status: 202 },
  async handle({ path, body }, { store, messaging, principal }) {
    await emailConversation(store, path.conversationId)
    const { userId, queueId, address, transferType: kind = 'Unattended' } = body
    const keepsConsults = body.keepInternalMessageAlive
    const wish = { userId, queueId, address, kind, keepsConsults, byUserId: principal.userId }
    const order = { ...path, ...wish }
    await transferParticipant(store, order, messaging)
  },
})
