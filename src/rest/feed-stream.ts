import type { ServerResponse } from 'node:http'
import { presentFeedEntry } from '../api/notifications/signalbox-get-feed.ts'
import type { Clock } from '../clock.ts'
import type { Log } from '../log.ts'
import type { FeedWatch } from '../messaging/notify.ts'
import type { FeedEntry } from '../store/store.ts'

/** Entries kept for a reader while its connection takes no more. */
const bufferMax = 1000
const heartbeatMs = 15_000
/** How long a reader may take nothing at all before it is cut off. */
const stallMs = 30_000
/** How long the last words may take. */
const farewellMs = 2000

/** One reader of the feed: Server-Sent Events on an open reply. */
export class FeedStream {
  readonly #raw: ServerResponse
  readonly #after: number
  readonly #clock: Clock
  readonly #log: Log
  readonly #mayStay: () => Promise<boolean>
  #cancelHeartbeat: (() => void) | undefined
  #unsubscribe: (() => void) | undefined
  #over = false

  constructor(
    raw: ServerResponse,
    of: {
      readonly after: number
      readonly clock: Clock
      readonly log: Log
      /** Whether the caller's token and rights still hold. */
      readonly mayStay: () => Promise<boolean>
    },
  ) {
    this.#raw = raw
    this.#after = of.after
    this.#clock = of.clock
    this.#log = of.log
    this.#mayStay = of.mayStay
    raw.on('close', () => this.#stop())
    raw.on('error', () => this.#stop())
  }

  /** Calls back when the connection is over. */
  onOver(work: () => void): void {
    this.#raw.on('close', work)
  }

  /** Sends everything after the starting point, and then what comes. */
  async follow(feed: FeedWatch, organizationId: string): Promise<void> {
    this.#raw.write('retry: 1000\n\n')
    this.#scheduleHeartbeat()
    try {
      const unsubscribe = await feed.subscribe(
        organizationId,
        {
          bufferMax,
          take: (entry) => this.#write(entry),
          end: (reason) => this.#end(reason),
        },
        this.#after,
      )
      if (this.#over) unsubscribe()
      else this.#unsubscribe = unsubscribe
    } catch (error) {
      this.#log.error('A stream of the feed could not be started.', { err: error })
      this.#end('failed')
    }
  }

  #write(entry: FeedEntry): Promise<void> | undefined {
    if (this.#over) return undefined
    const data = JSON.stringify(presentFeedEntry(entry))
    const taken = this.#raw.write(`id: ${entry.sequence}\ndata: ${data}\n\n`)
    return taken ? undefined : this.#drained()
  }

  /** Waits until the reader has taken what is written; one that takes nothing for too long is cut off. */
  #drained(): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#clock.after(stallMs, () => this.#end('too slow'))
      const done = (): void => {
        cancel()
        this.#raw.off('drain', done)
        this.#raw.off('close', done)
        resolve()
      }
      this.#raw.on('drain', done)
      this.#raw.on('close', done)
    })
  }

  #scheduleHeartbeat(): void {
    this.#cancelHeartbeat = this.#clock.after(heartbeatMs, () => void this.#heartbeat())
  }

  async #heartbeat(): Promise<void> {
    try {
      if (!(await this.#mayStay())) {
        this.#end('unauthorized')
        return
      }
    } catch (error) {
      this.#log.warn('The rights of a stream could not be checked.', { err: error })
      this.#end('failed')
      return
    }
    if (this.#over) return
    this.#raw.write(': heartbeat\n\n')
    this.#scheduleHeartbeat()
  }

  /** Says why, as an event named `end`, and closes; a reader that does not take even that is dropped. */
  #end(reason: string): void {
    if (this.#over) return
    this.#stop()
    this.#raw.end(`event: end\ndata: ${JSON.stringify({ reason })}\n\n`)
    const cancel = this.#clock.after(farewellMs, () => this.#raw.destroy())
    this.#raw.on('close', cancel)
  }

  #stop(): void {
    this.#over = true
    this.#cancelHeartbeat?.()
    this.#unsubscribe?.()
  }
}
