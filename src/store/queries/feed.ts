import type { Change, Session } from '../session.ts'
import type { Sql } from '../sql.ts'
import { json, number } from '../sql.ts'
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
  changes: readonly Change[],
): Promise<number | undefined> {
  const drafts = changes.flatMap((change) => change.feed)
  if (drafts.length === 0) return undefined
  const row = await sql.get(growHead, [organizationId, drafts.length])
  if (row === undefined) throw new Error(`The feed of ${organizationId} has no head.`)
  const head = number(row, 'sequence')
  for (const [index, { event, timeMs }] of drafts.entries()) {
    await sql.run(
      'insert into feed (organization_id, sequence, time_ms, event) values (?, ?, ?, ?)',
      [organizationId, head - drafts.length + 1 + index, timeMs, JSON.stringify(event)],
    )
  }
  return head
}
