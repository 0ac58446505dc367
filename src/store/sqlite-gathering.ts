import { BufferedRun, type BufferedWrite, type Got, type RunKeys } from './buffered-run.ts'
import { type Change, committedOf, letGo, startChange } from './session.ts'
import type { Sql, SqlValue } from './sql.ts'
import { batchMax, Deadline, type Job, unavailable } from './sqlite-job.ts'
import type { SqliteWriter } from './sqlite-writer.ts'
import { type KeyPlace, shortKeyAt } from './statement.ts'
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
  readonly value: unknown
  readonly change: Change
  readonly organizationId: string
  readonly writes: readonly BufferedWrite[]
  readonly feed: Change['feed']
}

/** A transaction whose work is under way. */
interface Running {
  readonly job: Job
  readonly run: BufferedRun
  readonly change: Change
}

/** Transactions that are run one after another. */
interface Turn {
  readonly waiting: Iterable<Job>
  readonly deadline: Deadline
  /** Those that cannot go this way. */
  readonly left: Job[]
  running: Running | undefined
}

/** By which run each key was written, for each kind of keys. */
type WrittenBy = (Map<SqlValue, number> | undefined)[]

/**
 * The keys of rows that are written by transactions that are not on disk yet: who meets one of them is left for later.
 * Of two generations, those that the thread has and those that come next. Transactions run one after another, so only
 * what they write has to be known. Two organizations that have a row of the same key meet in vain.
 */
class BatchKeys implements RunKeys {
  #sent: WrittenBy = []
  #next: WrittenBy = []
  #run = 0

  /** The next transaction runs. */
  begin(): void {
    this.#run += 1
  }

  read(place: KeyPlace, params: readonly SqlValue[]): Got {
    return this.#got(place.kind, shortKeyAt(place, params))
  }

  write(place: KeyPlace, params: readonly SqlValue[]): Got {
    const { kind } = place
    const key = shortKeyAt(place, params)
    const got = this.#got(kind, key)
    if (got === 'free') {
      this.#next[kind] ??= new Map()
      this.#next[kind].set(key, this.#run)
    }
    return got
  }

  #got(kind: number, key: SqlValue): Got {
    const run = this.#next[kind]?.get(key)
    if (run !== undefined) return run === this.#run ? 'written' : 'met'
    return this.#sent[kind]?.has(key) === true ? 'met' : 'free'
  }

  release(): void {}

  /** What comes next goes to the thread. */
  send(): void {
    const settled = this.#sent
    this.#sent = this.#next
    this.#next = settled
  }

  /** The thread is done with what it had. */
  settle(): void {
    for (const keys of this.#sent) keys?.clear()
  }
}

/**
 * Runs transactions one after another without the connection that writes, as `BufferedRun` says, and has their rows
 * written by the other thread, many in one commit, while the next ones are run. Each reads what is committed and
 * touches no row that is written by one whose commit is still to come, so it is as if they had run one after another.
 */
export class Gathering {
  readonly #options: GatheringOptions
  readonly #keys = new BatchKeys()
  #gathered: Finished[] = []
  #isRunning = false
  #isWriting = false
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
    this.#isRunning = true
    const deadline = new Deadline(this.#options.workMsMax)
    const turn: Turn = { waiting: jobs.values(), deadline, left: [], running: undefined }
    for (let isOver = false; !isOver; ) {
      try {
        await deadline.hold(this.#runAll(turn))
        isOver = true
      } catch (error) {
        const { running } = turn
        if (running === undefined) throw error
        turn.running = undefined
        this.#fail(turn, running, error)
      }
    }
    deadline.cancel()
    this.#isRunning = false
    void this.#write()
    return turn.left
  }

  /** Runs one after another, up to one that waits for something other than its store: that ends when others are run. */
  async #runAll(turn: Turn): Promise<void> {
    for (const job of turn.waiting) {
      if (job.isAlone) {
        turn.left.push(job)
        continue
      }
      const running = this.#begin(job)
      turn.running = running
      turn.deadline.extend()
      try {
        const value = await job.run(running.change)
        if (turn.running !== running) return
        this.#finish(turn, running, value)
      } catch (error) {
        if (turn.running !== running) return
        this.#fail(turn, running, error)
      }
    }
    turn.running = undefined
  }

  #begin(job: Job): Running {
    this.#keys.begin()
    const run = new BufferedRun({ keys: this.#keys, reads: this.#options.reads })
    return { job, run, change: startChange(job.organizationId, run, this.#options.taker()) }
  }

  #finish(turn: Turn, { job, run, change }: Running, value: unknown): void {
    run.close()
    const { writes, left } = run
    const { organizationId, feed } = change
    if (left !== undefined) {
      letGo(change)
      leave(turn, job)
    } else if (writes.length > 0 || feed.length > 0) {
      this.#gathered.push({ job, value, change, organizationId, writes, feed })
    } else job.resolve(value)
  }

  #fail(turn: Turn, { job, run, change }: Running, error: unknown): void {
    run.close()
    letGo(change)
    // An error that may come from what was only presumed counts when it comes again in earnest.
    if (run.left !== undefined || run.presumes || error instanceof ConflictError) leave(turn, job)
    else job.reject(error)
  }

  /**
   * Has what is gathered written, and then what came meanwhile. Not while one runs: its rows belong to the commit that
   * it comes into.
   */
  async #write(): Promise<void> {
    if (this.#isRunning || this.#isWriting || this.size === 0) return
    this.#isWriting = true
    const batch = this.#gathered
    this.#gathered = []
    this.#keys.send()
    const failed = await this.#settle(batch)
    this.#isWriting = false
    void this.#write()
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
      this.#keys.settle()
    }
    const failed: Job[] = []
    const byOrganization = new Map<string, Change[]>()
    for (const [index, { job, value, change, organizationId }] of batch.entries()) {
      if (answer.failed.includes(index)) {
        letGo(change)
        job.isAlone = true
        failed.push(job)
        continue
      }
      job.resolve(value)
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
}

/** The transaction cannot go this way. */
function leave(turn: Turn, job: Job): void {
  job.isAlone = true
  turn.left.push(job)
}
