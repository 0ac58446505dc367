import { randomBytes } from 'node:crypto'
import type { Outside } from '../src/context.ts'
import { createIds } from '../src/ids.ts'

/** The machine's time, with the power to skip ahead: what was due meanwhile runs at once. */
export interface SkippingOutside extends Outside {
  skip(ms: number): void
}

/** Time for a test that cannot wait. */
export function skippingOutside(): SkippingOutside {
  let aheadMs = 0
  const now = () => Date.now() + aheadMs
  const pending = new Set<{ readonly dueMs: number; readonly run: () => void }>()
  const after = (delayMs: number, work: () => void) => {
    const entry = { dueMs: now() + delayMs, run: () => finish() }
    const timer = setTimeout(() => finish(), delayMs)
    timer.unref()
    const cancel = () => {
      clearTimeout(timer)
      pending.delete(entry)
    }
    const finish = () => {
      cancel()
      work()
    }
    pending.add(entry)
    return cancel
  }
  return {
    clock: { now, after },
    ids: createIds(now, (bytes) => randomBytes(bytes)),
    chance: Math.random,
    skip(ms) {
      aheadMs += ms
      for (const entry of [...pending]) if (entry.dueMs <= now()) entry.run()
    },
  }
}
