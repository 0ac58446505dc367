/** How many message conversations an agent takes at once: the vendor's default utilization. */
export const messageCapacity = 4

/** An agent as the choice sees him. */
export interface Candidate {
  readonly userId: string
  readonly routingStatus: string
  /** Since when he has that status; epoch milliseconds. */
  readonly sinceMs: number
  /** Message conversations in which he has a leg that is not over. */
  readonly load: number
}

/**
 * Picks who is alerted next: whoever has been idle longest; after the idle ones, those at work who have room.
 * Agents in `notUserIds` (who let this one ring before) come last of all.
 */
export function nextAgent(
  candidates: readonly Candidate[],
  notUserIds: readonly string[],
): Candidate | undefined {
  const free = candidates.filter(
    ({ routingStatus, load }) =>
      (routingStatus === 'IDLE' || routingStatus === 'INTERACTING') && load < messageCapacity,
  )
  const order = (agent: Candidate) =>
    (notUserIds.includes(agent.userId) ? 2 : 0) + (agent.routingStatus === 'IDLE' ? 0 : 1)
  return free.toSorted((a, b) => order(a) - order(b) || a.sinceMs - b.sinceMs)[0]
}
