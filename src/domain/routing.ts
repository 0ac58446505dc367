import { type Channel, isMessenger } from './message.ts'

/** How many message conversations an agent takes at once: the vendor's default utilization. */
export const messageCapacity = 4

/** How many e-mail conversations: the vendor's default utilization. */
export const emailCapacity = 1

/** What counts together towards an agent's utilization: all messengers are one medium. */
export function mediumOf(channel: Channel): string {
  return isMessenger(channel) ? 'message' : channel
}

/** How many conversations of the channel's medium an agent takes at once. */
export function capacityOf(channel: Channel): number {
  return channel === 'email' ? emailCapacity : messageCapacity
}

/** An agent as the choice sees him. */
export interface Candidate {
  readonly userId: string
  readonly routingStatus: string
  /** Since when he has that status; epoch milliseconds. */
  readonly sinceMs: number
  /** Conversations of the medium in question that take up his capacity. */
  readonly load: number
}

/**
 * Picks who is alerted next: whoever has been idle longest; after the idle ones, those at work who have room.
 * Agents in `notUserIds` (who let this one ring before) come last of all.
 */
export function nextAgent(
  candidates: readonly Candidate[],
  notUserIds: readonly string[],
  capacity: number = messageCapacity,
): Candidate | undefined {
  const free = candidates.filter(
    ({ routingStatus, load }) =>
      (routingStatus === 'IDLE' || routingStatus === 'INTERACTING') && load < capacity,
  )
  const order = (agent: Candidate) =>
    (notUserIds.includes(agent.userId) ? 2 : 0) + (agent.routingStatus === 'IDLE' ? 0 : 1)
  return free.toSorted((a, b) => order(a) - order(b) || a.sinceMs - b.sinceMs)[0]
}
