import { randomUUID } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import type { Clock } from '../clock.ts'
import { systemClock } from '../clock.ts'
import type { Vault } from '../vault.ts'
import { CommitListeners, databaseOn } from './database.ts'
import { IdRunsDue } from './id-runs.ts'
import { migrate } from './migrations/migrate.ts'
import { SqliteCheckpointer } from './sqlite-checkpointer.ts'
import { GroupCommit } from './sqlite-commit.ts'
import { SqliteConnection } from './sqlite-connection.ts'
import { DirectCommit } from './sqlite-direct.ts'
import { Gathering } from './sqlite-gathering.ts'
import { SqliteWriter } from './sqlite-writer.ts'
import type { Committed, Database, Taker } from './store.ts'

/** Where the embedded database is and how safe it is to be. */
export interface SqliteOptions {
  /** Path of the database file. `-wal`, `-shm` and `.lock` files appear beside it. */
  readonly file: string
  readonly vault: Vault
  /**
   * `full` (unless given): what was acknowledged survives the loss of power. `process`: only the end of the
   * process, however abrupt; commits are several times faster.
   */
  readonly durability?: 'full' | 'process'
  readonly clock?: Clock
  /** How long the work of one transaction may take before it is ended; 5000 unless given. */
  readonly workMsMax?: number
  /** The size that the file may grow to, in pages of 4 KiB; unbounded unless given. */
  readonly pagesMax?: number
  /** How many transactions have to come together before a thread of their own writes them; 8 unless given. */
  readonly gatherFrom?: number
}

/** Pages of 4 KiB in the write-ahead log before a commit moves into the file what another thread has not. */
const checkpointPages = 32_000
/** And from how many on the log is ended after a pass; that takes the thread that writes some 20 ms. */
const endLogPages = 16_000
const logBytesKept = 128 * 1024 * 1024
const busyMs = 5000
/** Memory for pages, in KiB: the ends of all tables and indexes stay in it, where new rows go. */
const writerCacheKib = 65_536
const readerCacheKib = 16_384
const workMsMax = 5000
/** Only where a commit waits for the disk is it worth a wait for others to share it. */
const restMsMax = 10
/** Fewer are written sooner than they are handed over, and a server that has little to do needs no thread. */
const gatherFrom = 8

/**
 * Opens the embedded database and brings it up to date. It belongs to this one opener until it is closed or
 * its process ends; a second one is refused.
 */
export async function openSqlite(options: SqliteOptions): Promise<Database> {
  const lock = takeFileLock(options.file)
  const opened: DatabaseSync[] = [lock]
  try {
    const setup = writerSetup(options)
    const writer = new DatabaseSync(options.file, { timeout: busyMs })
    opened.push(writer)
    writer.exec('pragma journal_mode = wal')
    for (const text of setup) writer.exec(text)
    const writing = new SqliteConnection(writer)
    await migrate({
      sql: writing,
      transaction: (work) => writing.transaction(work),
      owner: randomUUID(),
      clock: options.clock ?? systemClock,
      manyNodes: false,
    })
    const reader = new DatabaseSync(options.file, { readOnly: true, timeout: busyMs })
    opened.push(reader)
    reader.exec(`pragma cache_size = -${readerCacheKib}`)
    const listeners = new CommitListeners()
    const sql = new SqliteConnection(reader)
    const idRunsDue = new IdRunsDue()
    const thread = new SqliteWriter({ file: options.file, setup }, idRunsDue)
    const checkpointer = new SqliteCheckpointer(options.file, (pages) => {
      if (pages >= endLogPages) thread.endLog()
    })
    let taker: Taker | undefined
    const given = {
      workMsMax: options.workMsMax ?? workMsMax,
      taker: () => taker,
      tell: (committed: Committed) => listeners.tell(committed),
    }
    const commits = new GroupCommit({
      direct: new DirectCommit(writing, { ...given, idRunsDue }),
      onCommit() {
        const writes = writing.writes + thread.writes
        checkpointer.committed(writes)
        idRunsDue.committed(writes)
      },
      gathering: new Gathering({ ...given, reads: sql, writer: thread }),
      gatherFrom: options.gatherFrom ?? gatherFrom,
      restMsMax: options.durability === 'process' ? 0 : restMsMax,
    })
    return databaseOn(
      {
        manyNodes: false,
        sql,
        write: (organizationId, work) => commits.run(organizationId, work),
        onCommit: (listener) => listeners.add(listener),
        takeBy(given) {
          taker = given
        },
        async close() {
          await commits.close()
          await thread.close()
          await checkpointer.close()
          closeAll(opened)
        },
      },
      options.vault,
    )
  } catch (error) {
    closeAll(opened)
    throw error
  }
}

/** How a connection that writes is set up. */
function writerSetup({ durability, pagesMax }: SqliteOptions): readonly string[] {
  return [
    `pragma synchronous = ${durability === 'process' ? 'normal' : 'full'}`,
    `pragma wal_autocheckpoint = ${checkpointPages}`,
    `pragma journal_size_limit = ${logBytesKept}`,
    `pragma cache_size = -${writerCacheKib}`,
    ...(pagesMax === undefined ? [] : [`pragma max_page_count = ${pagesMax}`]),
  ]
}

/**
 * Holds an exclusive transaction open on an empty database beside the real one. The operating system lets go
 * of such a lock when the process ends, even by kill -9, so no stale lock can keep the next start out.
 */
function takeFileLock(file: string): DatabaseSync {
  const lock = new DatabaseSync(`${file}.lock`, { timeout: 500 })
  try {
    lock.exec('begin exclusive')
    return lock
  } catch (error) {
    lock.close()
    throw new Error(
      `${file} is in use by another process. Stop that one first; for several nodes use PostgreSQL.`,
      { cause: error },
    )
  }
}

/** In reverse, so that the lock goes last. */
function closeAll(opened: readonly DatabaseSync[]): void {
  for (const database of opened.toReversed()) {
    if (database.isOpen) database.close()
  }
}
