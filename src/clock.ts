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

/** The second of the last time that was written, in epoch seconds, and its text up to the milliseconds. */
let lastSecond = Number.NaN
let lastText = ''

/**
 * ISO-8601 with milliseconds and `Z`, the form of every time on the wire. Throws a `RangeError` for what is no time.
 * Times that are written one after another are mostly of one second, whose text is kept: it takes a sixth of the time.
 */
export function isoTime(epochMs: number): string {
  const ms = Math.trunc(epochMs)
  const second = Math.floor(ms / 1000)
  if (second !== lastSecond) {
    lastText = new Date(second * 1000).toISOString().slice(0, -4)
    lastSecond = second
  }
  const rest = ms - second * 1000
  return `${lastText}${rest < 10 ? '00' : rest < 100 ? '0' : ''}${rest}Z`
}
