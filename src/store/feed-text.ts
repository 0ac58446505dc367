import { packMoments } from './feed-form.ts'
import type { FeedDraft } from './session.ts'

/** Events of a transaction in the form in which the feed keeps them. */
export interface FeedText {
  readonly count: number
  /** When the last one happened, in epoch milliseconds. */
  readonly timeMs: number
  /** Moments (`feed-form.ts`) in JSON, joined by commas. */
  readonly moments: string
}

/** A row of the feed: several events of one commit, because a row costs as much as its events. */
export interface FeedRow {
  /** How many events of the commit come after those of this row. */
  readonly behind: number
  readonly count: number
  readonly timeMs: number
  /** A list of moments in JSON. */
  readonly moments: string
}

/** Events in one row at most, unless a single transaction has more: a reader takes whole rows. */
const rowEventsMax = 64

/** Writes the events of a transaction down; undefined when there are none. */
export function feedText(drafts: readonly FeedDraft[]): FeedText | undefined {
  const last = drafts.at(-1)
  if (last === undefined) return undefined
  let moments = ''
  for (const moment of packMoments(drafts)) {
    const text = JSON.stringify(moment)
    moments = moments === '' ? text : `${moments},${text}`
  }
  return { count: drafts.length, timeMs: last.timeMs, moments }
}

/** The rows for what the transactions of one commit tell the feed, in their order. */
export function feedRows(texts: readonly FeedText[]): readonly FeedRow[] {
  const rows: FeedRow[] = []
  let behind = texts.reduce((sum, { count }) => sum + count, 0)
  let row: FeedText | undefined
  const close = () => {
    if (row === undefined) return
    behind -= row.count
    rows.push({ behind, count: row.count, timeMs: row.timeMs, moments: `[${row.moments}]` })
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
            moments: `${row.moments},${text.moments}`,
          }
  }
  close()
  return rows
}
