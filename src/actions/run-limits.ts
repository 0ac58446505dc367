import type { ErrorLimit } from '../errors.ts'
import { ActionFailure } from './failure.ts'

/**
 * The vendor's limits of executions (help page "Data actions performance"): how many at the same time, and how many
 * begun in a minute, as it gave them in 2021. That their namespace is called `data.actions` is a guess from the heading
 * of its page of limits.
 */
export const actionLimits = {
  concurrent: { key: 'actions.concurrent.executions.max', namespace: 'data.actions', value: 50 },
  perMinute: { key: 'requests.volume.max', namespace: 'data.actions', value: 2_500 },
} as const satisfies Readonly<Record<string, ErrorLimit>>

/** How much of an organization's actions may run. */
export interface RunLimitOptions {
  /** Epoch milliseconds. */
  readonly now: () => number
  /** Executions at the same time. */
  readonly concurrentMax?: number
  /** Executions begun within a minute. */
  readonly perMinuteMax?: number
}

/** Counts executions by organization. */
export interface RunLimits {
  /**
   * Begins an execution and gives the function that ends it.
   * Throws `ActionFailure` with status 429 when the organization has used up its share.
   */
  enter(organizationId: string): () => void
  /** Executions under way. */
  underWay(organizationId: string): number
}

interface Share {
  underWay: number
  /** Beginnings of the last minute, oldest first, from `first` on; what stands before is over. */
  begun: number[]
  first: number
}

const minuteMs = 60_000

/** Makes the concurrency and volume limits of Genesys Cloud's "Data actions performance" for this process. */
export function createRunLimits(options: RunLimitOptions): RunLimits {
  const { concurrent, perMinute } = actionLimits
  const { now, concurrentMax = concurrent.value, perMinuteMax = perMinute.value } = options
  const shares = new Map<string, Share>()

  const shareOf = (organizationId: string): Share => {
    const known = shares.get(organizationId) ?? { underWay: 0, begun: [], first: 0 }
    shares.set(organizationId, known)
    return known
  }

  return {
    enter(organizationId) {
      const share = shareOf(organizationId)
      const nowMs = now()
      forget(share, nowMs)
      if (share.underWay >= concurrentMax) {
        throw new ActionFailure(
          `The limit ${concurrent.key} of ${concurrentMax} executions at the same time is reached. Try again when one has ended.`,
          { status: 429, limit: { ...concurrent, value: concurrentMax } },
        )
      }
      if (share.begun.length - share.first >= perMinuteMax) {
        throw new ActionFailure(
          `The limit ${perMinute.key} of ${perMinuteMax} executions a minute is reached. Try again in a minute.`,
          { status: 429, limit: { ...perMinute, value: perMinuteMax } },
        )
      }
      share.begun.push(nowMs)
      share.underWay += 1
      let isOver = false
      return () => {
        if (!isOver) share.underWay -= 1
        isOver = true
      }
    },
    underWay: (organizationId) => shares.get(organizationId)?.underWay ?? 0,
  }
}

/** Passes over beginnings that are a minute old, and takes them out of memory when they are the larger part. */
function forget(share: Share, nowMs: number): void {
  const { begun } = share
  while (share.first < begun.length && nowMs - (begun[share.first] ?? 0) >= minuteMs) {
    share.first += 1
  }
  if (share.first * 2 <= begun.length) return
  share.begun = begun.slice(share.first)
  share.first = 0
}
