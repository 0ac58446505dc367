import { type Channel, isMessenger } from './message.ts'

/** How many conversations of a medium an agent takes at once: the vendor's default utilization. */
export const defaultCapacity = {
  call: 1,
  callback: 1,
  chat: 4,
  email: 1,
  message: 4,
} as const

/** The medium under which a channel counts towards an agent's capacity. */
export function mediumOf(channel: Channel): string {
  return isMessenger(channel) ? 'message' : channel
}

/** The capacity for a medium, where nothing else is set; media that the vendor does not count take one at a time. */
export function capacityOf(medium: string): number {
  return Object.entries(defaultCapacity).find(([name]) => name === medium)?.[1] ?? 1
}

/** An agent as the choice sees him. */
export interface Candidate {
  readonly userId: string
  readonly routingStatus: string
  /** Since when he has that status; epoch milliseconds. */
  readonly sinceMs: number
  /** Conversations of the medium in question that take up his capacity. */
  readonly load: number
  /** Skills and languages by their ids; absent: none. */
  readonly skillIds?: readonly string[]
}

/** What the choice has to keep to. */
export interface ChoiceRules {
  /** Conversations of the medium that one agent takes; the vendor's four messages unless said otherwise. */
  readonly capacity?: number
  /** Who is taken before all others, when he is free. */
  readonly preferredUserId?: string | undefined
  /** Skills and the language that the agent must have, every one of them (vendor: a queue's `skillEvaluationMethod` ALL). */
  readonly skillIds?: readonly string[] | undefined
}

/**
 * Picks who is alerted next: whoever has been idle longest; after the idle ones, those at work who have room.
 * Agents in `notUserIds` (who let this one ring before) come last of all.
 */
export function nextAgent(
  candidates: readonly Candidate[],
  notUserIds: readonly string[],
  { capacity = defaultCapacity.message, preferredUserId, skillIds = [] }: ChoiceRules = {},
): Candidate | undefined {
  const free = candidates.filter(
    (agent) =>
      (agent.routingStatus === 'IDLE' || agent.routingStatus === 'INTERACTING') &&
      agent.load < capacity &&
      skillIds.every((id) => agent.skillIds?.includes(id) === true),
  )
  const order = (agent: Candidate) => {
    if (notUserIds.includes(agent.userId)) return agent.routingStatus === 'IDLE' ? 3 : 4
    if (agent.userId === preferredUserId) return 0
    return agent.routingStatus === 'IDLE' ? 1 : 2
  }
  return free.toSorted((a, b) => order(a) - order(b) || a.sinceMs - b.sinceMs)[0]
}
