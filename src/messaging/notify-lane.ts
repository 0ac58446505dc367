import type { Log } from '../log.ts'
import type { FeedEntry } from '../store/store.ts'

/** Why a subscriber gets nothing more. */
export type FeedEnd =
  /** It took entries more slowly than they came, and its buffer ran over. */
  | 'too slow'
  /** This node stops. */
  | 'closing'
  /** It threw, or the feed could not be read for it. */
  | 'failed'

/** Who is told what happened, entry by entry. */
export interface FeedSubscriber {
  /** Entries kept for it while it is busy with one; one more and it is cut off. */
  readonly bufferMax: number
  /** Takes one entry; the next comes when this has settled. */
  take(entry: FeedEntry): void | Promise<void>
  /** Called once when nothing more will come, unless the subscriber itself stopped. */
  end(reason: FeedEnd): void
}

/** One subscriber's way of getting entries: one at a time, with a bounded buffer before it. */
export class FeedLane {
  readonly #subscriber: FeedSubscriber
  readonly #log: Log
  readonly #waiting: FeedEntry[] = []
  /** The last entry that it has or was given; undefined while it is still being brought up to date. */
  #joinedAt: number | undefined
  #busy = false
  #ended = false

  constructor(subscriber: FeedSubscriber, log: Log) {
    this.#subscriber = subscriber
    this.#log = log
  }

  get ended(): boolean {
    return this.#ended
  }

  /** From now on entries after that number are pushed. */
  join(position: number): void {
    this.#joinedAt = position
  }

  /** Offers the feed's next entry; ends the subscriber when its buffer is full. */
  push(entry: FeedEntry): void {
    if (this.#ended || this.#joinedAt === undefined || entry.sequence <= this.#joinedAt) return
    if (this.#waiting.length >= this.#subscriber.bufferMax) {
      this.end('too slow')
      return
    }
    this.#joinedAt = entry.sequence
    this.#waiting.push(entry)
    if (!this.#busy) void this.#work()
  }

  /** Hands over an entry of the past, past the buffer. */
  async take(entry: FeedEntry): Promise<void> {
    await this.#subscriber.take(entry)
  }

  /** Ends it and says why. */
  end(reason: FeedEnd): void {
    if (this.#ended) return
    this.close()
    this.#subscriber.end(reason)
  }

  /** Ends it at its own wish. */
  close(): void {
    this.#ended = true
    this.#waiting.length = 0
  }

  async #work(): Promise<void> {
    this.#busy = true
    try {
      for (let entry = this.#waiting.shift(); entry !== undefined; entry = this.#waiting.shift()) {
        await this.#subscriber.take(entry)
      }
    } catch (error) {
      this.#log.error('A subscriber of the feed failed.', { err: error })
      this.end('failed')
    } finally {
      this.#busy = false
    }
  }
}
