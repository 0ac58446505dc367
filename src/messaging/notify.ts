import type { Clock } from '../clock.ts'
import type { Log } from '../log.ts'
import type { Committed, Feed, FeedEntry, Store } from '../store/store.ts'
import { type FeedEnd, FeedLane, type FeedSubscriber } from './notify-lane.ts'

/** What the readers need of the database: the feed, and to be woken by it. */
export interface FeedSource {
  store(organizationId: string): Pick<Store, 'feed'>
  onCommit(listener: (committed: Committed) => void): () => void
}

/** How often the feed is looked at while somebody listens, in case a wake-up from another node was lost. */
const pollMs = 1000
const pageSize = 256

/**
 * Tells this node's subscribers what the feed says: in order, each entry once, none left out. There is one cursor per
 * organization, which is read forward when a commit or the poll says so, and none where nobody listens.
 */
export class FeedWatch {
  readonly #source: FeedSource
  readonly #clock: Clock
  readonly #log: Log
  readonly #tails = new Map<string, Tail>()
  #stopListening: (() => void) | undefined
  #cancelPoll: (() => void) | undefined

  constructor(source: FeedSource, clock: Clock, log: Log) {
    this.#source = source
    this.#clock = clock
    this.#log = log
  }

  /** Begins to listen for commits. */
  start(): void {
    this.#stopListening ??= this.#source.onCommit(({ organizationId, feedHead }) => {
      if (feedHead !== undefined) this.#tails.get(organizationId)?.wake(feedHead)
    })
  }

  /** Subscriptions that are open now. */
  get subscribers(): number {
    return [...this.#tails.values()].reduce((sum, tail) => sum + tail.size, 0)
  }

  /** Ends every subscription with `closing`, and waits until no read is under way. */
  async stop(): Promise<void> {
    this.#stopListening?.()
    this.#stopListening = undefined
    this.#cancelPoll?.()
    this.#cancelPoll = undefined
    const tails = [...this.#tails.values()]
    this.#tails.clear()
    for (const tail of tails) tail.end('closing')
    await Promise.all(tails.map((tail) => tail.idle()))
  }

  /**
   * Subscribes to an organization's feed, after an entry's sequence number or from now on. When the promise resolves,
   * nothing that is committed later will be missed; the returned function ends the subscription.
   */
  async subscribe(
    organizationId: string,
    subscriber: FeedSubscriber,
    after: number | 'now' = 'now',
  ): Promise<() => void> {
    if (this.#stopListening === undefined) {
      throw new Error('The feed is not watched: start the watch before subscribing.')
    }
    const tail = this.#tails.get(organizationId) ?? this.#openTail(organizationId)
    const lane = new FeedLane(subscriber, this.#log)
    await tail.add(lane, after)
    return () => {
      lane.close()
      this.#dropIdle()
    }
  }

  #openTail(organizationId: string): Tail {
    const tail = new Tail(this.#source.store(organizationId).feed, this.#log)
    this.#tails.set(organizationId, tail)
    this.#poll()
    return tail
  }

  #poll(): void {
    this.#cancelPoll ??= this.#clock.after(pollMs, () => {
      this.#cancelPoll = undefined
      this.#dropIdle()
      if (this.#tails.size === 0) return
      for (const tail of this.#tails.values()) tail.wake()
      this.#poll()
    })
  }

  #dropIdle(): void {
    for (const [organizationId, tail] of this.#tails) {
      if (!tail.isListenedTo()) this.#tails.delete(organizationId)
    }
  }
}

/** The end of one organization's feed, as this node has read it. */
class Tail {
  readonly #feed: Feed
  readonly #log: Log
  readonly #lanes = new Set<FeedLane>()
  #cursor = 0
  #positioned: Promise<void> | undefined
  #reading: Promise<void> | undefined
  #readAgain = false

  constructor(feed: Feed, log: Log) {
    this.#feed = feed
    this.#log = log
  }

  get size(): number {
    return this.#lanes.size
  }

  /** Whether there is a subscriber that has not ended; forgets those that have. */
  isListenedTo(): boolean {
    for (const lane of this.#lanes) if (lane.ended) this.#lanes.delete(lane)
    return this.#lanes.size > 0
  }

  async add(lane: FeedLane, after: number | 'now'): Promise<void> {
    this.#lanes.add(lane)
    try {
      if (this.#positioned === undefined) this.#positioned = this.#position()
      await this.#positioned
    } catch (error) {
      this.#positioned = undefined
      lane.close()
      throw error
    }
    // What has been committed by now is not news; the cursor may still be behind it.
    const from = after === 'now' ? await this.#feed.head() : after
    if (from >= this.#cursor) lane.join(from)
    else void this.#catchUp(lane, from)
    this.wake()
  }

  async #position(): Promise<void> {
    this.#cursor = await this.#feed.head()
  }

  /** Reads on, unless everything up to `head` has been read. */
  wake(head?: number): void {
    if (head !== undefined && head <= this.#cursor) return
    if (this.#reading !== undefined) {
      this.#readAgain = true
      return
    }
    this.#reading = this.#read()
  }

  end(reason: FeedEnd): void {
    for (const lane of this.#lanes) lane.end(reason)
    this.#lanes.clear()
  }

  async idle(): Promise<void> {
    await this.#reading
  }

  async #read(): Promise<void> {
    try {
      await this.#positioned
      let more = true
      while (more && this.isListenedTo()) {
        this.#readAgain = false
        const page = await this.#feed.after(this.#cursor, pageSize)
        const whole = this.#handOn(page)
        more = this.#readAgain || (whole && page.length === pageSize)
      }
    } catch (error) {
      this.#log.error('The feed could not be read; it is tried again.', { err: error })
    } finally {
      this.#reading = undefined
    }
  }

  /** False when a number is missing: what follows waits until that is there too. */
  #handOn(page: readonly FeedEntry[]): boolean {
    for (const entry of page) {
      if (entry.sequence !== this.#cursor + 1) {
        this.#log.warn('The feed has a gap; it is read again.', { after: this.#cursor })
        return false
      }
      this.#cursor = entry.sequence
      for (const lane of this.#lanes) lane.push(entry)
    }
    return true
  }

  /** Reads the past for one subscriber at its own pace, until it has caught up with the cursor. */
  async #catchUp(lane: FeedLane, from: number): Promise<void> {
    let position = from
    try {
      while (!lane.ended && position < this.#cursor) {
        const page = await this.#feed.after(position, pageSize)
        for (const entry of page) {
          if (lane.ended) return
          if (entry.sequence !== position + 1) throw new Error('The feed has a gap in its past.')
          await lane.take(entry)
          position = entry.sequence
        }
        if (page.length === 0) throw new Error('The feed ends before its head.')
      }
      lane.join(position)
    } catch (error) {
      this.#log.error('A subscriber could not be brought up to date.', { err: error })
      lane.end('failed')
    }
  }
}
