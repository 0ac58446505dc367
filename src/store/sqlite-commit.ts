import { AppError } from '../errors.ts'
import type { Change } from './session.ts'
import type { DirectCommit } from './sqlite-direct.ts'
import type { Gathering } from './sqlite-gathering.ts'
import { batchMax, type Job } from './sqlite-job.ts'

/** Where transactions are run. */
export interface GroupCommitOptions {
  readonly direct: DirectCommit
  readonly gathering: Gathering
  /** How many have to come together to be gathered. */
  readonly gatherFrom: number
  /** The longest that a transaction waits for others to share its commit. */
  readonly restMsMax: number
  /** Called after each commit. */
  onCommit(): void
}

/**
 * Puts transactions that are asked for together into one commit, because the wait for the disk is what a commit
 * costs. Under load they are gathered while the thread that writes has the ones before; what cannot go that way, and
 * what comes in small numbers, runs on the connection itself while nothing else is under way. Each is answered when
 * the disk has it.
 */
export class GroupCommit {
  readonly #options: GroupCommitOptions
  /** Not run yet. */
  #queue: Job[] = []
  /** Run on the connection, as soon as all that is gathered is on disk. */
  #alone: Job[] = []
  #isTurning = false
  #resting: NodeJS.Timeout | undefined
  #restUntilMs = 0
  #closing: (() => void) | undefined

  constructor(options: GroupCommitOptions) {
    this.#options = options
    options.gathering.onWritten = (failed) => {
      this.#alone.push(...failed)
      options.onCommit()
      this.#schedule()
    }
  }

  /** Runs work in the next batch; settles after its commit. */
  run<T>(organizationId: string, work: (change: Change) => Promise<T>): Promise<T> {
    if (this.#closing !== undefined) return Promise.reject(closed())
    return new Promise<T>((resolve, reject) => {
      const isAlone = organizationId === ''
      const job: Job<T> = { organizationId, conflicts: 0, isAlone, run: work, resolve, reject }
      this.#queue.push(job)
      this.#schedule()
    })
  }

  /** Finishes what was asked for, and takes nothing more. */
  async close(): Promise<void> {
    await new Promise<void>((done) => {
      this.#closing = done
      this.#schedule()
    })
  }

  /** Has the next turn begin when there is something to do in it, and where the connection has rested. */
  #schedule(): void {
    if (this.#isTurning) {
      if (this.#resting !== undefined && this.#queue.length >= batchMax) this.#begin()
      return
    }
    const { isIdle, isFull } = this.#options.gathering
    const canRun = this.#queue.length > 0 && this.#alone.length === 0 && !isFull
    if (canRun || (this.#alone.length > 0 && isIdle)) {
      this.#isTurning = true
      const restMs = isIdle ? this.#restUntilMs - performance.now() : 0
      if (restMs > 0 && this.#closing === undefined) {
        this.#resting = setTimeout(() => this.#begin(), restMs)
      } else this.#begin()
    } else if (this.#queue.length === 0 && isIdle) this.#closing?.()
  }

  #begin(): void {
    clearTimeout(this.#resting)
    this.#resting = undefined
    setImmediate(() => void this.#turn())
  }

  async #turn(): Promise<void> {
    const { gathering, gatherFrom } = this.#options
    if (this.#alone.length > 0) {
      if (gathering.isIdle) await this.#settleHere(this.#alone.splice(0, batchMax))
    } else {
      const jobs = this.#queue.splice(0, batchMax - gathering.size)
      if (gathering.isIdle && jobs.length < gatherFrom) await this.#settleHere(jobs)
      else this.#alone.push(...(await gathering.run(jobs)))
    }
    this.#isTurning = false
    this.#schedule()
  }

  /** The disk rests for as long as the batch took, and more come together meanwhile: each commit waits for it once. */
  async #settleHere(jobs: readonly Job[]): Promise<void> {
    const startMs = performance.now()
    this.#queue.push(...(await this.#options.direct.settle(jobs)))
    this.#options.onCommit()
    const endMs = performance.now()
    this.#restUntilMs = endMs + Math.min(endMs - startMs, this.#options.restMsMax)
  }
}

function closed(): AppError {
  return new AppError('service.unavailable', 'The database is closed. Try again later.')
}
