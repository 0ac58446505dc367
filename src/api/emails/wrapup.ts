import Type, { type Static } from 'typebox'
import { isoTime } from '../../clock.ts'
import type { Wrapup } from '../../domain/conversation.ts'
import { AppError } from '../../errors.ts'
import { emailConversation } from '../../messaging/email-write.ts'
import { findSeat } from '../../messaging/seat.ts'
import { type WrapupSaid, wrapUp, wrapupCodesOf, wrapupOf } from '../../messaging/wrap-up.ts'
import type { Store } from '../../store/store.ts'
import { operation } from '../operation.ts'
import { presentWrapupCode } from '../routing/present.ts'
import { Id } from '../schema.ts'
import { conversationPath } from './schema.ts'

const path = `${conversationPath}/participants/{participantId}`
const SeatPath = Type.Object({ conversationId: Id, participantId: Id })
const LegPath = Type.Object({ conversationId: Id, participantId: Id, communicationId: Id })
const Provisional = Type.Object({ provisional: Type.Optional(Type.Boolean()) })
const readScopes = ['conversations', 'conversations:readonly'] as const

/** What an agent says of a conversation (vendor model `WrapupInput`). */
export const WrapupBody = Type.Object({
  code: Type.Optional(Type.String()),
  name: Type.Optional(Type.String()),
  notes: Type.Optional(Type.String()),
  tags: Type.Optional(Type.Array(Type.String())),
  durationSeconds: Type.Optional(Type.Integer({ minimum: 0 })),
  endTime: Type.Optional(Type.String()),
  provisional: Type.Optional(Type.Boolean()),
})

/** The vendor's `AssignedWrapupCode`. */
const AssignedWrapupCode = Type.Object({
  code: Type.Optional(Type.String()),
  notes: Type.Optional(Type.String()),
})

/** The body of a wrap-up in the words of the domain. */
export function saidOf({ endTime, ...said }: Static<typeof WrapupBody>): WrapupSaid {
  if (endTime === undefined) return said
  const endMs = Date.parse(endTime)
  if (!Number.isNaN(endMs)) return { ...said, endMs }
  throw new AppError('invalid.date', 'endTime must be an ISO-8601 time.', {
    details: [{ errorCode: 'invalid.date', fieldName: 'endTime' }],
  })
}

function presentAssigned(wrapup: Wrapup | undefined) {
  if (wrapup === undefined) return {}
  const { code, notes, tags, durationSeconds, endMs } = wrapup
  return {
    code,
    ...(notes === undefined ? {} : { notes }),
    ...(tags === undefined ? {} : { tags }),
    ...(durationSeconds === undefined ? {} : { durationSeconds }),
    ...(endMs === undefined ? {} : { endTime: isoTime(endMs) }),
  }
}

async function requireLeg(store: Store, at: Static<typeof LegPath>): Promise<void> {
  await emailConversation(store, at.conversationId)
  const { participant } = await findSeat(store, at)
  if (participant.communications.some(({ id }) => id === at.communicationId)) return
  throw new AppError('not.found', 'The participant has no communication {id}.', {
    params: { id: at.communicationId },
  })
}

export const getConversationsEmailParticipantWrapup = operation({
  id: 'getConversationsEmailParticipantWrapup',
  method: 'GET',
  path: `${path}/wrapup`,
  summary: 'Reads what a participant said of the conversation; empty until he did.',
  scopes: readScopes,
  tool: { name: 'genesys_conversations_digital_get_email_participant_wrapup', effect: 'read' },
  input: { path: SeatPath, query: Provisional },
  reply: { status: 200, schema: AssignedWrapupCode },
  async handle({ path, query }, { store }) {
    await emailConversation(store, path.conversationId)
    return presentAssigned(await wrapupOf(store, { ...path, ...query }))
  },
})

export const getConversationsEmailParticipantCommunicationWrapup = operation({
  id: 'getConversationsEmailParticipantCommunicationWrapup',
  method: 'GET',
  path: `${path}/communications/{communicationId}/wrapup`,
  summary: 'Reads what a participant said of the conversation, by his communication.',
  scopes: readScopes,
  tool: {
    name: 'genesys_conversations_digital_get_email_participant_communication_wrapup',
    effect: 'read',
  },
  input: { path: LegPath, query: Provisional },
  reply: { status: 200, schema: AssignedWrapupCode },
  async handle({ path, query }, { store }) {
    await requireLeg(store, path)
    return presentAssigned(await wrapupOf(store, { ...path, ...query }))
  },
})

export const postConversationsEmailParticipantCommunicationWrapup = operation({
  id: 'postConversationsEmailParticipantCommunicationWrapup',
  method: 'POST',
  path: `${path}/communications/{communicationId}/wrapup`,
  summary: 'Takes what an agent says of the conversation; a provisional wrap-up needs no code.',
  scopes: ['conversations'],
  permission: { any: ['conversation:participant:wrapup'] },
  tool: {
    name: 'genesys_conversations_digital_post_email_participant_communication_wrapup',
    effect: 'write',
  },
  input: { path: LegPath, body: Type.Optional(WrapupBody) },
  reply: { status: 202 },
  async handle({ path, body }, { store, messaging }) {
    await requireLeg(store, path)
    await wrapUp(store, { ...path, said: saidOf(body ?? {}) }, messaging)
  },
})

export const getConversationsEmailParticipantWrapupcodes = operation({
  id: 'getConversationsEmailParticipantWrapupcodes',
  method: 'GET',
  path: `${path}/wrapupcodes`,
  summary: "Lists the wrap-up codes that a participant's queue offers, as a plain array.",
  scopes: readScopes,
  tool: { name: 'genesys_conversations_digital_get_email_participant_wrapupcodes', effect: 'read' },
  input: { path: SeatPath },
  reply: {
    status: 200,
    schema: Type.Array(Type.Object({ id: Type.String(), name: Type.String() })),
  },
  async handle({ path }, { store }) {
    await emailConversation(store, path.conversationId)
    const codes = await wrapupCodesOf(store, path)
    return codes.map((code) => presentWrapupCode(code, store.organizationId))
  },
})
