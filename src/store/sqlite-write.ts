import { DatabaseSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'
import type { FeedText } from './feed-text.ts'
import { flushFeed } from './queries/feed.ts'
import type { BatchAnswer, SentBatch, SentStatement } from './sqlite-batch.ts'
import { SqliteConnection } from './sqlite-connection.ts'
import { ConflictError } from './store.ts'

/**
 * A thread of its own that writes batches of finished transactions, each batch in one commit, so that the main
 * thread waits neither for the statements nor for the disk. Each message is a batch and is answered when that is on
 * disk; `close` ends the thread.
 */
const { file, setup }: { readonly file: string; readonly setup: readonly string[] } = workerData
const database = new DatabaseSync(file, { timeout: 5000 })
for (const text of setup) database.exec(text)
const sql = new SqliteConnection(database)
const statements: SentStatement[] = []

parentPort?.on('message', (message: SentBatch | 'close') => {
  if (message === 'close') {
    database.close()
    parentPort?.close()
    return
  }
  void commit(message).then((answer) => parentPort?.postMessage(answer))
})

async function commit(batch: SentBatch): Promise<BatchAnswer> {
  statements.push(...batch.statements)
  try {
    const answer = (await attempt(batch, false)) ?? (await attempt(batch, true))
    return answer ?? { error: 'A transaction could not be taken back.' }
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) }
  }
}

/** Undefined when something is not as expected and there are no savepoints to take it back. */
async function attempt(batch: SentBatch, guarded: boolean): Promise<BatchAnswer | undefined> {
  const failed: number[] = []
  if (sql.inTransaction) sql.control('rollback') // one that could not be ended before
  sql.control('begin immediate')
  try {
    const places = { write: 0, value: 0 }
    for (const [index, count] of batch.counts.entries()) {
      if (guarded) sql.control('savepoint job')
      if (!writeJob(batch, count, places)) {
        if (!guarded) {
          sql.control('rollback')
          return undefined
        }
        failed.push(index)
        sql.control('rollback to job')
      }
      if (guarded) sql.control('release job')
    }
    const heads = await flushFeeds(batch, failed)
    sql.control('commit')
    return { failed, heads }
  } catch (error) {
    if (sql.inTransaction) sql.control('rollback')
    throw error
  }
}

/** Writes what one transaction has; false when a row is not as it took it to be. Moves the places on in any case. */
function writeJob(
  { writes, values }: SentBatch,
  count: number,
  places: { write: number; value: number },
): boolean {
  let isAsExpected = true
  for (const end = places.write + count; places.write < end; places.write += 1) {
    const statement = statements[writes[places.write] ?? -1]
    if (statement === undefined) throw new Error('The thread was not told of a statement.')
    const from = places.value
    places.value += statement.params
    if (isAsExpected) {
      isAsExpected = writeRow(statement, values.slice(from, places.value))
    }
  }
  return isAsExpected
}

function writeRow({ text, rows }: SentStatement, values: SentBatch['values']): boolean {
  try {
    const touched = sql.runNow(text, values)
    return rows === undefined || touched === rows
  } catch (error) {
    if (error instanceof ConflictError) return false
    throw error
  }
}

async function flushFeeds(
  { organizationIds, feeds }: SentBatch,
  failed: readonly number[],
): Promise<readonly (readonly [string, number])[]> {
  const byOrganization = new Map<string, FeedText[]>()
  for (const [index, organizationId] of organizationIds.entries()) {
    const text = feeds[index]
    if (text === undefined || failed.includes(index)) continue
    const texts = byOrganization.get(organizationId)
    if (texts === undefined) byOrganization.set(organizationId, [text])
    else texts.push(text)
  }
  const heads: [string, number][] = []
  for (const [organizationId, texts] of byOrganization) {
    const head = await flushFeed(sql, organizationId, texts)
    if (head !== undefined) heads.push([organizationId, head])
  }
  return heads
}
