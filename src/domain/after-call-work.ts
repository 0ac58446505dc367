import {
  type AfterCallWork,
  isWrappingUp,
  type Participant,
  type Wrapup,
  type WrapupPrompt,
} from './conversation.ts'

/** The vendor's built-in codes; their names are the same. */
export const wrapupTimedOut = 'ININ-WRAP-UP-TIMEOUT'
export const wrapupSkipped = 'ININ-WRAP-UP-SKIPPED'

/** Whether after-call work begins when the leg is over: an optional one may be done, but holds nobody up. */
export function workFollows({ prompt, requested }: AfterCallWork): boolean {
  return prompt === 'agentRequested' ? requested === true : prompt !== 'optional'
}

/** Whether it ends by itself. */
export function isTimed(prompt: WrapupPrompt): boolean {
  return prompt === 'timeout' || prompt === 'forcedTimeout' || prompt === 'agentRequested'
}

/** Whether the prompt lets the agent go without a code (vendor: `conversation.error.wrapup.cannot.skip` otherwise). */
export function maySkip({ acw }: Participant): boolean {
  return acw === undefined || acw.prompt === 'optional' || acw.prompt === 'agentRequested'
}

/** When after-call work that has begun ends by itself; epoch milliseconds. */
export function workDueMs(participant: Participant): number | undefined {
  const { acw, startAcwMs } = participant
  if (acw === undefined || startAcwMs === undefined || !isWrappingUp(participant)) return undefined
  return isTimed(acw.prompt) ? startAcwMs + acw.timeoutMs : undefined
}

/** The leg of a participant is over: his after-call work begins, or is done where he gave his code before. */
export function beginAfterCallWork(participant: Participant, nowMs: number): Participant {
  const { acw, wrapup, startAcwMs } = participant
  if (acw === undefined || startAcwMs !== undefined || !workFollows(acw)) return participant
  const begun = { ...participant, wrapupRequired: true, startAcwMs: nowMs }
  return wrapup === undefined || acw.prompt === 'forcedTimeout'
    ? begun
    : { ...begun, endAcwMs: nowMs }
}

/**
 * Takes the agent's word. A provisional one is kept for later; a last one ends the work, except where the queue
 * holds the agent until the time is over (`MANDATORY_FORCED_TIMEOUT`).
 */
export function withWrapup(participant: Participant, wrapup: Wrapup, nowMs: number): Participant {
  if (wrapup.provisional) return { ...participant, provisionalWrapup: wrapup }
  const { provisionalWrapup: _draft, ...rest } = participant
  const said = { ...rest, wrapup: timed(rest, wrapup, nowMs) }
  const holds = participant.acw?.prompt === 'forcedTimeout'
  return isWrappingUp(said) && !holds ? { ...said, endAcwMs: nowMs } : said
}

/** The agent goes without a code: the vendor's system code stands in. */
export function withSkippedWrapup(participant: Participant, nowMs: number): Participant {
  const wrapup = { code: wrapupSkipped, name: wrapupSkipped, provisional: false }
  return { ...withWrapup(participant, wrapup, nowMs), wrapupSkipped: true }
}

/**
 * The time is over. What the agent saved as provisional becomes his last word, under the time-out's code where it
 * names none (GUESS: the vendor says only that a provisional wrap-up is used later).
 */
export function endAfterCallWork(participant: Participant, nowMs: number): Participant {
  if (!isWrappingUp(participant)) return participant
  if (participant.wrapup !== undefined) return { ...participant, endAcwMs: nowMs }
  const { provisionalWrapup: draft, ...rest } = participant
  const coded = draft !== undefined && draft.code !== ''
  const code = coded ? draft : { ...draft, code: wrapupTimedOut, name: wrapupTimedOut }
  const wrapup = timed(participant, { ...code, provisional: false }, nowMs)
  return { ...rest, wrapup, endAcwMs: nowMs }
}

function timed(participant: Participant, wrapup: Wrapup, nowMs: number): Wrapup {
  const { startAcwMs } = participant
  const seconds = startAcwMs === undefined ? 0 : Math.round((nowMs - startAcwMs) / 1000)
  return {
    ...wrapup,
    durationSeconds: wrapup.durationSeconds ?? seconds,
    endMs: wrapup.endMs ?? nowMs,
  }
}
