import { maySkip, wrapupSkipped, wrapupTimedOut } from '../domain/after-call-work.ts'
import type { Participant, Wrapup } from '../domain/conversation.ts'
import {
  requestWrapup,
  saveWrapup,
  skipWrapup,
  wrapupRanOut,
} from '../domain/conversation-wrapup.ts'
import { AppError } from '../errors.ts'
import type { WrapupCode } from '../store/records.ts'
import type { Store, Timer } from '../store/store.ts'
import { type Messaging, momentOf } from './messaging.ts'
import { changeSeat, findSeat, finishStep, type Seat } from './seat.ts'

/** What an agent says of a conversation (vendor model `WrapupInput`); no member but `code` is needed. */
export interface WrapupSaid {
  readonly code?: string | undefined
  readonly name?: string | undefined
  readonly notes?: string | undefined
  readonly tags?: readonly string[] | undefined
  readonly durationSeconds?: number | undefined
  /** Epoch milliseconds. */
  readonly endMs?: number | undefined
  /** Kept for later, and no code is needed. */
  readonly provisional?: boolean | undefined
}

/**
 * Takes an agent's wrap-up of a conversation of any medium, or his wish to go without one. Errors:
 * `conversation.error.wrapup.code.required`, `conversation.error.wrapup.cannot.skip` (vendor's codes), `bad.request`
 * for a code that does not exist and for a participant that is no agent of a queue (vendor forum, topic 19778).
 */
export async function wrapUp(
  store: Store,
  seat: Seat & { readonly said?: WrapupSaid | undefined; readonly skipped?: boolean | undefined },
  messaging: Messaging,
): Promise<void> {
  await store.transaction(async (store) => {
    const { participant } = await findSeat(store, seat)
    requireAgent(participant)
    const wrapup = seat.said === undefined ? undefined : await wrapupSaid(store, seat.said)
    if (wrapup === undefined && seat.skipped === true && !maySkip(participant)) {
      throw new AppError(
        'conversation.error.wrapup.cannot.skip',
        'The queue asks for a wrap-up code: it cannot be skipped.',
        { details: [{ errorCode: 'conversation.error.wrapup.cannot.skip' }] },
      )
    }
    await changeSeat(store, seat, messaging, (conversation, { id }, moment) => {
      if (wrapup !== undefined) return saveWrapup(conversation, id, wrapup, moment)
      if (seat.skipped === true) return skipWrapup(conversation, id, moment)
      return { conversation, details: [] }
    })
  })
}

/** The wrap-up of a participant: the provisional one where that is asked for; undefined while there is none. */
export async function wrapupOf(
  store: Store,
  seat: Seat & { readonly provisional?: boolean | undefined },
): Promise<Wrapup | undefined> {
  const { participant } = await findSeat(store, seat)
  return seat.provisional === true ? participant.provisionalWrapup : participant.wrapup
}

/** The codes that a participant can wrap up with: those of his queue; none where he has no queue. */
export async function wrapupCodesOf(store: Store, seat: Seat): Promise<readonly WrapupCode[]> {
  const { participant } = await findSeat(store, seat)
  const queue =
    participant.queueId === undefined
      ? undefined
      : await store.records.get('queue', participant.queueId)
  const codes: WrapupCode[] = []
  for (const id of queue?.wrapupCodeIds ?? []) {
    const code = await store.records.get('wrapupCode', id)
    if (code !== undefined) codes.push(code)
  }
  return codes
}

/** The agent asks for after-call work while he talks, or takes that back (queue's prompt `AGENT_REQUESTED`). */
export async function requestAfterCallWork(
  store: Store,
  seat: Seat & { readonly requested: boolean },
  messaging: Messaging,
): Promise<boolean> {
  await changeSeat(store, seat, messaging, (conversation, participant) => {
    if (participant.acw?.prompt === 'agentRequested')
      return requestWrapup(conversation, participant.id, seat.requested)
    throw new AppError(
      'bad.request',
      "After-call work can be asked for only where the queue's wrapupPrompt is AGENT_REQUESTED.",
      { details: [{ errorCode: 'bad.request', fieldName: 'afterCallWorkRequired' }] },
    )
  })
  return (await findSeat(store, seat)).participant.wrapupRequired
}

/** The time for after-call work is over: the agent is free again. */
export async function acwRanOut(store: Store, timer: Timer, messaging: Messaging): Promise<void> {
  const { conversationId, participantId } = timer.body
  const before = await store.conversations.get(String(conversationId))
  if (before?.participants.some(({ id }) => id === participantId) !== true) return
  const moment = momentOf(messaging)
  const step = wrapupRanOut(before, String(participantId), moment)
  if (step.conversation !== before) await finishStep(store, { before, step, moment }, messaging)
}

function requireAgent({ userId, queueId, monitoredParticipantId }: Participant): void {
  if (userId !== undefined && queueId !== undefined && monitoredParticipantId === undefined) return
  throw new AppError(
    'bad.request',
    'Only a user who had the conversation from a queue can wrap it up.',
    { details: [{ errorCode: 'bad.request', entityName: 'participant' }] },
  )
}

async function wrapupSaid(store: Store, said: WrapupSaid): Promise<Wrapup> {
  const provisional = said.provisional ?? false
  const { code = '' } = said
  if (code === '' && !provisional) {
    throw new AppError(
      'conversation.error.wrapup.code.required',
      'There is no wrap-up code: give the id of one as code.',
      { details: [{ errorCode: 'conversation.error.wrapup.code.required', fieldName: 'code' }] },
    )
  }
  const name = said.name ?? (code === '' ? undefined : await nameOf(store, code))
  return {
    code,
    ...(name === undefined ? {} : { name }),
    ...(said.notes === undefined ? {} : { notes: said.notes }),
    ...(said.tags === undefined ? {} : { tags: said.tags }),
    ...(said.durationSeconds === undefined ? {} : { durationSeconds: said.durationSeconds }),
    ...(said.endMs === undefined ? {} : { endMs: said.endMs }),
    provisional,
  }
}

async function nameOf(store: Store, code: string): Promise<string> {
  if (code === wrapupSkipped || code === wrapupTimedOut) return code
  const record = await store.records.get('wrapupCode', code)
  if (record !== undefined) return record.name
  throw new AppError(
    'bad.request',
    'There is no wrap-up code {id}: give the id of one, as GET …/wrapupcodes lists them.',
    { params: { id: code }, details: [{ errorCode: 'bad.request', fieldName: 'code' }] },
  )
}
