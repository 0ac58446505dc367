import type { Change } from './session.ts'

/** A transaction that waits for its turn. */
export interface Job {
  readonly organizationId: string
  conflicts: number
  /** Whether it cannot go with others to the thread, as an earlier run of it showed. */
  isAlone: boolean
  run(change: Change): Promise<void>
  /** Answers the caller with what the last run gave. */
  resolve(): void
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
  #over: Promise<never> | undefined

  constructor(workMsMax: number) {
    this.#workMsMax = workMsMax
  }

  /** Gives the next job its time; the promise rejects when that has passed. */
  next(): Promise<never> {
    if (this.#over !== undefined) {
      this.#timer?.refresh()
      return this.#over
    }
    const { promise, reject } = Promise.withResolvers<never>()
    this.#over = promise
    this.#timer = setTimeout(() => {
      this.#over = undefined
      reject(new Error('The work of a transaction waited for something other than its store.'))
    }, this.#workMsMax)
    return promise
  }

  cancel(): void {
    clearTimeout(this.#timer)
  }
}
