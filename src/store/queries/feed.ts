import { type FeedMoment, unpackMoment } from '../feed-form.ts'
import { type FeedText, feedRows, feedText } from '../feed-text.ts'
import type { Change, Session } from '../session.ts'
import type { Row, Sql } from '../sql.ts'
import { json, number } from '../sql.ts'
import type { Feed, FeedEntry, FeedEvent } from '../store.ts'

/** What an event that waits for its commit answers. */
const noted = Promise.resolve()

/** The feed of one organization. */
export class FeedQueries implements Feed {
  readonly #session: Session

  constructor(session: Session) {
    this.#session = session
  }

  append(event: FeedEvent, timeMs: number): Promise<void> {
    return this.#session.write((change) => {
      change.feed.push({ event, timeMs })
      return noted
    })
  }

  after(sequence: number, limit: number): Promise<readonly FeedEntry[]> {
    return after(this.#session, sequence, limit)
  }

  async head(): Promise<number> {
    const { organizationId, sql } = this.#session
    const row = await sql.get('select sequence from feed_heads where organization_id = ?', [
      organizationId,
    ])
    return row === undefined ? 0 : number(row, 'sequence')
  }
}

/** Rows read at once: most hold dozens of events. */
const rowsAtOnce = 8

async function after(
  { organizationId, sql }: Session,
  sequence: number,
  limit: number,
): Promise<readonly FeedEntry[]> {
  const found: FeedEntry[] = []
  let last = sequence
  for (;;) {
    const rows = await sql.all(
      `select sequence, size, moments from feed where organization_id = ? and sequence > ?
       order by sequence limit ?`,
      [organizationId, last, rowsAtOnce],
    )
    for (const row of rows) {
      const entries = entriesOf(row).filter((entry) => entry.sequence > last)
      found.push(...entries.slice(0, limit - found.length))
      if (found.length === limit) return found
      last = number(row, 'sequence')
    }
    if (rows.length < rowsAtOnce) return found
  }
}

function entriesOf(row: Row): readonly FeedEntry[] {
  let sequence = number(row, 'sequence') - number(row, 'size')
  return json<readonly FeedMoment[]>(row, 'moments').flatMap((moment) =>
    unpackMoment(moment).map((event) => {
      sequence += 1
      return { sequence, timeMs: moment[0], event }
    }),
  )
}

/** Makes the head of an organization's feed greater; the greater one. */
export const growHead = `insert into feed_heads (organization_id, sequence) values (?, ?)
  on conflict (organization_id) do update set sequence = feed_heads.sequence + excluded.sequence
  returning sequence`

/**
 * Writes the events of transactions that are about to commit, in that order; gives the feed's last number, or
 * undefined when there are none. Nothing but the commit may follow: the row of the head is locked from here
 * on, so that numbers are given out in the order of commits and without gaps.
 */
export async function flushFeed(
  sql: Sql,
  organizationId: string,
  texts: readonly FeedText[],
): Promise<number | undefined> {
  if (texts.length === 0) return undefined
  const total = texts.reduce((sum, { count }) => sum + count, 0)
  const row = await sql.get(growHead, [organizationId, total])
  if (row === undefined) throw new Error(`The feed of ${organizationId} has no head.`)
  const head = number(row, 'sequence')
  for (const { behind, count, timeMs, moments } of feedRows(texts)) {
    await sql.run(
      'insert into feed (organization_id, sequence, size, time_ms, moments) values (?, ?, ?, ?, ?)',
      [organizationId, head - behind, count, timeMs, moments],
    )
  }
  return head
}

/** What transactions tell the feed, in the form that it is kept in. */
export function feedTexts(changes: readonly Change[]): readonly FeedText[] {
  return changes.map(({ feed }) => feedText(feed)).filter((text) => text !== undefined)
}
