import type { Pool } from 'pg'
import { AppError } from '../errors.ts'
import { BufferedRun } from './buffered-run.ts'
import { Deadlines } from './deadlines.ts'
import { HeldKeys, KeyLocks } from './key-locks.ts'
import { runAlone } from './postgres-alone.ts'
import { PostgresCommits } from './postgres-commits.ts'
import { storable } from './postgres-connection.ts'
import { type Change, letGo, startChange } from './session.ts'
import type { Sql } from './sql.ts'
import { type Committed, ConflictError, type Taker } from './store.ts'

/** How often a transaction that meets others is run again before it gets one of its own. */
const meetingsMax = 6

/** What the transactions of one node run on. */
export interface TransactionsOptions {
  /** For those that need a connection of their own. */
  readonly alone: Pool
  /** For those that commit together. */
  readonly together: Pool
  readonly reads: Sql
  /** How long the work of one may take before it is ended. */
  readonly workMsMax: number
  /** Where first attempts begin. */
  taker(): Taker | undefined
  /** Called with what each commit left to take up. */
  tell(committed: Committed): void
}

type Ended<T> =
  | { readonly value: T }
  | { readonly metAt: string }
  | { readonly error: unknown }
  | 'alone'

/**
 * Runs the transactions of one node. Most read a few rows by their keys and write a few: these run without the
 * server, as `BufferedRun` says, and those that are done at the same time share one commit. The others, and
 * those whose commit found the database changed, get a transaction of their own on the server.
 *
 * Why that is as good as one after another: of two that name the same key, one of them to write, the second
 * starts when the first is on disk, so each could as well have run at the moment of its commit. Against other
 * nodes, and those that run alone here, every write names what it expects of its row (a version, a state, a
 * lease, that there is none), takes the row's lock, and when it does not find that nothing of its transaction
 * stays.
 */
export class PostgresTransactions {
  readonly #options: TransactionsOptions
  readonly #locks = new KeyLocks()
  readonly #commits: PostgresCommits
  readonly #deadlines: Deadlines
  #underWay = 0
  #idle: (() => void) | undefined
  #closed = false

  constructor(options: TransactionsOptions) {
    this.#options = options
    this.#commits = new PostgresCommits(options.together, (committed) => options.tell(committed))
    this.#deadlines = new Deadlines(options.workMsMax)
  }

  /** Runs work; settles when it is on disk, or has failed. */
  async run<T>(organizationId: string, work: (change: Change) => Promise<T>): Promise<T> {
    if (this.#closed) {
      throw new AppError('service.unavailable', 'The database is closed. Try again later.')
    }
    this.#underWay += 1
    try {
      let claimed: readonly string[] = []
      // What belongs to no organization is never one of the statements that go together.
      while (organizationId !== '' && claimed.length < meetingsMax) {
        const ended = await this.#runBuffered(organizationId, work, claimed)
        if (ended === 'alone') break
        if ('value' in ended) return ended.value
        if ('error' in ended) throw ended.error
        claimed = [...claimed, ended.metAt].sort() // in one order, so that no two wait for each other
      }
      const { value, committed } = await runAlone(this.#options.alone, organizationId, work)
      if (committed !== undefined) this.#options.tell(committed)
      return value
    } finally {
      this.#underWay -= 1
      if (this.#underWay === 0) this.#idle?.()
    }
  }

  /** Waits for what is under way, and takes nothing more. */
  async close(): Promise<void> {
    this.#closed = true
    if (this.#underWay === 0) return
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#idle = resolve
    await promise
  }

  async #runBuffered<T>(
    organizationId: string,
    work: (change: Change) => Promise<T>,
    claimed: readonly string[],
  ): Promise<Ended<T>> {
    for (const key of claimed) await this.#locks.claim(key)
    const { reads, taker } = this.#options
    const keys = new HeldKeys(this.#locks, claimed)
    const run = new BufferedRun({ keys, reads, storable })
    const change = startChange(organizationId, run, taker())
    let isDone = false
    try {
      let value: T
      try {
        value = await this.#deadlines.within(work(change))
      } catch (error) {
        // An error that may come from what was only presumed counts when it comes again in earnest.
        return run.left ?? (run.presumes || error instanceof ConflictError ? 'alone' : { error })
      } finally {
        run.close()
      }
      if (run.left !== undefined) return run.left
      const { writes } = run
      const isNothing = writes.length === 0 && change.feed.length === 0
      isDone = isNothing || (await this.#commits.add(change, writes))
      return isDone ? { value } : 'alone'
    } finally {
      if (!isDone) letGo(change)
      run.release()
    }
  }
}
