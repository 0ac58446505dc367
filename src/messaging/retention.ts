import type { Database } from '../store/store.ts'
import type { Messaging } from './messaging.ts'

/** Rows of one kind that a step removes at the most: a step shares its commit with live traffic. */
const stepRows = 100
/** Pause between steps while there is more to remove, at the least. */
const pauseMsMin = 100
/** Removing takes a tenth of the time at the most: the slower a step was, the longer the pause after it. */
const pauseSteps = 9
/** Pause when there is nothing more to remove. */
const restMs = 60_000
const leaseMs = 180_000
const dayMs = 86_400_000

/** How long to keep, and who does the removing. */
export interface Keeping {
  readonly days: number
  readonly nodeId: string
  onError(message: string, fields: Readonly<Record<string, unknown>>): void
}

/**
 * Removes ended conversations, their deliveries and transcripts, and the feed when they are older than the operator
 * wants to keep, in small steps. Among several nodes one does it.
 */
export class RetentionKeeper {
  readonly #database: Database
  readonly #messaging: Messaging
  readonly #given: Keeping
  #cancel: () => void = () => {}
  #running: Promise<void> = Promise.resolve()
  #onStep: () => void = () => {}
  #open = true

  constructor(database: Database, messaging: Messaging, given: Keeping) {
    this.#database = database
    this.#messaging = messaging
    this.#given = given
  }

  /** Begins after a minute unless said otherwise; `onStep` hears of each step. */
  start(delayMs = restMs, onStep: () => void = () => {}): void {
    this.#onStep = onStep
    this.#next(delayMs)
  }

  async stop(): Promise<void> {
    this.#open = false
    this.#cancel()
    await this.#running
  }

  /** One step in every organization; whether there is more to remove. */
  async step(): Promise<boolean> {
    const nowMs = this.#messaging.outside.clock.now()
    const lease = await this.#database.lease('retention', this.#given.nodeId, leaseMs, nowMs)
    if (lease.owner !== this.#given.nodeId) return false
    let more = false
    for (const organizationId of await this.#database.organizationIds()) {
      const store = this.#database.store(organizationId)
      const beforeMs = nowMs - this.#given.days * dayMs
      more = (await store.retention.prune(beforeMs, stepRows)).more || more
      await store.tokens.prune(nowMs)
    }
    return more
  }

  #next(delayMs: number): void {
    if (!this.#open) return
    this.#cancel = this.#messaging.outside.clock.after(delayMs, () => {
      const { clock } = this.#messaging.outside
      const startMs = clock.now()
      this.#running = this.step().then(
        (more) => {
          this.#onStep()
          const pauseMs = Math.max(pauseMsMin, (clock.now() - startMs) * pauseSteps)
          this.#next(more ? Math.min(pauseMs, restMs) : restMs)
        },
        (cause: unknown) => {
          this.#given.onError('What is old could not be removed.', { error: cause })
          this.#next(restMs)
        },
      )
    })
  }
}
