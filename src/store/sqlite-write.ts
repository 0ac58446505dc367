import { DatabaseSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'
import { moveToRuns } from './id-runs.ts'
import { flushFeed } from './queries/feed.ts'
import type { SqlValue } from './sql.ts'
import {
  type BatchAnswer,
  BatchReader,
  type SentBatch,
  type SentFeed,
  type SentStatement,
} from './sqlite-batch.ts'
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
/** How each is run, by its number; prepared when it is first used. */
const runs: ((values: readonly SqlValue[]) => number)[] = []
let reader: BatchReader | undefined

parentPort?.on('message', (message: SentBatch | 'close') => {
  if (message === 'close') {
    database.close()
    parentPort?.close()
    return
  }
  void commit(message).then((answer) => {
    parentPort?.postMessage(answer)
    if (message.endsLog === true) endLog()
  })
})

async function commit(batch: SentBatch): Promise<BatchAnswer> {
  statements.push(...batch.statements)
  if (batch.memory !== undefined) reader = new BatchReader(batch.memory)
  try {
    const answer = (await attempt(batch, false)) ?? (await attempt(batch, true))
    return answer ?? { error: 'A transaction could not be taken back.' }
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) }
  }
}

/** Moves what is left of the log into the file. */
function endLog(): void {
  try {
    database.exec('pragma wal_checkpoint(passive)')
  } catch {
    // What is in the log stays good, and the next commit meets a disk that fails as well.
  }
}

/** Undefined when something is not as expected and there are no savepoints to take it back. */
async function attempt(batch: SentBatch, guarded: boolean): Promise<BatchAnswer | undefined> {
  const failed: number[] = []
  if (sql.inTransaction) sql.control('rollback') // one that could not be ended before
  sql.control('begin immediate')
  try {
    if (reader === undefined) throw new Error('The thread was not told where batches are.')
    reader.begin()
    const feeds: SentFeed[] = []
    for (let index = 0; index < batch.transactions; index += 1) {
      if (guarded) sql.control('savepoint job')
      const isAsExpected = writeJob(reader)
      const feed = reader.feed()
      if (!(isAsExpected || guarded)) {
        sql.control('rollback')
        return undefined
      }
      if (!isAsExpected) {
        failed.push(index)
        sql.control('rollback to job')
      } else if (feed !== undefined) feeds.push(feed)
      if (guarded) sql.control('release job')
    }
    const heads = await flushFeeds(feeds)
    if (batch.movesIds === true) await moveToRuns(sql)
    sql.control('commit')
    return { failed, heads }
  } catch (error) {
    if (sql.inTransaction) sql.control('rollback')
    throw error
  }
}

/** Writes what one transaction has, and reads it to its end in any case; false when a row is not as it took it to be. */
function writeJob(reader: BatchReader): boolean {
  let isAsExpected = true
  for (let left = reader.transaction(); left > 0; left -= 1) {
    const number = reader.number()
    const statement = statements[number]
    if (statement === undefined) throw new Error('The thread was not told of a statement.')
    const values = reader.values(number, statement.params)
    if (!isAsExpected) continue
    runs[number] ??= sql.change(statement.text)
    isAsExpected = touches(statement.rows, runs[number], values)
  }
  return isAsExpected
}

/** Makes a change; whether it touches as many rows as it has to. */
function touches(
  rows: number | undefined,
  run: (values: readonly SqlValue[]) => number,
  values: readonly SqlValue[],
): boolean {
  try {
    const touched = run(values)
    return rows === undefined || touched === rows
  } catch (error) {
    if (error instanceof ConflictError) return false
    throw error
  }
}

async function flushFeeds(
  feeds: readonly SentFeed[],
): Promise<readonly (readonly [string, number])[]> {
  const heads: [string, number][] = []
  for (const [organizationId, texts] of Map.groupBy(feeds, (feed) => feed.organizationId)) {
    const head = await flushFeed(sql, organizationId, texts)
    if (head !== undefined) heads.push([organizationId, head])
  }
  return heads
}
