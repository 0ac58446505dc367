import { memo } from 'react'
import { clockTime, dayName } from '../ui/time.tsx'
import { Bubble } from './bubble.tsx'
import type { Interaction } from './interaction.ts'
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

/** The rows of a thread: its messages, and between them what happened to the participants. */
export function rowsOf({
  lines,
  events,
  reach,
}: Pick<Interaction, 'lines' | 'events' | 'reach'>): readonly Row[] {
  const fromMs = reach === 'whole' ? 0 : (lines[0]?.timeMs ?? 0)
  const things: Omit<Row, 'isNewDay'>[] = [
    ...lines.map((line) => ({ key: line.id, timeMs: line.timeMs, line })),
    ...events
      .filter(({ timeMs }) => timeMs >= fromMs)
      .map(({ id, timeMs, text }) => ({ key: id, timeMs, text })),
  ].sort((a, b) => a.timeMs - b.timeMs)
  let dayEndsMs = 0
  return things.map((thing) => {
    const isNewDay = thing.timeMs >= dayEndsMs
    if (isNewDay) dayEndsMs = new Date(thing.timeMs).setHours(24, 0, 0, 0)
    return { ...thing, isNewDay }
  })
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
