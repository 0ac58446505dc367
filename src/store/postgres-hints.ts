import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { Client } from 'pg'
import type { Queryable } from './postgres-connection.ts'
import { fromJson } from './sql.ts'
import type { Committed } from './store.ts'

/** What nodes tell each other of one organization's commits. */
interface Hint {
  readonly organizationId: string
  readonly feedHead?: number
  readonly timerDueMs?: number
  readonly deliveryBuckets?: readonly number[]
}

interface Payload {
  readonly node: string
  readonly hints: readonly Hint[]
}

const channel = 'signalbox'
/** How long commits are gathered before others are told. */
const gatherMs = 5
/** The engine takes up to 8000 bytes; a hint has about 400 at most. */
const hintsPerPayload = 15
const reconnectMs = 1000
/** The longest wait for the server's answer, and so for closing while it hangs. */
const answerMs = 5000

export interface HintsOptions {
  readonly url: string
  /** Where the hints of this node are sent from. */
  readonly pool: Queryable
  /** Called with what another node has committed. */
  tell(committed: Committed): void
}

/**
 * Tells other nodes of commits and hears of theirs, by the engine's notifications. They only spare the
 * others a wait: what is lost, while a connection is down for instance, is found by the next regular look.
 *
 * They are sent after the commit and gathered, because PostgreSQL lets transactions that notify commit only
 * one at a time.
 */
export class Hints {
  readonly #node = randomUUID()
  readonly #options: HintsOptions
  readonly #closing = new AbortController()
  readonly #gathered = new Map<string, Hint>()
  #timer: NodeJS.Timeout | undefined
  #listening: Promise<void> | undefined
  #stopHearing: (() => void) | undefined

  constructor(options: HintsOptions) {
    this.#options = options
  }

  /** Starts to listen, and goes on trying when that fails. */
  start(): void {
    this.#listening = this.#listen()
  }

  /** Takes up a commit of this node for the next payload. */
  add(committed: Committed): void {
    const { organizationId } = committed
    this.#gathered.set(organizationId, merged(this.#gathered.get(organizationId), committed))
    this.#timer ??= setTimeout(() => void this.#send(), gatherMs)
  }

  /** Sends what is gathered and stops to listen. */
  async close(): Promise<void> {
    clearTimeout(this.#timer)
    await this.#send()
    this.#closing.abort()
    this.#stopHearing?.()
    await this.#listening
  }

  async #send(): Promise<void> {
    this.#timer = undefined
    const hints = [...this.#gathered.values()]
    this.#gathered.clear()
    for (let start = 0; start < hints.length; start += hintsPerPayload) {
      const payload: Payload = {
        node: this.#node,
        hints: hints.slice(start, start + hintsPerPayload),
      }
      try {
        await this.#options.pool.query('select pg_notify($1, $2)', [
          channel,
          JSON.stringify(payload),
        ])
      } catch {
        return // others find what was committed by themselves
      }
    }
  }

  async #listen(): Promise<void> {
    while (!this.#closing.signal.aborted) {
      try {
        await this.#hear()
      } catch {
        // The server is away; the pool tells those who need it.
      }
      await this.#pause()
    }
  }

  /** Listens until the connection ends or this node closes. */
  async #hear(): Promise<void> {
    const client = new Client({
      connectionString: this.#options.url,
      keepAlive: true,
      connectionTimeoutMillis: answerMs,
      query_timeout: answerMs,
      application_name: 'signalbox listener',
    })
    const ended = new Promise<void>((resolve) => {
      client.once('end', resolve)
      client.on('error', () => resolve())
      this.#stopHearing = resolve
    })
    client.on('notification', ({ payload }) => this.#take(payload))
    try {
      await client.connect()
      await client.query(`listen ${channel}`)
      await ended
    } finally {
      await client.end()
    }
  }

  #take(text: string | undefined): void {
    if (text === undefined) return
    const { node, hints } = fromJson<Payload>(text)
    if (node === this.#node) return
    for (const hint of hints) this.#options.tell({ ...hint, deliveries: [] })
  }

  async #pause(): Promise<void> {
    try {
      await wait(reconnectMs, undefined, { signal: this.#closing.signal })
    } catch {
      // Closing.
    }
  }
}

function merged(known: Hint | undefined, news: Committed): Hint {
  const feedHead = largest([known?.feedHead, news.feedHead], Math.max)
  const timerDueMs = largest([known?.timerDueMs, news.timerDueMs], Math.min)
  const buckets = new Set(known?.deliveryBuckets)
  for (const { bucket } of news.deliveries) buckets.add(bucket)
  return {
    organizationId: news.organizationId,
    ...(feedHead === undefined ? {} : { feedHead }),
    ...(timerDueMs === undefined ? {} : { timerDueMs }),
    ...(buckets.size === 0 ? {} : { deliveryBuckets: [...buckets] }),
  }
}

function largest(
  values: readonly (number | undefined)[],
  pick: (...values: number[]) => number,
): number | undefined {
  const given = values.filter((value) => value !== undefined)
  return given.length === 0 ? undefined : pick(...given)
}
