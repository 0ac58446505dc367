import { AppError } from '../errors.ts'
import type { Database } from '../store/store.ts'
import type { Messaging } from './messaging.ts'

/** What admission looks at and holds itself to. */
export interface AdmissionLimits {
  /** Unsent deliveries, on all nodes together, beyond which no more are taken. */
  readonly backlogMax: number
  /** Deliveries in this node's memory; below a quarter of its limit nobody counts the store. */
  inMemory(): number
  readonly inMemoryMax: number
}

/** How long a count of the store is believed. */
const countMs = 5000
const retryAfterSeconds = 10

/**
 * Refuses new sends before the backlog grows beyond what was allowed: 429 with Retry-After, in the vendor's words. What is
 * queued already goes on. The store is counted only while this node has much to do.
 */
export class Admission {
  readonly #database: Database
  readonly #messaging: Messaging
  readonly #limits: AdmissionLimits
  #countedMs = 0
  #backlog = 0
  #counting: Promise<void> | undefined

  constructor(database: Database, messaging: Messaging, limits: AdmissionLimits) {
    this.#database = database
    this.#messaging = messaging
    this.#limits = limits
  }

  /** Lets a send in, at once while there is little to do, or rejects with `too.many.requests.retry.after`. */
  admit(): Promise<void> | undefined {
    const { inMemoryMax, backlogMax } = this.#limits
    const inMemory = this.#limits.inMemory()
    return inMemory < Math.min(inMemoryMax / 4, backlogMax) ? undefined : this.#weigh(inMemory)
  }

  async #weigh(inMemory: number): Promise<void> {
    const { backlogMax } = this.#limits
    // The clock may have been set back: a count of the future is not believed either.
    if (Math.abs(this.#messaging.outside.clock.now() - this.#countedMs) > countMs) {
      this.#counting ??= this.#count().finally(() => {
        this.#counting = undefined
      })
      await this.#counting
    }
    if (Math.max(this.#backlog, inMemory) < backlogMax) return
    throw new AppError(
      'too.many.requests.retry.after',
      'Too many messages wait to be sent. Retry the request in [{seconds}] seconds.',
      { params: { seconds: String(retryAfterSeconds) }, retryAfterSeconds },
    )
  }

  async #count(): Promise<void> {
    let backlog = 0
    for (const organizationId of await this.#database.organizationIds()) {
      const { byState } = await this.#database.store(organizationId).deliveries.depth()
      backlog += (byState['queued'] ?? 0) + (byState['sending'] ?? 0)
    }
    this.#backlog = backlog
    this.#countedMs = this.#messaging.outside.clock.now()
  }
}
