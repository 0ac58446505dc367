import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { Pool, type PoolClient } from 'pg'
import type { Clock } from '../clock.ts'
import { systemClock } from '../clock.ts'
import { AppError } from '../errors.ts'
import type { Vault } from '../vault.ts'
import { CommitListeners, databaseOn } from './database.ts'
import { migrate } from './migrations/migrate.ts'
import { OpenTransaction } from './open-transaction.ts'
import { numberTypes, PostgresConnection, translated } from './postgres-connection.ts'
import { Hints } from './postgres-hints.ts'
import { flushFeed } from './queries/feed.ts'
import { type Change, committedOf, startChange } from './session.ts'
import { text } from './sql.ts'
import { type Committed, ConflictError, type Database } from './store.ts'

/** Where the database of many nodes is. */
export interface PostgresOptions {
  /** `postgres://user:password@host:port/database`. */
  readonly url: string
  readonly vault: Vault
  /** Connections at most, one a transaction under way; 16 unless given. One more listens. */
  readonly connections?: number
  /** `process`: start although the server acknowledges commits before they are on disk. */
  readonly durability?: 'full' | 'process'
  readonly clock?: Clock
}

const connectMs = 10_000
const queryMs = 30_000
/** A node that stops in the middle of a transaction must not hold its locks for long. */
const idleInTransactionMs = 30_000
const conflictsMax = 8
const conflictWaitMs = 4
const conflictWaitMsMax = 40

/** Opens the database and brings it up to date. Any number of nodes may have it open. */
export async function openPostgres(options: PostgresOptions): Promise<Database> {
  const pool = new Pool({
    connectionString: options.url,
    max: options.connections ?? 16,
    types: numberTypes,
    keepAlive: true,
    connectionTimeoutMillis: connectMs,
    query_timeout: queryMs,
    pipeline: true, // the feed's statements and the commit go out together
    application_name: 'signalbox',
    async onConnect(client) {
      client.on('error', () => {}) // the query under way, or the next one, rejects
      await client.query(`set idle_in_transaction_session_timeout = ${idleInTransactionMs}`)
    },
  })
  // An idle connection that breaks leaves the pool; the next query opens another.
  pool.on('error', () => {})
  const listeners = new CommitListeners()
  const tell = (committed: Committed): void => listeners.tell(committed)
  const hints = new Hints({ url: options.url, pool, tell })
  try {
    await requireDurability(pool, options)
    await migrateOn(pool, options.clock ?? systemClock)
  } catch (error) {
    await pool.end()
    throw error
  }
  hints.start()
  const transactions = new Transactions(pool, (committed) => {
    tell(committed)
    hints.add(committed)
  })
  return databaseOn(
    {
      manyNodes: true,
      sql: new PostgresConnection(pool),
      write: (organizationId, work) => transactions.run(organizationId, work),
      onCommit: (listener) => listeners.add(listener),
      async close() {
        await transactions.close()
        await hints.close()
        await pool.end()
      },
    },
    options.vault,
  )
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
  })
}

/** Runs transactions, each on a connection of its own, and those that lost a race again. */
class Transactions {
  readonly #pool: Pool
  readonly #tell: (committed: Committed) => void
  readonly #running = new Set<Promise<unknown>>()
  #closed = false

  constructor(pool: Pool, tell: (committed: Committed) => void) {
    this.#pool = pool
    this.#tell = tell
  }

  async run<T>(organizationId: string, work: (change: Change) => Promise<T>): Promise<T> {
    if (this.#closed) {
      throw new AppError('service.unavailable', 'The database is closed. Try again later.')
    }
    const running = this.#persist(organizationId, work)
    this.#running.add(running)
    try {
      return await running
    } finally {
      this.#running.delete(running)
    }
  }

  /** Waits for what is under way, and takes nothing more. */
  async close(): Promise<void> {
    this.#closed = true
    await Promise.allSettled(this.#running)
  }

  async #persist<T>(organizationId: string, work: (change: Change) => Promise<T>): Promise<T> {
    for (let conflicts = 0; ; conflicts += 1) {
      try {
        return await this.#once(organizationId, work)
      } catch (error) {
        if (!(error instanceof ConflictError) || conflicts === conflictsMax) throw error
      }
      // Spread, so that those who met do not meet again.
      await wait(Math.random() * Math.min(conflictWaitMs * 2 ** conflicts, conflictWaitMsMax))
    }
  }

  async #once<T>(organizationId: string, work: (change: Change) => Promise<T>): Promise<T> {
    const { value, committed } = await onClient(this.#pool, async (client) => {
      const sql = new PostgresConnection(client)
      const open = new OpenTransaction(sql)
      const change = startChange(organizationId, open)
      try {
        const value = await work(change)
        const [head] = await Promise.all([flushFeed(sql, organizationId, [change]), commit(client)])
        return { value, committed: committedOf([change], head) }
      } finally {
        open.close()
      }
    })
    if (committed !== undefined) this.#tell(committed)
    return value
  }
}

/** Begins a transaction for work that ends with `commit`; rolls back when the work throws. */
async function onClient<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await connect(pool)
  let broken = true
  try {
    await control(client, 'begin')
    const value = await work(client)
    broken = false
    return value
  } catch (error) {
    broken = !(await rolledBack(client))
    throw error
  } finally {
    client.release(broken)
  }
}

/** Commits. Where a statement failed before, and the work went on, the server rolls back without a complaint. */
async function commit(client: PoolClient): Promise<void> {
  const done = await control(client, 'commit')
  if (done !== 'COMMIT') {
    throw new Error('A statement of the transaction failed, and its work did not let that through.')
  }
}

async function connect(pool: Pool): Promise<PoolClient> {
  try {
    return await pool.connect()
  } catch (error) {
    throw translated(error)
  }
}

/** Runs `begin` or `commit`; the server's word for what it did. */
async function control(client: PoolClient, statement: string): Promise<string> {
  try {
    return (await client.query(statement)).command
  } catch (error) {
    throw translated(error)
  }
}

/** Whether the connection is fit for another transaction. */
async function rolledBack(client: PoolClient): Promise<boolean> {
  try {
    await client.query('rollback')
    return true
  } catch {
    return false
  }
}
