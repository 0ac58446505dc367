import { feedRows } from './feed-text.ts'
import type { BatchStatement } from './postgres-batch.ts'
import type { PostgresConnection } from './postgres-connection.ts'
import { bigintArray, textArray } from './postgres-rows.ts'
import { feedTexts, growHead } from './queries/feed.ts'
import type { Change } from './session.ts'
import { number } from './sql.ts'

const addRows = `insert into feed (organization_id, sequence, size, time_ms, moments)
  select h.organization_id, h.sequence - e.behind, e.size, e.time_ms, e.moments
  from feed_heads h, unnest(?::bigint[], ?::bigint[], ?::bigint[], ?::text[])
    as e(behind, size, time_ms, moments)
  where h.organization_id = ?`

/**
 * The two statements that do what `flushFeed` does, the first of which gives the head; undefined when there is nothing
 * to tell. They come last, so that the row of the head, which all nodes wait for, is locked no longer than it must.
 */
export function feedStatements(
  organizationId: string,
  changes: readonly Change[],
): readonly [BatchStatement, BatchStatement] | undefined {
  const rows = feedRows(feedTexts(changes))
  const [first] = rows
  if (first === undefined) return undefined
  const given = rows.map(({ behind, count, timeMs, moments }) => ({
    params: [behind, count, timeMs, moments],
  }))
  const numbers = [0, 1, 2].map((column) => bigintArray(given, column))
  const values = [...numbers, textArray(given, 3), organizationId]
  return [
    { text: growHead, values: [organizationId, first.behind + first.count] },
    { text: addRows, values },
  ]
}

/** Does what `flushFeed` does; both statements are issued before this returns, so that the commit can go out with them. */
export async function flushFeedAtOnce(
  connection: PostgresConnection,
  organizationId: string,
  changes: readonly Change[],
): Promise<number | undefined> {
  const statements = feedStatements(organizationId, changes)
  if (statements === undefined) return undefined
  const [grown] = await Promise.all(
    statements.map(({ text, values }) => connection.query(text, values)),
  )
  const head = grown?.rows[0]
  if (head === undefined) throw new Error(`The feed of ${organizationId} has no head.`)
  return number(head, 'sequence')
}
