import type { FeedDraft } from './session.ts'

/** Events of a transaction in the form in which the feed keeps them. */
export interface FeedText {
  readonly count: number
  /** When the last one happened, in epoch milliseconds. */
  readonly timeMs: number
  /** `[time, event]` of each in JSON, joined by commas. */
  readonly entries: string
}

/** A row of the feed: several events of one commit, because a row costs as much as its events. */
export interface FeedRow {
  /** How many events of the commit come after those of this row. */
  readonly behind: number
  readonly count: number
  readonly timeMs: number
  /** A list of `[time, event]` in JSON. */
  readonly events: string
}

/** Events in one row at most, unless a single transaction has more: a reader takes whole rows. */
const rowEventsMax = 64

/** Writes the events of a transaction down; undefined when there are none. */
export function feedText(drafts: readonly FeedDraft[]): FeedText | undefined {
  const last = drafts.at(-1)
  if (last === undefined) return undefined
  let entries = ''
  for (const { event, timeMs } of drafts) {
    entries += `${entries === '' ? '' : ','}[${timeMs},${JSON.stringify(event)}]`
  }
  return { count: drafts.length, timeMs: last.timeMs, entries }
}

/** The rows for what the transactions of one commit tell the feed, in their order. */
export function feedRows(texts: readonly FeedText[]): readonly FeedRow[] {
  const rows: FeedRow[] = []
  let behind = texts.reduce((sum, { count }) => sum + count, 0)
  let row: FeedText | undefined
  const close = () => {
    if (row === undefined) return
    behind -= row.count
    rows.push({ behind, count: row.count, timeMs: row.timeMs, events: `[${row.entries}]` })
    row = undefined
  }
  for (const text of texts) {
    if (row !== undefined && row.count + text.count > rowEventsMax) close()
    row =
      row === undefined
        ? text
        : {
            count: row.count + text.count,
            timeMs: text.timeMs,
            entries: `${row.entries},${text.entries}`,
          }
  }
  close()
  return rows
}
