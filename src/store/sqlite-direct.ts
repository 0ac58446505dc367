import { type IdRunsDue, moveToRuns } from './id-runs.ts'
import { OpenTransaction } from './open-transaction.ts'
import { feedTexts, flushFeed } from './queries/feed.ts'
import type { Change } from './session.ts'
import { committedOf, letGo, startChange } from './session.ts'
import { type SqliteConnection, sqliteCode } from './sqlite-connection.ts'
import { Deadline, type Job, unavailable } from './sqlite-job.ts'
import { type Committed, ConflictError, type Taker } from './store.ts'

const conflictsMax = 5

type Outcome =
  | { readonly job: Job; readonly change: Change; readonly value: unknown }
  | { readonly job: Job; readonly error: unknown }

/** Thrown inside a batch to have it run again with a savepoint around each job. */
class BatchSpoiled extends Error {
  override readonly name = 'BatchSpoiled'
}

/** How transactions are run on the connection itself. */
export interface DirectCommitOptions {
  /** How long the work of one may take before it is ended. */
  readonly workMsMax: number
  readonly idRunsDue: IdRunsDue
  /** Where first attempts begin. */
  taker(): Taker | undefined
  /** Called with what each commit left to take up. */
  tell(committed: Committed): void
}

/**
 * Runs transactions on the connection that writes, all of a call in one commit: one after another, each seeing the
 * ones before it. They are answered when the disk has them all.
 */
export class DirectCommit {
  readonly #sql: SqliteConnection
  readonly #options: DirectCommitOptions
  #deadline = new Deadline(0)

  constructor(sql: SqliteConnection, options: DirectCommitOptions) {
    this.#sql = sql
    this.#options = options
  }

  /** Settles the transactions, but for those that lost a race: these are to run again. */
  async settle(jobs: readonly Job[]): Promise<readonly Job[]> {
    let result: Batch
    try {
      result = await this.#commit(jobs)
    } catch (error) {
      for (const job of jobs) job.reject(error)
      return []
    }
    const again: Job[] = []
    for (const outcome of result.outcomes) {
      if (!('error' in outcome)) outcome.job.resolve(outcome.value)
      else if (outcome.error instanceof ConflictError && outcome.job.conflicts < conflictsMax) {
        outcome.job.conflicts += 1
        again.push(outcome.job)
      } else outcome.job.reject(outcome.error)
    }
    for (const committed of result.committed) this.#options.tell(committed)
    return again
  }

  /** Tries without savepoints, which most batches do not need; a job that wrote and then threw needs them. */
  async #commit(jobs: readonly Job[]): Promise<Batch> {
    try {
      return await this.#attempt(jobs, false)
    } catch (error) {
      if (!(error instanceof BatchSpoiled)) throw unavailable(error)
    }
    try {
      return await this.#attempt(jobs, true)
    } catch (error) {
      throw unavailable(error)
    }
  }

  async #attempt(jobs: readonly Job[], guarded: boolean): Promise<Batch> {
    const outcomes: Outcome[] = []
    this.#deadline = new Deadline(this.#options.workMsMax)
    try {
      if (this.#sql.inTransaction) this.#sql.control('rollback') // one that could not be ended before
      this.#sql.control('begin immediate')
      for (const job of jobs) {
        outcomes.push(guarded ? await this.#runGuarded(job) : await this.#runPlain(job))
      }
      const committed = await this.#flush(outcomes)
      if (this.#options.idRunsDue.take()) await moveToRuns(this.#sql)
      this.#sql.control('commit')
      return { outcomes, committed }
    } catch (error) {
      if (this.#sql.inTransaction) this.#sql.control('rollback')
      for (const outcome of outcomes) if ('change' in outcome) letGo(outcome.change)
      throw error
    } finally {
      this.#deadline.cancel()
    }
  }

  async #runPlain(job: Job): Promise<Outcome> {
    const writesBefore = this.#sql.writes
    const outcome = await this.#runJob(job)
    if ('error' in outcome && this.#sql.writes !== writesBefore) throw new BatchSpoiled()
    return outcome
  }

  async #runGuarded(job: Job): Promise<Outcome> {
    this.#sql.control('savepoint job')
    const outcome = await this.#runJob(job)
    if ('error' in outcome) this.#sql.control('rollback to job')
    this.#sql.control('release job')
    return outcome
  }

  async #runJob(job: Job): Promise<Outcome> {
    const sql = new OpenTransaction(this.#sql)
    const change = startChange(job.organizationId, sql, this.#options.taker())
    try {
      const value = await this.#deadline.hold(job.run(change))
      return { job, change, value }
    } catch (error) {
      letGo(change)
      // When the disk fails, SQLite may have ended the transaction; what follows would commit one by one.
      if (diskFailed(error) || !this.#sql.inTransaction) throw error
      return { job, error }
    } finally {
      sql.close()
    }
  }

  async #flush(outcomes: readonly Outcome[]): Promise<readonly Committed[]> {
    const byOrganization = new Map<string, Change[]>()
    for (const outcome of outcomes) {
      if ('error' in outcome) continue
      const { organizationId } = outcome.job
      const changes = byOrganization.get(organizationId)
      if (changes === undefined) byOrganization.set(organizationId, [outcome.change])
      else changes.push(outcome.change)
    }
    const all: Committed[] = []
    for (const [organizationId, changes] of byOrganization) {
      const head = await flushFeed(this.#sql, organizationId, feedTexts(changes))
      const committed = committedOf(changes, head)
      if (committed !== undefined) all.push(committed)
    }
    return all
  }
}

interface Batch {
  readonly outcomes: readonly Outcome[]
  readonly committed: readonly Committed[]
}

const diskFailures = [7, 10, 11, 13] // out of memory, I/O error, malformed file, disk full

function diskFailed(error: unknown): boolean {
  return diskFailures.includes((sqliteCode(error) ?? 0) & 0xff)
}
