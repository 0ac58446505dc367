import type { Worker } from 'node:worker_threads'
import type { Means } from './connectors/call.ts'
import type {
  OutboundMessage,
  ReceivedReceipt,
  Sent,
  StatusQuestion,
} from './connectors/connector.ts'
import type { EgressOptions } from './connectors/egress.ts'
import { SendError, type SendFailure } from './errors.ts'
import type { RecordedExchange } from './exchange.ts'
import type { Outcome } from './messaging/way-out.ts'
import { exchangeIn } from './store/exchange-form.ts'
import { startThread } from './thread.ts'

/** What the thread's way out works with: whatever of an egress' options can be copied to it. */
export type ThreadOptions = Omit<EgressOptions, 'resolve'>

/** Who calls: a connector, by its name, and its means. */
export interface Caller extends Means {
  readonly connector: string
}

/** What connectors are asked to do, by what they are given for it. */
interface Work {
  readonly send: { readonly given: OutboundMessage; readonly value: Sent }
  readonly ask: { readonly given: StatusQuestion; readonly value: readonly ReceivedReceipt[] }
}

/** One call on its way to the thread: its own number, its caller's, and what it is about. */
export type SentCall = {
  [Name in keyof Work]: readonly [number, number, Name, Work[Name]['given']]
}[keyof Work]

/** What goes over in one turn of the event loop. */
export interface SentCalls {
  /** Callers that the thread does not know yet, by the numbers that calls name them by. */
  readonly callers: readonly (readonly [number, Caller])[]
  /** Whether it is to forget those before. */
  readonly isAnew: boolean
  readonly calls: readonly SentCall[]
  /** What the program's clock is ahead of the machine's, in milliseconds: 0 but in tests. */
  readonly aheadMs: number
}

/** An error on its way back. */
export interface SentFailure {
  /** Undefined unless it is a `SendError`. */
  readonly failure: SendFailure | undefined
  readonly message: string
  readonly providerCode?: SendError['providerCode']
  readonly retryAfterMs?: SendError['retryAfterMs']
  readonly reason?: SendError['reason']
}

/** A recorded exchange on its way back: its id, when it ended, its status and the text of it. */
export type SentRecord = readonly [string, number, number | undefined, string]

/** What came of a call: its number, its value or else why there is none, and what is on record of it. */
export type SentEnd = readonly [
  number,
  Work[keyof Work]['value'] | undefined,
  SentFailure | undefined,
  SentRecord | undefined,
]

/** A call that waits for the end of the turn. */
interface Waiting {
  readonly number: number
  readonly caller: Caller
  readonly name: keyof Work
  readonly given: Work[keyof Work]['given']
}

/** The thread knows so many callers; then it forgets them all, and is told of each anew. */
const callersMax = 1000

/**
 * Has connectors called by a thread of its own, so that the main thread neither builds requests nor does HTTP and TLS nor
 * reads, masks and writes down what was said. What is asked for in one turn of the event loop goes over together, and so
 * do the answers: a crossing costs as much as ten calls. The thread starts with the first call, unless it is warm.
 */
export class SendingThread {
  readonly #options: ThreadOptions
  readonly #now: () => number
  readonly #underWay = new Map<number, (ended: Outcome<never>) => void>()
  #worker: Worker | undefined
  #waiting: Waiting[] = []
  /** The callers that the thread knows, as long as somebody has them. */
  #numbers = new WeakMap<Caller, number>()
  #callersKnown = 0
  #count = 0
  #isClosed = false

  /** `now` gives epoch milliseconds. */
  constructor(options: ThreadOptions, now: () => number) {
    this.#options = options
    this.#now = now
  }

