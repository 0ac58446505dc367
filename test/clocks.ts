import type { Clock } from '../src/clock.ts'
import type { Outside } from '../src/context.ts'
import { createIds } from '../src/ids.ts'

function outsideOf(clock: Clock): Outside {
  return { clock, ids: createIds(() => clock.now()), chance: Math.random }
}

/** Time that runs faster than the machine's, so that pauses of seconds take moments. Deadlines of sockets stay real. */
export function hurriedOutside(factor: number): Outside {
  const startMs = Date.now()
  return outsideOf({
    now: () => startMs + Math.round((Date.now() - startMs) * factor),
    after(delayMs, work) {
      // The machine's timers may fire a millisecond early, which is `factor` of them here.
      const timer = setTimeout(work, Math.ceil(delayMs / factor) + 1)
      timer.unref()
      return () => clearTimeout(timer)
    },
  })
}

/** The machine's time, and a leap forward on demand: what waits meanwhile waits as long as before. */
export function leapingOutside(): { readonly outside: Outside; leap(ms: number): void } {
  let aheadMs = 0
  const outside = outsideOf({
    now: () => Date.now() + aheadMs,
    after(delayMs, work) {
      const timer = setTimeout(work, delayMs)
      timer.unref()
      return () => clearTimeout(timer)
    },
  })
  return {
    outside,
    leap(ms) {
      aheadMs += ms
    },
  }
}
