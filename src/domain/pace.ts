/** How often something may be done within a stretch of time. */
export interface Pace {
  readonly count: number
  readonly withinMs: number
}

/** What an agent may tell of his typing (vendor limit: 12 events a conversation and minute). */
export const typingPace: Pace = { count: 12, withinMs: 60_000 }

/** The times that still count with `nowMs` added; undefined when that would be one too many. */
export function paced(
  times: readonly number[],
  nowMs: number,
  { count, withinMs }: Pace,
): readonly number[] | undefined {
  const recent = times.filter((ms) => ms > nowMs - withinMs)
  return recent.length < count ? [...recent, nowMs] : undefined
}