  /**
   * Has the caller's connector do that. Never rejects: `uncertain` as well when the thread has ended and nobody knows what
   * became of the call. The same caller is the same object.
   */
  call<Name extends keyof Work>(
    caller: Caller,
    name: Name,
    given: Work[Name]['given'],
  ): Promise<Outcome<Work[Name]['value']>> {
    return new Promise((resolve) => {
      if (this.#isClosed) {
        const cause = new SendError('unreachable', 'Nothing is sent while the server stops.')
        resolve({ cause, recorded: undefined })
        return
      }
      this.#count += 1
      this.#underWay.set(this.#count, resolve)
      if (this.#waiting.length === 0) setImmediate(() => this.#send())
      this.#waiting.push({ number: this.#count, caller, name, given })
    })
  }

  /** Starts the thread ahead of the first call, which would wait for it. */
  warm(): void {
    if (this.#isClosed || this.#worker !== undefined) return
    this.#worker = this.#start()
    this.#worker.unref()
  }

  /** Breaks off what is under way and ends the thread. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#send()
    const worker = this.#worker
    if (worker === undefined) return
    if (this.#underWay.size === 0) {
      await worker.terminate() // it may still be loading
      return
    }
    worker.ref()
    const gone = new Promise((resolve) => worker.once('exit', resolve))
    worker.postMessage('close')
    await gone
  }

  #send(): void {
    const waiting = this.#waiting
    if (waiting.length === 0) return
    this.#waiting = []
    this.#worker ??= this.#start()
    this.#worker.ref()
    const isAnew = this.#callersKnown >= callersMax
    if (isAnew) this.#forgetCallers()
    const callers: [number, Caller][] = []
    const calls: SentCall[] = []
    for (const { number, caller, name, given } of waiting) {
      let known = this.#numbers.get(caller)
      if (known === undefined) {
        this.#callersKnown += 1
        known = this.#callersKnown
        this.#numbers.set(caller, known)
        callers.push([known, caller])
      }
      calls.push([number, known, name, given] as SentCall) // as `call` was given them
    }
    const aheadMs = this.#now() - Date.now()
    this.#worker.postMessage({ callers, isAnew, calls, aheadMs } satisfies SentCalls)
  }

  #end(ends: readonly SentEnd[]): void {
    for (const [number, value, failed, record] of ends) {
      const resolve = this.#underWay.get(number)
      this.#underWay.delete(number)
      const recorded = record === undefined ? undefined : new ThreadRecord(record)
      resolve?.(
        failed === undefined
          ? { value: value as never, recorded } // the asker names the type
          : { cause: errorOf(failed), recorded },
      )
    }
    if (this.#underWay.size === 0) this.#worker?.unref()
  }

  #forgetCallers(): void {
    this.#numbers = new WeakMap()
    this.#callersKnown = 0
  }

  #start(): Worker {
    this.#forgetCallers()
    const worker = startThread(import.meta.url, 'sending', this.#options)
    worker.on('message', (ends: readonly SentEnd[]) => this.#end(ends))
    worker.on('error', (error) => this.#ended(worker, error))
    worker.on('exit', () => this.#ended(worker))
    return worker
  }

  /** What went to the thread may have gone out; what waits goes to the next one. */
  #ended(worker: Worker, cause?: unknown): void {
    if (this.#worker !== worker) return
    this.#worker = undefined
    const waiting = new Set(this.#waiting.map(({ number }) => number))
    for (const [number, resolve] of this.#underWay) {
      if (waiting.has(number)) continue
      this.#underWay.delete(number)
      const lost = new SendError('uncertain', 'The thread that sends ended unexpectedly.', {
        cause,
      })
      resolve({ cause: lost, recorded: undefined })
    }
  }
}

/** What the thread recorded. */
class ThreadRecord implements RecordedExchange {
  readonly id: string
  readonly endedMs: number
  readonly status: number | undefined
  readonly text: string

  constructor([id, endedMs, status, text]: SentRecord) {
    this.id = id
    this.endedMs = endedMs
    this.status = status
    this.text = text
  }

  open() {
    return exchangeIn(this.text)
  }
}

function errorOf({ failure, message, ...more }: SentFailure): Error {
  return failure === undefined ? new Error(message) : new SendError(failure, message, more)
}
