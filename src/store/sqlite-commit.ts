import { AppError } from '../errors.ts'
import { OpenTransaction } from './open-transaction.ts'
import { feedTexts, flushFeed } from './queries/feed.ts'
import type { Change } from './session.ts'
import { committedOf, startChange } from './session.ts'
import { type SqliteConnection, sqliteCode } from './sqlite-connection.ts'
import type { Gathering } from './sqlite-gathering.ts'
import { Deadline, type Job } from './sqlite-job.ts'
import { type Committed, ConflictError } from './store.ts'

const batchMax = 256
/** The longest that a transaction waits for others to share its commit. */
const restMsMax = 10
const conflictsMax = 5

type Outcome =
  | { readonly job: Job; readonly change: Change }
  | { readonly job: Job; readonly error: unknown }

/** Thrown inside a batch to have it run again with a savepoint around each job. */
class BatchSpoiled extends Error {
  override readonly name = 'BatchSpoiled'
}

/** How transactions are run. */
export interface GroupCommitOptions {
  /** How long the work of one may take before it is ended. */
  readonly workMsMax: number
  /** Called with what each commit left to take up. */
  tell(committed: Committed): void
  /** Called after each commit. */
  onCommit(): void
  /** Takes batches of at least this many first. */
  readonly gathering: Gathering
  readonly gatherFrom: number
}

/**
 * Puts all transactions that are asked for in one turn of the event loop into one commit, because the wait for
 * the disk is what a commit costs. They run one after another, each seeing the ones before it, and are
 * answered when the disk has them all.
 */
export class GroupCommit {
  readonly #sql: SqliteConnection
  readonly #options: GroupCommitOptions
  #queue: Job[] = []
  #scheduled = false
  #resting: NodeJS.Timeout | undefined
  #restUntilMs = 0
  #deadline = new Deadline(0)
  #closing: { readonly done: () => void } | undefined

  constructor(sql: SqliteConnection, options: GroupCommitOptions) {
    this.#sql = sql
    this.#options = options
  }

  /** Runs work in the next batch; settles after its commit. */
  run<T>(organizationId: string, work: (change: Change) => Promise<T>): Promise<T> {
    if (this.#closing !== undefined) return Promise.reject(closed())
    return new Promise<T>((resolve, reject) => {
      let value: T
      this.#queue.push({
        organizationId,
        conflicts: 0,
        isAlone: organizationId === '',
        async run(change) {
          value = await work(change)
        },
        resolve: () => resolve(value),
        reject,
      })
      this.#schedule()
    })
  }

  /** Finishes what was asked for, and takes nothing more. */
  async close(): Promise<void> {
    await new Promise<void>((done) => {
      this.#closing = { done }
      if (!this.#scheduled) done()
    })
  }

  /**
   * Under load the disk rests for as long as the last batch took, and more are gathered meanwhile: each commit
   * writes the ends of all tables and waits for the disk once, however many transactions it carries.
   */
  #schedule(): void {
    if (this.#resting !== undefined && this.#queue.length >= batchMax) {
      clearTimeout(this.#resting)
      this.#begin()
    }
    if (this.#scheduled) return
    this.#scheduled = true
    const restMs = this.#restUntilMs - performance.now()
    if (restMs > 0 && this.#closing === undefined) {
      this.#resting = setTimeout(() => this.#begin(), restMs)
    } else this.#begin()
  }

  #begin(): void {
    this.#resting = undefined
    setImmediate(() => void this.#turn())
  }

  async #turn(): Promise<void> {
    const jobs = this.#queue.splice(0, batchMax)
    const startMs = performance.now()
    await this.#settle(jobs)
    const endMs = performance.now()
    this.#restUntilMs = endMs + Math.min(endMs - startMs, restMsMax)
    this.#scheduled = false
    if (this.#queue.length > 0) this.#schedule()
    else this.#closing?.done()
  }

  /** A large batch is gathered for the other thread; what that leaves, and a small one, is run here. */
  async #settle(jobs: readonly Job[]): Promise<void> {
    const { gathering, gatherFrom } = this.#options
    if (jobs.length < gatherFrom) return this.#settleHere(jobs)
    let left = jobs
    try {
      left = await gathering.settle(jobs)
    } catch (error) {
      for (const job of jobs) job.reject(unavailable(error))
      return
    }
    this.#options.onCommit()
    if (left.length > 0) await this.#settleHere(left)
  }

  async #settleHere(jobs: readonly Job[]): Promise<void> {
    let result: Batch
    try {
      result = await this.#commit(jobs)
    } catch (error) {
      for (const job of jobs) job.reject(error)
      return
    }
    for (const outcome of result.outcomes) {
      if (!('error' in outcome)) outcome.job.resolve()
      else if (outcome.error instanceof ConflictError && outcome.job.conflicts < conflictsMax) {
        outcome.job.conflicts += 1
        this.#queue.push(outcome.job)
      } else outcome.job.reject(outcome.error)
    }
    for (const committed of result.committed) this.#options.tell(committed)
    this.#options.onCommit()
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
      this.#sql.control('commit')
      return { outcomes, committed }
    } catch (error) {
      if (this.#sql.inTransaction) this.#sql.control('rollback')
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
    const change = startChange(job.organizationId, sql)
    try {
      await this.#deadline.hold(job.run(change))
      return { job, change }
    } catch (error) {
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

function closed(): AppError {
  return new AppError('service.unavailable', 'The database is closed. Try again later.')
}

function unavailable(error: unknown): AppError {
  return new AppError('service.unavailable', 'The database cannot be written. Try again later.', {
    cause: error,
  })
}
