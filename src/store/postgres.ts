import { randomUUID } from 'node:crypto'
import { Pool } from 'pg'
import type { Clock } from '../clock.ts'
import { systemClock } from '../clock.ts'
import type { Vault } from '../vault.ts'
import { CommitListeners, databaseOn } from './database.ts'
import { migrate } from './migrations/migrate.ts'
import { commit, onClient } from './postgres-client.ts'
import { numberTypes, PostgresConnection } from './postgres-connection.ts'
import { Hints } from './postgres-hints.ts'
import { PostgresReads } from './postgres-reads.ts'
import { PostgresTransactions } from './postgres-transactions.ts'
import { text } from './sql.ts'
import type { Committed, Database, Taker } from './store.ts'

/** Where the database of many nodes is. */
export interface PostgresOptions {
  /** `postgres://user:password@host:port/database`. */
  readonly url: string
  readonly vault: Vault
  /**
   * Connections for listings and for transactions that cannot share a commit; 16 unless given. Four more carry
   * reads by key and shared commits, and one listens.
   */
  readonly connections?: number
  /** `process`: start although the server acknowledges commits before they are on disk. */
  readonly durability?: 'full' | 'process'
  readonly clock?: Clock
}

const connectMs = 10_000
const queryMs = 30_000
/** A node that stops in the middle of a transaction must not hold its locks for long. */
const idleInTransactionMs = 30_000
/** The work of one transaction; longer than a query may take, so that a slow server is not blamed on the work. */
const workMsMax = 35_000
/** For reads by key and commits, which many callers share. */
const sharedConnections = 4

/** Opens the database and brings it up to date. Any number of nodes may have it open. */
export async function openPostgres(options: PostgresOptions): Promise<Database> {
  const pool = newPool(options.url, options.connections ?? 16)
  const shared = newPool(options.url, sharedConnections, onlyByKey)
  const listeners = new CommitListeners()
  const tell = (committed: Committed): void => listeners.tell(committed)
  const hints = new Hints({ url: options.url, pool, tell })
  try {
    await requireDurability(pool, options)
    await migrateOn(pool, options.clock ?? systemClock)
  } catch (error) {
    await Promise.all([pool.end(), shared.end()])
    throw error
  }
  hints.start()
  const reads = new PostgresReads(shared, pool)
  let taker: Taker | undefined
  const transactions = new PostgresTransactions({
    alone: pool,
    together: shared,
    reads,
    workMsMax,
    taker: () => taker,
    tell(committed) {
      tell(committed)
      hints.add(committed)
    },
  })
  return databaseOn(
    {
      manyNodes: true,
      sql: reads,
      write: (organizationId, work) => transactions.run(organizationId, work),
      onCommit: (listener) => listeners.add(listener),
      takeBy(given) {
        taker = given
      },
      async close() {
        await transactions.close()
        await hints.close()
        await Promise.all([pool.end(), shared.end()])
      },
    },
    options.vault,
  )
}

/**
 * Plans of statements that name their rows by key, one for any number of rows. Made while a table is empty, a
 * plan would read all of it, and go on to when the table has grown.
 */
const onlyByKey = ['enable_seqscan', 'enable_hashjoin', 'enable_mergejoin']

function newPool(url: string, max: number, planWithout: readonly string[] = []): Pool {
  const settings = [
    `set idle_in_transaction_session_timeout = ${idleInTransactionMs}`,
    ...planWithout.map((setting) => `set ${setting} = off`),
  ]
  const pool = new Pool({
    connectionString: url,
    max,
    types: numberTypes,
    keepAlive: true,
    connectionTimeoutMillis: connectMs,
    query_timeout: queryMs,
    pipeline: true, // what needs no answer before the next goes out with it
    application_name: 'signalbox',
    async onConnect(client) {
      client.on('error', () => {}) // the query under way, or the next one, rejects
      await client.query(settings.join('; '))
    },
  })
  // An idle connection that breaks leaves the pool; the next query opens another.
  pool.on('error', () => {})
  return pool
}

async function requireDurability(pool: Pool, { durability }: PostgresOptions): Promise<void> {
  const row = await new PostgresConnection(pool).get('show synchronous_commit', [])
  if (durability === 'process' || row === undefined) return
  if (text(row, 'synchronous_commit') === 'off') {
    throw new Error(
      'The database has synchronous_commit off, so it can lose what it acknowledged. Set it to on.',
    )
  }
}

async function migrateOn(pool: Pool, clock: Clock): Promise<void> {
  await migrate({
    sql: new PostgresConnection(pool),
    transaction: (work) =>
      onClient(pool, async (client) => {
        await work(new PostgresConnection(client))
        await commit(client)
      }),
    owner: randomUUID(),
    clock,
    manyNodes: true,
  })
}
