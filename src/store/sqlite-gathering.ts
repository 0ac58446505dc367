import { BufferedRun, type BufferedWrite, type RunLocks } from './buffered-run.ts'
import { type Change, committedOf, letGo, startChange } from './session.ts'
import type { Sql } from './sql.ts'
import { batchMax, Deadline, type Job, unavailable } from './sqlite-job.ts'
import type { SqliteWriter } from './sqlite-writer.ts'
import { type Committed, ConflictError, type Taker } from './store.ts'

/** What a gathering of transactions works with. */
export interface GatheringOptions {
  /** Where it reads what is committed. */
  readonly reads: Sql
  readonly writer: SqliteWriter
  /** How long the work of one may take before it is ended. */
  readonly workMsMax: number
  /** Where first attempts begin. */
  taker(): Taker | undefined
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

/**
 * Says which rows are written by transactions that are not on disk yet: who meets one of them is left for later. Of
 * two generations, those that the thread has and those that come next.
 */
class BatchLocks implements RunLocks {
  #sent = new Set<string>()
  #next = new Set<string>()

  read(key: string): boolean {
    return !(this.#next.has(key) || this.#sent.has(key))
  }

  write(key: string): boolean {
    if (!this.read(key)) return false
    this.#next.add(key)
    return true
  }

  release(): void {}

  /** What comes next goes to the thread. */
  send(): void {
    this.#sent = this.#next
    this.#next = new Set()
  }

  /** The thread is done with what it had. */
  settle(): void {
    this.#sent.clear()
  }
}

/** The longest that what is gathered waits for more to share its commit. */
const restMsMax = 10

/**
 * Runs transactions one after another without the connection that writes, as `BufferedRun` says, and has their rows
 * written by the other thread, many in one commit, while the next ones are run. Each reads what is committed and
 * touches no row that is written by one whose commit is still to come, so it is as if they had run one after another.
 */
export class Gathering {
  readonly #options: GatheringOptions
  readonly #locks = new BatchLocks()
  #gathered: Finished[] = []
  #isWriting = false
  #resting: NodeJS.Timeout | undefined
  #restUntilMs = 0
  /** Called after each commit, with those of which nothing is written because their rows were not as they took them to be. */
  onWritten: (failed: readonly Job[]) => void = () => {}

  constructor(options: GatheringOptions) {
    this.#options = options
  }

  /** Transactions that wait for the thread. */
  get size(): number {
    return this.#gathered.length
  }

  /** Whether it has to be waited for before more are run. */
  get isFull(): boolean {
    return this.size >= batchMax
  }

  /** Whether nothing is on its way to the disk. */
  get isIdle(): boolean {
    return !this.#isWriting && this.size === 0
  }

  /** Runs transactions, and settles those that it can when they are on disk; gives the others, of which nothing is written. */
  async run(jobs: readonly Job[]): Promise<readonly Job[]> {
    const left: Job[] = []
    const deadline = new Deadline(this.#options.workMsMax)
    for (const job of jobs) {
      const ran = job.isAlone ? 'left' : await this.#run(job, deadline)
      if (ran === 'left') {
        job.isAlone = true
        left.push(job)
      } else if (ran !== undefined) this.#gathered.push(ran)
    }
    deadline.cancel()
    this.#schedule()
    return left
  }

  /**
   * Under load the disk rests for as long as the last commit took: each writes the ends of all tables and waits for
   * the disk once, however many transactions it carries.
   */
  #schedule(): void {
    if (this.#isWriting || this.size === 0) return
    const restMs = this.isFull ? 0 : this.#restUntilMs - performance.now()
    if (restMs <= 0) void this.#write()
    else this.#resting ??= setTimeout(() => void this.#write(), restMs)
  }

  async #write(): Promise<void> {
    clearTimeout(this.#resting)
    this.#resting = undefined
    this.#isWriting = true
    const batch = this.#gathered
    this.#gathered = []
    this.#locks.send()
    const startMs = performance.now()
    const failed = await this.#settle(batch)
    const endMs = performance.now()
    this.#restUntilMs = endMs + Math.min(endMs - startMs, restMsMax)
    this.#isWriting = false
    this.#schedule()
    this.onWritten(failed)
  }

  async #settle(batch: readonly Finished[]): Promise<readonly Job[]> {
    let answer: Awaited<ReturnType<SqliteWriter['write']>>
    try {
      answer = await this.#options.writer.write(batch)
    } catch (error) {
      for (const { job, change } of batch) {
        letGo(change)
        job.reject(unavailable(error))
      }
      return []
    } finally {
      this.#locks.settle()
    }
    const failed: Job[] = []
    const byOrganization = new Map<string, Change[]>()
    for (const [index, { job, change, organizationId }] of batch.entries()) {
      if (answer.failed.includes(index)) {
        letGo(change)
        job.isAlone = true
        failed.push(job)
        continue
      }
      job.resolve()
      const changes = byOrganization.get(organizationId)
      if (changes === undefined) byOrganization.set(organizationId, [change])
      else changes.push(change)
    }
    const headOf = new Map(answer.heads)
    for (const [organizationId, changes] of byOrganization) {
      const committed = committedOf(changes, headOf.get(organizationId))
      if (committed !== undefined) this.#options.tell(committed)
    }
    return failed
  }

  /** Undefined: the job is settled, because there is nothing to write. */
  async #run(job: Job, deadline: Deadline): Promise<Finished | 'left' | undefined> {
    const { organizationId } = job
    const run = new BufferedRun({ locks: this.#locks, reads: this.#options.reads, claimed: [] })
    const change = startChange(organizationId, run, this.#options.taker())
    try {
      await deadline.hold(job.run(change))
    } catch (error) {
      letGo(change)
      // An error that may come from what was only presumed counts when it comes again in earnest.
      if (run.left !== undefined || run.presumes || error instanceof ConflictError) return 'left'
      job.reject(error)
      return undefined
    } finally {
      run.close()
    }
    const { writes } = run
    if (run.left !== undefined) {
      letGo(change)
      return 'left'
    }
    if (writes.length > 0 || change.feed.length > 0) {
      return { job, change, organizationId, writes, feed: change.feed }
    }
    job.resolve()
    return undefined
  }
}
