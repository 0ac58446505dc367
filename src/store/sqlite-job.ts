import { AppError } from '../errors.ts'
import { overdue } from './deadlines.ts'
import type { Change } from './session.ts'

/** The most transactions in one commit. */
export const batchMax = 256

/** A transaction that waits for its turn. */
export interface Job<T = unknown> {
  readonly organizationId: string
  conflicts: number
  /** Whether it cannot go with others to the thread, as an earlier run of it showed. */
  isAlone: boolean
  run(change: Change): Promise<T>
  /** Answers the caller with what a run gave. */
  resolve(value: T): void
  reject(error: unknown): void
}

/**
 * Ends a job that waits for something other than its store, such as a transaction of its own that cannot
 * start before this one is over: without an end to it nothing would ever be written again. One timer serves
 * all jobs of a batch.
 */
export class Deadline {
  readonly #workMsMax: number
  #timer: NodeJS.Timeout | undefined
  #reject: ((error: Error) => void) | undefined

  constructor(workMsMax: number) {
    this.#workMsMax = workMsMax
  }

  /** Gives the next job its time; the promise is its work's, or rejects when the time has passed. */
  hold<T>(work: Promise<T>): Promise<T> {
    if (this.#timer === undefined) this.#timer = setTimeout(() => this.#expire(), this.#workMsMax)
    else this.#timer.refresh()
    return new Promise((resolve, reject) => {
      this.#reject = reject
      work.then(resolve, reject)
    })
  }

  /** What is held has got on with its work, and has its time anew. */
  extend(): void {
    this.#timer?.refresh()
  }

  #expire(): void {
    this.#reject?.(overdue())
  }

  cancel(): void {
    clearTimeout(this.#timer)
  }
}

/** What callers are told when the disk does not take what they asked for. */
export function unavailable(error: unknown): AppError {
  return new AppError('service.unavailable', 'The database cannot be written. Try again later.', {
    cause: error,
  })
}
