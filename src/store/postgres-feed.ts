import type { PostgresConnection } from './postgres-connection.ts'
import { bigintArray, textArray } from './postgres-rows.ts'
import { growHead } from './queries/feed.ts'
import type { Change } from './session.ts'
import { number } from './sql.ts'

const addEntries = `insert into feed (organization_id, sequence, time_ms, event)
  select h.organization_id, h.sequence - ?::bigint + e.position, e.time_ms, e.event
  from feed_heads h, unnest(?::bigint[], ?::text[]) with ordinality as e(time_ms, event, position)
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
  const drafts = changes.flatMap(({ feed }) => feed)
  if (drafts.length === 0) return undefined
  const [row] = await Promise.all([
    connection.get(growHead, [organizationId, drafts.length]),
    connection.query(addEntries, [
      drafts.length,
      bigintArray(drafts.map(({ timeMs }) => timeMs)),
      textArray(drafts.map(({ event }) => JSON.stringify(event))),
      organizationId,
    ]),
  ])
  if (row === undefined) throw new Error(`The feed of ${organizationId} has no head.`)
  return number(row, 'sequence')
}
