import { ActionFailure } from './failure.ts'

/** How much of an organization's actions may run. */
export interface RunLimitOptions {
  /** Epoch milliseconds. */
  readonly now: () => number
  /** Executions at the same time; the vendor's `actions.concurrent.executions.max` is 50. */
  readonly concurrentMax?: number
  /** Executions begun within a minute; the vendor gave 2 500 in 2021. */
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
  const { now, concurrentMax = 50, perMinuteMax = 2_500 } = options
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
          `The limit actions.concurrent.executions.max of ${concurrentMax} executions at the same time is reached. Try again when one has ended.`,
          { status: 429 },
        )
      }
      if (share.begun.length - share.first >= perMinuteMax) {
        throw new ActionFailure(
          `The limit requests.volume.max of ${perMinuteMax} executions a minute is reached. Try again in a minute.`,
          { status: 429 },
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
