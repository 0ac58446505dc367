import { isoTime } from '../../clock.ts'
import { isWrappingUp, type Participant, type Wrapup } from '../../domain/conversation.ts'

/** What both views of a participant say of his wrap-up and after-call work. */
export function wrapupFields(participant: Participant) {
  const { acw, wrapup, startAcwMs, endAcwMs } = participant
  return {
    ...(wrapup === undefined ? {} : { wrapup: presentWrapup(wrapup) }),
    ...(acw === undefined ? {} : { wrapupPrompt: acw.prompt, wrapupTimeoutMs: acw.timeoutMs }),
    ...(participant.wrapupSkipped === true ? { wrapupSkipped: true } : {}),
    ...(startAcwMs === undefined ? {} : { startAcwTime: isoTime(startAcwMs) }),
    ...(endAcwMs === undefined ? {} : { endAcwTime: isoTime(endAcwMs) }),
  }
}

/** The vendor's `Wrapup`. */
export function presentWrapup(wrapup: Wrapup) {
  const { code, name, notes, durationSeconds, endMs } = wrapup
  return {
    code,
    ...(name === undefined ? {} : { name }),
    ...(notes === undefined ? {} : { notes }),
    tags: [...(wrapup.tags ?? [])],
    ...(durationSeconds === undefined ? {} : { durationSeconds }),
    ...(endMs === undefined ? {} : { endTime: isoTime(endMs) }),
    provisional: wrapup.provisional,
  }
}

/** The vendor's `AfterCallWork` of a communication. */
export function afterCallWork(participant: Participant) {
  const { startAcwMs, endAcwMs, wrapupSkipped } = participant
  if (startAcwMs === undefined)
    return { state: wrapupSkipped === true ? 'skipped' : 'notApplicable' }
  const done = wrapupSkipped === true ? 'skipped' : 'complete'
  return {
    state: isWrappingUp(participant) ? 'pending' : done,
    startTime: isoTime(startAcwMs),
    ...(endAcwMs === undefined ? {} : { endTime: isoTime(endAcwMs) }),
  }
}
