import { BufferedRun, type BufferedWrite, type RunLocks } from './buffered-run.ts'
import { type Change, committedOf, startChange } from './session.ts'
import type { Sql } from './sql.ts'
import { Deadline, type Job } from './sqlite-job.ts'
import type { SqliteWriter } from './sqlite-writer.ts'
import { type Committed, ConflictError } from './store.ts'

/** What a gathering of transactions works with. */
export interface GatheringOptions {
  /** Where it reads what is committed. */
  readonly reads: Sql
  readonly writer: SqliteWriter
  /** How long the work of one may take before it is ended. */
  readonly workMsMax: number
  /** Called with what each commit left to take up. */
  tell(committed: Committed): void
}

/** A transaction whose work is done. */
interface Finished {
  readonly job: Job
  readonly change: Change
  readonly organizationId: string
  readonly writes: readonly BufferedWrite[]
  readonly feed: Change['feed']
}

/** Says which rows are written by an earlier transaction of a batch: who meets one of them is left for later. */
class BatchLocks implements RunLocks {
  readonly #written = new Set<string>()

  read(key: string): boolean {
    return !this.#written.has(key)
  }

  write(key: string): boolean {
    if (this.#written.has(key)) return false
    this.#written.add(key)
    return true
  }

  release(): void {}
}

/**
 * Runs transactions one after another without the connection that writes, as `BufferedRun` says, and has their rows
 * written by the other thread in one commit. Each reads what was committed before the batch and touches no row that an
 * earlier one of the batch has written, so it is as if they had run one after another.
 */
export class Gathering {
  readonly #options: GatheringOptions

  constructor(options: GatheringOptions) {
    this.#options = options
  }

  /** Settles what it can; gives the others, of which nothing is written. */
  async settle(jobs: readonly Job[]): Promise<readonly Job[]> {
    const left: Job[] = []
    const finished = await this.#runAll(jobs, left)
    if (finished.length === 0) return left
    const { failed, heads } = await this.#options.writer.write(finished)
    const byOrganization = new Map<string, Change[]>()
    for (const [index, { job, change, organizationId }] of finished.entries()) {
      if (failed.includes(index)) {
        job.isAlone = true
        left.push(job)
        continue
      }
      job.resolve()
      const changes = byOrganization.get(organizationId)
      if (changes === undefined) byOrganization.set(organizationId, [change])
      else changes.push(change)
    }
    const headOf = new Map(heads)
    for (const [organizationId, changes] of byOrganization) {
      const committed = committedOf(changes, headOf.get(organizationId))
      if (committed !== undefined) this.#options.tell(committed)
    }
    return left
  }

  async #runAll(jobs: readonly Job[], left: Job[]): Promise<readonly Finished[]> {
    const locks = new BatchLocks()
    const deadline = new Deadline(this.#options.workMsMax)
    const finished: Finished[] = []
    for (const job of jobs) {
      const ran = job.isAlone ? 'left' : await this.#run(job, locks, deadline)
      if (ran === 'left') {
        job.isAlone = true
        left.push(job)
      } else if (ran !== undefined) finished.push(ran)
    }
    deadline.cancel()
    return finished
  }

  /** Undefined: the job is settled, because there is nothing to write. */
  async #run(
    job: Job,
    locks: RunLocks,
    deadline: Deadline,
  ): Promise<Finished | 'left' | undefined> {
    const { organizationId } = job
    const run = new BufferedRun({ locks, reads: this.#options.reads, claimed: [] })
    const change = startChange(organizationId, run)
    try {
      await deadline.hold(job.run(change))
    } catch (error) {
      // An error that may come from what was only presumed counts when it comes again in earnest.
      if (run.left !== undefined || run.presumes || error instanceof ConflictError) return 'left'
      job.reject(error)
      return undefined
    } finally {
      run.close()
    }
    const { writes } = run
    if (run.left !== undefined) return 'left'
    if (writes.length > 0 || change.feed.length > 0) {
      return { job, change, organizationId, writes, feed: change.feed }
    }
    job.resolve()
    return undefined
  }
}
