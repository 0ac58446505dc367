import { useMemo, useState } from 'react'
import type { Line } from './lines.ts'

/** Lines that are laid out at the most: what each of them costs when one is measured does not grow with the thread. */
const windowLines = 600
const stepLines = 300

/** The part of a long thread that is laid out, and the way to move it. */
export interface ThreadWindow {
  readonly lines: readonly Line[]
  /** Whether known lines come before and behind it. */
  readonly hasEarlier: boolean
  readonly hasLater: boolean
  back(): void
  on(): void
  toEnd(): void
}

/** Keeps the last lines of a thread in the window until it is moved, and then those that were in it. */
export function useThreadWindow(lines: readonly Line[]): ThreadWindow {
  const [untilId, setUntil] = useState<string | undefined>(undefined)
  const end =
    untilId === undefined ? lines.length : lines.findLastIndex(({ id }) => id <= untilId) + 1
  const start = Math.max(0, end - windowLines)
  const shown = useMemo(() => lines.slice(start, end), [lines, start, end])
  return {
    lines: shown,
    hasEarlier: start > 0,
    hasLater: end < lines.length,
    back: () => setUntil(lines[end - 1 - stepLines]?.id),
    on: () => {
      const next = end - 1 + stepLines
      setUntil(next >= lines.length - 1 ? undefined : lines[next]?.id)
    },
    toEnd: () => setUntil(undefined),
  }
}
