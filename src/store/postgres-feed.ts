import { feedRows } from './feed-text.ts'
import type { PostgresConnection } from './postgres-connection.ts'
import { bigintArray, textArray } from './postgres-rows.ts'
import { feedTexts, growHead } from './queries/feed.ts'
import type { Change } from './session.ts'
import { number } from './sql.ts'

const addRows = `insert into feed (organization_id, sequence, size, time_ms, events)
  select h.organization_id, h.sequence - e.behind, e.size, e.time_ms, e.events
  from feed_heads h, unnest(?::bigint[], ?::bigint[], ?::bigint[], ?::text[])
    as e(behind, size, time_ms, events)
  where h.organization_id = ?`

/**
 * Does what `flushFeed` does in two statements. Both are issued before this returns, so that the commit can go
 * out with them and the row of the head, which all nodes wait for, is locked no longer than it must.
 */
export async function flushFeedAtOnce(
  connection: PostgresConnection,
  organizationId: string,
  changes: readonly Change[],
): Promise<number | undefined> {
  const rows = feedRows(feedTexts(changes))
  const [first] = rows
  if (first === undefined) return undefined
  const [head] = await Promise.all([
    connection.get(growHead, [organizationId, first.behind + first.count]),
    connection.query(addRows, [
      bigintArray(rows.map(({ behind }) => behind)),
      bigintArray(rows.map(({ count }) => count)),
      bigintArray(rows.map(({ timeMs }) => timeMs)),
      textArray(rows.map(({ events }) => events)),
      organizationId,
    ]),
  ])
  if (head === undefined) throw new Error(`The feed of ${organizationId} has no head.`)
  return number(head, 'sequence')
}
