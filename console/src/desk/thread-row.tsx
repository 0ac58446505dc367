import { memo } from 'react'
import { clockTime, dayName } from '../ui/time.tsx'
import { Bubble } from './bubble.tsx'
import type { SystemEvent } from './interaction.ts'
import type { Line } from './lines.ts'

interface Row {
  readonly key: string
  readonly timeMs: number
  /** The first of its day: the day is named above it. */
  readonly isNewDay: boolean
  readonly line?: Line
  /** What happened to a participant, where it is no message. */
  readonly text?: string
}

/** What of a thread is to be laid out. */
export interface Stretch {
  readonly lines: readonly Line[]
  readonly events: readonly SystemEvent[]
  /** Whether the stretch begins with the thread, and ends with it. */
  readonly isFromStart: boolean
  readonly isToEnd: boolean
}

/** The rows of a stretch: its messages, and between them what happened to the participants. */
export function rowsOf({ lines, events, isFromStart, isToEnd }: Stretch): readonly Row[] {
  const fromMs = isFromStart ? 0 : (lines[0]?.timeMs ?? 0)
  const toMs = isToEnd ? Number.POSITIVE_INFINITY : (lines.at(-1)?.timeMs ?? 0)
  const things: Omit<Row, 'isNewDay'>[] = [
    ...lines.map((line) => ({ key: line.id, timeMs: line.timeMs, line })),
    ...events
      .filter(({ timeMs }) => timeMs >= fromMs && timeMs <= toMs)
      .map(({ id, timeMs, text }) => ({ key: id, timeMs, text })),
  ].sort((a, b) => a.timeMs - b.timeMs)
  // a stretch that is made longer at its beginning does not move what is below: its first day is not named
  let dayEndsMs = isFromStart ? 0 : endOfDay(fromMs)
  return things.map((thing) => {
    const isNewDay = thing.timeMs >= dayEndsMs
    if (isNewDay) dayEndsMs = endOfDay(thing.timeMs)
    return { ...thing, isNewDay }
  })
}

function endOfDay(timeMs: number): number {
  return new Date(timeMs).setHours(24, 0, 0, 0)
}

interface RowProps {
  readonly row: Row
  readonly customerName: string
  readonly author: string
}

/** One row of a thread, drawn again only when it says something else: rows are made anew with every change. */
export const ThreadRow = memo(function ThreadRow({ row, customerName, author }: RowProps) {
  return (
    <>
      {row.isNewDay ? (
        <div className="divider">
          <span>{dayName(row.timeMs)}</span>
        </div>
      ) : null}
      {row.line === undefined ? (
        <div className="event">
          {row.text} · {clockTime(row.timeMs)}
        </div>
      ) : (
        <Bubble line={row.line} customerName={customerName} author={author} />
      )}
    </>
  )
}, isSameRow)

function isSameRow(a: RowProps, b: RowProps): boolean {
  return (
    a.row.line === b.row.line &&
    a.row.isNewDay === b.row.isNewDay &&
    a.row.text === b.row.text &&
    a.row.timeMs === b.row.timeMs &&
    a.customerName === b.customerName &&
    a.author === b.author
  )
}
