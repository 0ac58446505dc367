interface Bucket {
  /** Calls that may still be made. */
  left: number
  timeMs: number
}

const keysMax = 20_000
const minuteMs = 60_000

/** Counts tool calls of each principal on this node: a minute's worth at once, refilled evenly. */
export class Rates {
  readonly #now: () => number
  readonly #buckets = { calls: new Map<string, Bucket>(), writes: new Map<string, Bucket>() }

  constructor(now: () => number) {
    this.#now = now
  }

  /** Takes one call of a principal's; the seconds to wait when there is none left. */
  take(
    kind: 'calls' | 'writes',
    { key, perMinute }: { readonly key: string; readonly perMinute: number },
  ): number | undefined {
    const nowMs = this.#now()
    const buckets = this.#buckets[kind]
    if (buckets.size > keysMax) buckets.clear()
    const bucket = buckets.get(key) ?? { left: perMinute, timeMs: nowMs }
    const refilled = bucket.left + ((nowMs - bucket.timeMs) * perMinute) / minuteMs
    bucket.left = Math.min(perMinute, Math.max(0, refilled))
    bucket.timeMs = nowMs
    buckets.set(key, bucket)
    if (bucket.left < 1) return Math.ceil(((1 - bucket.left) * 60) / perMinute)
    bucket.left -= 1
    return undefined
  }
}
