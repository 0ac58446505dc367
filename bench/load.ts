import { connect, type Socket } from 'node:net'
import { type Ahead, watchDone } from './ahead.ts'
import { answerQuestions } from './part.ts'
import { Requests } from './requests.ts'
import { isWhole } from './whole.ts'

/** What a run of load sends where, and how hard. */
export interface LoadOrder {
  /** Base URLs; connections are dealt out among them in turn. */
  readonly urls: readonly string[]
  /** `POST` with a body unless given; of a `GET` the number stands in the path. */
  readonly method?: 'GET' | 'POST'
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  /** Bodies of one length, sent in turn; `{n}` becomes a ten-digit number that counts up from `from`. */
  readonly bodies: readonly string[]
  readonly from: number
  /** Writes the number as twelve hexadecimal digits. */
  readonly hex?: boolean
  /** Sends the numbers in no order, as handsets and providers' ids come. */
  readonly isScattered?: boolean
  readonly connections: number
  /** Requests a second, spread evenly and timed from when they were due; as many as go unless given. */
  readonly perSecond?: number
  /** Stops by itself after so many requests; goes on until stopped unless given. */
  readonly requests?: number
  /** Lets no more requests be under way from here to the provider; unlimited unless given. */
  readonly ahead?: Ahead
}

/** What came of a run. */
export interface LoadResult {
  readonly answered: number
  readonly refused: number
  /** Latencies in milliseconds, at most the last million. */
  readonly p50Ms: number
  readonly p99Ms: number
  readonly maxMs: number
}

const latenciesMax = 1_000_000
/** Enough for any answer here; each is read before the next comes, whichever connection it comes on. */
const readBytes = 65_536

/** A connection, and what it has under way. */
interface Connection {
  readonly socket: Socket
  startedMs: number
  /** What has come of an answer that is not all there. */
  held: string
}

/** One run: closed-loop connections that each have one request under way. */
class Load {
  readonly #order: LoadOrder
  readonly #requests: Requests
  readonly #buffer = Buffer.alloc(readBytes)
  readonly #connections: Connection[] = []
  readonly #idle: Queue<Connection>
  readonly #latencies = new Float64Array(latenciesMax)
  #timer: NodeJS.Timeout | undefined
  #paceStartMs = 0
  #due = 0
  #started = 0
  #answered = 0
  #refused = 0
  #done = 0
  #stopWatching: (() => void) | undefined
  #isOpen = true
  #finished: (() => void) | undefined

  constructor(order: LoadOrder) {
    this.#order = order
    this.#requests = new Requests(order)
    this.#idle = new Queue(order.connections)
  }

  start(): void {
    const { urls, connections, perSecond, ahead } = this.#order
    for (let index = 0; index < connections; index += 1) {
      this.#connect(new URL(urls[index % urls.length] ?? ''))
    }
    if (perSecond !== undefined) this.#pace(perSecond)
    if (ahead === undefined) return
    this.#stopWatching = watchDone(ahead, (done) => {
      this.#done = done
      if (perSecond === undefined) this.#feed()
    })
  }

  get counts(): { readonly answered: number; readonly refused: number } {
    return { answered: this.#answered, refused: this.#refused }
  }

  /** Resolves when the ordered number of requests has been answered. */
  finished(): Promise<void> {
    return new Promise((resolve) => {
      this.#finished = resolve
      this.#settleWhenDone()
    })
  }

  /** Starts nothing new, waits for the answers that are due, and gives the figures. */
  async stop(): Promise<LoadResult> {
    this.#isOpen = false
    clearInterval(this.#timer)
    this.#stopWatching?.()
    while (this.#taken < this.#started) await new Promise((resolve) => setTimeout(resolve, 5))
    for (const { socket } of this.#connections) socket.destroy()
    const sorted = this.#latencies.subarray(0, this.#taken).sort()
    const at = (part: number) =>
      sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0
    return { ...this.counts, p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1) }
  }

  get #taken(): number {
    return this.#answered + this.#refused
  }

  #connect(url: URL): void {
    const socket = connect({
      host: url.hostname,
      port: Number(url.port),
      noDelay: true,
      // Past the stream, which costs as much again as reading the answer.
      onread: {
        buffer: this.#buffer,
        callback: (length) => {
          this.#read(connection, this.#buffer.toString('latin1', 0, length))
          return true
        },
      },
    })
    const connection: Connection = { socket, startedMs: 0, held: '' }
    this.#connections.push(connection)
    socket.on('connect', () => this.#offer(connection))
    socket.on('error', (error) => {
      if (this.#isOpen) throw error
    })
  }

  #read(connection: Connection, text: string): void {
    const answer = connection.held === '' ? text : connection.held + text
    if (!isWhole(answer)) {
      connection.held = answer
      return
    }
    connection.held = ''
    this.#take(answer.charAt(9) === '2', connection.startedMs)
    this.#offer(connection)
  }

  #take(isOk: boolean, startedMs: number): void {
    this.#latencies[this.#taken % latenciesMax] = performance.now() - startedMs
    if (isOk) this.#answered += 1
    else this.#refused += 1
    this.#settleWhenDone()
  }

  #settleWhenDone(): void {
    if (this.#taken >= (this.#order.requests ?? Number.POSITIVE_INFINITY)) this.#finished?.()
  }

  #offer(connection: Connection): void {
    this.#idle.push(connection)
    this.#feed()
  }

  /** Hands what is due to idle connections. */
  #feed(): void {
    const { perSecond, ahead, requests = Number.POSITIVE_INFINITY } = this.#order
    const aheadMax = ahead?.max ?? Number.POSITIVE_INFINITY
    while (this.#isOpen && this.#idle.size > 0) {
      if (this.#started >= requests || this.#started - this.#done >= aheadMax) return
      if (perSecond !== undefined && this.#started >= this.#due) return
      const connection = this.#idle.shift()
      if (connection === undefined) return
      connection.startedMs =
        perSecond === undefined
          ? performance.now()
          : this.#paceStartMs + (this.#started / perSecond) * 1000
      this.#started += 1
      this.#requests.send(this.#started, connection.socket)
    }
  }

  #pace(perSecond: number): void {
    this.#paceStartMs = performance.now()
    this.#timer = setInterval(() => {
      this.#due = Math.ceil(((performance.now() - this.#paceStartMs) / 1000) * perSecond)
      this.#feed()
    }, 1)
  }
}

/** First in, first out, of at most so many. */
class Queue<Item> {
  readonly #ring: (Item | undefined)[]
  #first = 0
  size = 0

  constructor(max: number) {
    this.#ring = Array.from({ length: max })
  }

  push(item: Item): void {
    this.#ring[(this.#first + this.size) % this.#ring.length] = item
    this.size += 1
  }

  shift(): Item | undefined {
    const item = this.#ring[this.#first]
    this.#first = (this.#first + 1) % this.#ring.length
    this.size -= 1
    return item
  }
}

let load: Load | undefined

answerQuestions({
  start(order: LoadOrder) {
    load = new Load(order)
    load.start()
  },
  counts: () => load?.counts,
  finished: () => load?.finished(),
  stop: () => load?.stop(),
})
