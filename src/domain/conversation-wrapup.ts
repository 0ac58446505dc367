import {
  endAfterCallWork,
  withSkippedWrapup,
  withWrapup,
  workFollows,
  wrapupSkipped,
} from './after-call-work.ts'
import {
  type Conversation,
  isLive,
  isWrappingUp,
  type Participant,
  type Wrapup,
} from './conversation.ts'
import {
  type Detail,
  type Moment,
  participantOf,
  replaceParticipant,
  type Step,
} from './conversation-legs.ts'

/** The agent says what it was about; a provisional word does not end his after-call work. */
export function saveWrapup(
  conversation: Conversation,
  participantId: string,
  wrapup: Wrapup,
  { nowMs }: Moment,
): Step {
  return change(conversation, participantId, (one) => withWrapup(one, wrapup, nowMs))
}

/** The agent goes without a code. */
export function skipWrapup(
  conversation: Conversation,
  participantId: string,
  { nowMs }: Moment,
): Step {
  return change(conversation, participantId, (one) => withSkippedWrapup(one, nowMs))
}

/** The time for after-call work is over. */
export function wrapupRanOut(
  conversation: Conversation,
  participantId: string,
  { nowMs }: Moment,
): Step {
  return change(conversation, participantId, (one) => endAfterCallWork(one, nowMs))
}

/** The agent asks for after-call work, or takes that back, while he talks (prompt `AGENT_REQUESTED`). */
export function requestWrapup(
  conversation: Conversation,
  participantId: string,
  requested: boolean,
): Step {
  const participant = participantOf(conversation, participantId)
  if (participant.acw === undefined || !isLive(participant)) return { conversation, details: [] }
  const acw = { ...participant.acw, requested }
  const asked = { ...participant, acw, wrapupRequired: workFollows(acw) }
  return { conversation: replaceParticipant(conversation, asked), details: [] }
}

/** Everybody's after-call work is over at once, under the system's code (vendor: emergency disconnect). */
export function dropWrapups(conversation: Conversation, { nowMs }: Moment): Step {
  return conversation.participants.filter(isWrappingUp).reduce<Step>(
    (before, { id }) => {
      const after = change(before.conversation, id, (one) => {
        if (one.wrapup !== undefined) return endAfterCallWork(one, nowMs)
        const wrapup = { code: wrapupSkipped, name: wrapupSkipped, provisional: false }
        return endAfterCallWork(withWrapup(one, wrapup, nowMs), nowMs)
      })
      return { ...after, details: [...before.details, ...after.details] }
    },
    { conversation, details: [] },
  )
}

function change(
  conversation: Conversation,
  participantId: string,
  to: (participant: Participant) => Participant,
): Step {
  const before = participantOf(conversation, participantId)
  const after = to(before)
  const details: Detail[] = []
  if (after.wrapup !== before.wrapup) details.push({ name: 'wrapup', participantId })
  if (after.endAcwMs !== before.endAcwMs) details.push({ name: 'acw', participantId })
  if (after === before) return { conversation, details }
  return { conversation: replaceParticipant(conversation, after), details }
}
