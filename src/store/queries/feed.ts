import type { Change, FeedDraft, Session } from '../session.ts'
import type { Sql } from '../sql.ts'
import { chunks, json, number } from '../sql.ts'
import type { Feed } from '../store.ts'

/** The feed of one organization. */
export function feed(session: Session): Feed {
  const { organizationId, sql } = session
  return {
    async append(event, timeMs) {
      await session.write(async (change) => {
        change.feed.push({ event, timeMs })
      })
    },
    async after(sequence, limit) {
      const rows = await sql.all(
        `select sequence, time_ms, event from feed where organization_id = ? and sequence > ?
         order by sequence limit ?`,
        [organizationId, sequence, limit],
      )
      return rows.map((row) => ({
        sequence: number(row, 'sequence'),
        timeMs: number(row, 'time_ms'),
        event: json(row, 'event'),
      }))
    },
    async head() {
      const row = await sql.get('select sequence from feed_heads where organization_id = ?', [
        organizationId,
      ])
      return row === undefined ? 0 : number(row, 'sequence')
    },
  }
}

/**
 * Writes the events of transactions that are about to commit, in that order, and returns the feed's last
 * number; undefined when there are none. These must be the last statements before the commit: the row of the
 * head is locked from here on, so that numbers are given out in the order of commits and without gaps.
 */
export async function flushFeed(
  sql: Sql,
  organizationId: string,
  changes: readonly Change[],
): Promise<number | undefined> {
  const drafts = changes.flatMap((change) => change.feed)
  if (drafts.length === 0) return undefined
  const row = await sql.get(
    `insert into feed_heads (organization_id, sequence) values (?, ?)
     on conflict (organization_id) do update set
       sequence = feed_heads.sequence + excluded.sequence
     returning sequence`,
    [organizationId, drafts.length],
  )
  if (row === undefined) throw new Error(`The feed of ${organizationId} has no head.`)
  const head = number(row, 'sequence')
  let sequence = head - drafts.length
  for (const some of chunks(drafts, 16)) {
    await insert(sql, organizationId, { drafts: some, after: sequence })
    sequence += some.length
  }
  return head
}

async function insert(
  sql: Sql,
  organizationId: string,
  { drafts, after }: { readonly drafts: readonly FeedDraft[]; readonly after: number },
): Promise<void> {
  const marks = drafts.map(() => '(?, ?, ?, ?)').join(', ')
  const values = drafts.flatMap(({ event, timeMs }, index) => [
    organizationId,
    after + index + 1,
    timeMs,
    JSON.stringify(event),
  ])
  await sql.run(
    `insert into feed (organization_id, sequence, time_ms, event) values ${marks}`,
    values,
  )
}
