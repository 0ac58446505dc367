/** Why work is ended that waits for something other than its store. */
export function overdue(): Error {
  return new Error('The work of a transaction waited for something other than its store.')
}

/**
 * Ends what waits for something other than its store: others may wait for its keys. All have the same time, so that
 * one timer does for as many as there are.
 */
export class Deadlines {
  readonly #afterMs: number
  /** When each is to be ended, soonest first. */
  readonly #dueMs = new Map<() => void, number>()
  #timer: NodeJS.Timeout | undefined

  constructor(afterMs: number) {
    this.#afterMs = afterMs
  }

  /** What the work comes to; rejects when that takes too long. */
  within<T>(work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const end = () => reject(overdue())
      this.#dueMs.set(end, performance.now() + this.#afterMs)
      this.#timer ??= this.#sweepAfter(this.#afterMs)
      work.then(
        (value) => {
          this.#dueMs.delete(end)
          resolve(value)
        },
        (error) => {
          this.#dueMs.delete(end)
          reject(error)
        },
      )
    })
  }

  #sweepAfter(waitMs: number): NodeJS.Timeout {
    return setTimeout(() => this.#sweep(), waitMs).unref()
  }

  #sweep(): void {
    this.#timer = undefined
    const nowMs = performance.now()
    for (const [end, dueMs] of this.#dueMs) {
      if (dueMs > nowMs) {
        this.#timer = this.#sweepAfter(Math.ceil(dueMs - nowMs))
        return
      }
      this.#dueMs.delete(end)
      end()
    }
  }
}
