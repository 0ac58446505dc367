import type { Worker } from 'node:worker_threads'
import { SendError, type SendFailure } from '../errors.ts'
import { startThread } from '../thread.ts'
import type { OutboundReply } from './connector.ts'
import type { Egress, EgressOptions, EgressRequest } from './egress.ts'

/** What the thread works with: whatever of an egress' options can be copied to it. */
export type SenderOptions = Omit<EgressOptions, 'resolve'>

/** Requests on their way to the thread, each with the number that its answer names. */
export type SentRequests = readonly (readonly [number, EgressRequest])[]

/** What came of some of them. */
export type SentAnswers = readonly (readonly [number, OutboundReply | SentFailure])[]

/** An error on its way back. */
export interface SentFailure {
  /** Undefined unless it is a `SendError`. */
  readonly failure: SendFailure | undefined
  readonly message: string
}

interface Asked {
  readonly resolve: (reply: OutboundReply) => void
  readonly reject: (error: unknown) => void
}

/**
 * The way out for messages: an egress in a thread of its own, so that the main thread has neither the HTTP nor the TLS of
 * providers to do. What is asked for in one turn of the event loop goes over together, and so do the answers: a
 * crossing costs as much as ten requests. The thread starts with the first request.
 */
export class EgressSender implements Pick<Egress, 'fetch' | 'close'> {
  readonly #options: SenderOptions
  readonly #asked = new Map<number, Asked>()
  #worker: Worker | undefined
  #waiting: (readonly [number, EgressRequest])[] = []
  #count = 0
  #isClosed = false

  constructor(options: SenderOptions) {
    this.#options = options
  }

  /** As `Egress.fetch`; `uncertain` as well when the thread has ended and nobody knows what became of the request. */
  fetch(request: EgressRequest): Promise<OutboundReply> {
    return new Promise((resolve, reject) => {
      if (this.#isClosed) {
        reject(new SendError('unreachable', 'Nothing is sent while the server stops.'))
        return
      }
      this.#count += 1
      this.#asked.set(this.#count, { resolve, reject })
      if (this.#waiting.length === 0) setImmediate(() => this.#send())
      this.#waiting.push([this.#count, copyable(request)])
    })
  }

  /** Breaks off what is under way and ends the thread. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#send()
    const worker = this.#worker
    if (worker === undefined) return
    worker.ref()
    const gone = new Promise((resolve) => worker.once('exit', resolve))
    worker.postMessage('close')
    await gone
  }

  #send(): void {
    if (this.#waiting.length === 0) return
    const requests: SentRequests = this.#waiting
    this.#waiting = []
    this.#worker ??= this.#start()
    this.#worker.ref()
    this.#worker.postMessage(requests)
  }

  #settle(answers: SentAnswers): void {
    for (const [number, answer] of answers) {
      const asked = this.#asked.get(number)
      this.#asked.delete(number)
      if ('failure' in answer) asked?.reject(errorOf(answer))
      else asked?.resolve(answer)
    }
    if (this.#asked.size === 0) this.#worker?.unref()
  }

  #start(): Worker {
    const worker = startThread(import.meta.url, 'egress-send', this.#options)
    worker.on('message', (answers: SentAnswers) => this.#settle(answers))
    worker.on('error', (error) => this.#ended(worker, error))
    worker.on('exit', () => this.#ended(worker))
    return worker
  }

  /** What went to the thread may have gone out; what waits goes to the next one. */
  #ended(worker: Worker, cause?: unknown): void {
    if (this.#worker !== worker) return
    this.#worker = undefined
    const waiting = new Set(this.#waiting.map(([number]) => number))
    for (const [number, { reject }] of this.#asked) {
      if (waiting.has(number)) continue
      this.#asked.delete(number)
      reject(new SendError('uncertain', 'The thread that sends ended unexpectedly.', { cause }))
    }
  }
}

function errorOf({ failure, message }: SentFailure): Error {
  return failure === undefined ? new Error(message) : new SendError(failure, message)
}

/** A copy of a piece of a buffer would be one of all that the buffer shares its memory with. */
function copyable(request: EgressRequest): EgressRequest {
  const { body } = request
  return body === undefined || typeof body === 'string'
    ? request
    : { ...request, body: Buffer.from(new Uint8Array(body).buffer) }
}
