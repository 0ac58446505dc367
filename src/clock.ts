/** Time as the program sees it. The real one follows the machine; tests and the simulation move their own. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number
  /** Calls `work` once after `delayMs`; the returned function cancels it. */
  after(delayMs: number, work: () => void): () => void
}

/** The machine's clock. Its timers do not hold the process open. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(delayMs, work) {
    const timer = setTimeout(work, delayMs)
    timer.unref()
    return () => clearTimeout(timer)
  },
}

/** ISO-8601 with milliseconds and `Z`, the form of every time on the wire. */
export function isoTime(epochMs: number): string {
  return new Date(epochMs).toISOString()
}
