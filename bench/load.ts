import { connect, type Socket } from 'node:net'
import { answerQuestions } from './part.ts'
import { scattered } from './scatter.ts'

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
  /** Requests that may be ahead of what `completed` last told; unlimited unless given. */
  readonly aheadMax?: number
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

/** One run: closed-loop connections that each have one request under way. */
class Load {
  readonly #order: LoadOrder
  readonly #head: string
  readonly #sockets: Socket[] = []
  readonly #idle: ((dueMs: number) => void)[] = []
  readonly #due: number[] = []
  readonly #latencies: number[] = []
  #timer: NodeJS.Timeout | undefined
  #started = 0
  #answered = 0
  #refused = 0
  #completed = 0
  #isOpen = true
  #finished: (() => void) | undefined

  constructor(order: LoadOrder) {
    this.#order = order
    const headers = Object.entries(order.headers).map(([name, value]) => `${name}: ${value}\r\n`)
    const length = Buffer.byteLength((order.bodies[0] ?? '').replaceAll('{n}', numeral(order, 0)))
    const framing = order.method === 'GET' ? '' : `content-length: ${length}\r\n`
    this.#head = `${order.method ?? 'POST'} ${order.path} HTTP/1.1\r\nhost: 127.0.0.1\r\n${framing}${headers.join('')}\r\n`
  }

  start(): void {
    const { urls, connections, perSecond } = this.#order
    for (let index = 0; index < connections; index += 1) {
      this.#connect(new URL(urls[index % urls.length] ?? ''))
    }
    if (perSecond !== undefined) this.#pace(perSecond)
  }

  /** How many messages are through, by the provider's count since this run began. */
  completed(count: number): void {
    this.#completed = count
    if (this.#order.perSecond === undefined) this.#feed()
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
    while (this.#answered + this.#refused < this.#started) {
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    for (const socket of this.#sockets) socket.destroy()
    const sorted = Float64Array.from(this.#latencies).sort()
    const at = (part: number) =>
      sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0
    return { ...this.counts, p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1) }
  }

  #connect(url: URL): void {
    const socket = connect({ host: url.hostname, port: Number(url.port), noDelay: true })
    this.#sockets.push(socket)
    const { bodies } = this.#order
    let startedMs = 0
    const next = (dueMs: number): void => {
      startedMs = dueMs
      this.#started += 1
      const number = numeral(this.#order, this.#started)
      const body = bodies[this.#started % bodies.length] ?? ''
      socket.write((this.#head + body).replaceAll('{n}', number))
    }
    let held = ''
    socket.setEncoding('latin1')
    socket.on('data', (chunk: string) => {
      held = held === '' ? chunk : held + chunk
      const isOk = readAnswer(held)
      if (isOk === undefined) return
      held = ''
      this.#take(isOk, startedMs)
      this.#offer(next)
    })
    socket.on('connect', () => this.#offer(next))
    socket.on('error', (error) => {
      if (this.#isOpen) throw error
    })
  }

  #take(isOk: boolean, startedMs: number): void {
    if (isOk) this.#answered += 1
    else this.#refused += 1
    if (this.#latencies.length < latenciesMax) this.#latencies.push(performance.now() - startedMs)
    this.#settleWhenDone()
  }

  #settleWhenDone(): void {
    if (this.#answered + this.#refused >= (this.#order.requests ?? Number.POSITIVE_INFINITY)) {
      this.#finished?.()
    }
  }

  #offer(next: (dueMs: number) => void): void {
    this.#idle.push(next)
    this.#feed()
  }

  /** Hands what is due to idle connections. */
  #feed(): void {
    const {
      perSecond,
      aheadMax = Number.POSITIVE_INFINITY,
      requests = Number.POSITIVE_INFINITY,
    } = this.#order
    while (this.#isOpen && this.#idle.length > 0) {
      if (this.#started >= requests || this.#started - this.#completed >= aheadMax) return
      const dueMs = perSecond === undefined ? performance.now() : this.#due.shift()
      if (dueMs === undefined) return
      this.#idle.shift()?.(dueMs)
    }
  }

  #pace(perSecond: number): void {
    const startMs = performance.now()
    let paced = 0
    this.#timer = setInterval(() => {
      const until = ((performance.now() - startMs) / 1000) * perSecond
      for (; paced < until; paced += 1) this.#due.push(startMs + (paced / perSecond) * 1000)
      this.#feed()
    }, 1)
  }
}

/** The even scattered numbers are those of the copies that a store was filled with. */
function numeral({ from, hex, isScattered }: LoadOrder, index: number): string {
  const number = isScattered === true ? scattered(from + index) : from + index
  if (hex === true) return number.toString(16).padStart(12, '0')
  return String(isScattered === true ? number * 2 + 1 : number).padStart(10, '0')
}

/** Whether the answer is a 2xx; undefined while it is not all there. */
function readAnswer(text: string): boolean | undefined {
  const end = text.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const length = /content-length: (\d+)/i.exec(text.slice(0, end))?.[1]
  if (text.length < end + 4 + Number(length ?? 0)) return undefined
  return text.charAt(9) === '2'
}

let load: Load | undefined

answerQuestions({
  start(order: LoadOrder) {
    load = new Load(order)
    load.start()
  },
  completed: (count: number) => load?.completed(count),
  counts: () => load?.counts,
  finished: () => load?.finished(),
  stop: () => load?.stop(),
})
