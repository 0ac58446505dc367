import type { Dispatcher } from 'undici'
import { SendError } from '../errors.ts'
import type { OutboundReply } from './connector.ts'

/** What one exchange is held to. */
export interface ReplyLimits {
  readonly timeoutMs: number
  readonly responseBytesMax: number
}

/** The two ends of the promise that an exchange settles. */
interface Settlement {
  readonly resolve: (reply: OutboundReply) => void
  readonly reject: (error: SendError) => void
}

/** Gathers one reply and decides, when there is none, whether the request may have arrived. */
export class ReplyHandler implements Dispatcher.DispatchHandler {
  readonly #host: string
  readonly #limits: ReplyLimits
  readonly #promise: Settlement
  readonly #deadline: NodeJS.Timeout
  readonly #chunks: Buffer[] = []
  #bytes = 0
  #controller: Dispatcher.DispatchController | undefined
  #status = 0
  #headers: Readonly<Record<string, string>> = {}
  #isSettled = false

  constructor(host: string, limits: ReplyLimits, promise: Settlement) {
    this.#host = host
    this.#limits = limits
    this.#promise = promise
    this.#deadline = setTimeout(() => this.#expire(), limits.timeoutMs)
  }

  /** Called just before the first byte is written; from here on the request may arrive. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#isSettled) {
      controller.abort(new Error('The deadline passed before the request was written.'))
      return
    }
    this.#controller = controller
  }

  /** Called for each interim reply (1xx) too; the last one counts. */
  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Readonly<Record<string, string | string[] | undefined>>,
  ): void {
    this.#status = status
    this.#headers = flat(headers)
    if (Number(headers['content-length']) > this.#limits.responseBytesMax) this.#overflow()
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#bytes += chunk.length
    if (this.#bytes > this.#limits.responseBytesMax) this.#overflow()
    else this.#chunks.push(chunk)
  }

  onResponseEnd(): void {
    if (this.#isSettled) return
    this.#settle()
    const [only = Buffer.alloc(0)] = this.#chunks
    const body = this.#chunks.length > 1 ? Buffer.concat(this.#chunks) : only
    this.#promise.resolve({
      status: this.#status,
      headers: this.#headers,
      body: body.toString('utf8'),
    })
  }

  onResponseError(_controller: unknown, error: Error): void {
    if (error instanceof SendError) this.#fail(error)
    else if (this.#controller !== undefined) {
      this.#fail(
        new SendError(
          'uncertain',
          `The connection to ${this.#host} ended before a full answer came.`,
          { cause: error },
        ),
      )
    } else this.#fail(neverSent(this.#host, error))
  }

  #expire(): void {
    const within = `within ${this.#limits.timeoutMs} ms`
    this.#fail(
      this.#controller === undefined
        ? new SendError('unreachable', `No connection to ${this.#host} was free ${within}.`)
        : new SendError('uncertain', `${this.#host} gave no full answer ${within}.`),
    )
  }

  #overflow(): void {
    const { responseBytesMax } = this.#limits
    this.#fail(
      new SendError(
        'uncertain',
        `The answer of ${this.#host} is longer than ${responseBytesMax} bytes.`,
      ),
    )
  }

  #fail(error: SendError): void {
    if (this.#isSettled) return
    this.#settle()
    this.#promise.reject(error)
    this.#controller?.abort(error)
  }

  #settle(): void {
    this.#isSettled = true
    clearTimeout(this.#deadline)
  }
}

/** What it means that not one byte was written: nobody there, or a request that cannot be written at all. */
function neverSent(host: string, error: Error): SendError {
  const code = 'code' in error ? String(error.code) : error.name
  if (code === 'UND_ERR_INVALID_ARG' || code === 'UND_ERR_NOT_SUPPORTED') {
    return new SendError(
      'misconfigured',
      `The request to ${host} has a header or path that HTTP forbids.`,
      {
        cause: error,
      },
    )
  }
  return new SendError('unreachable', `${host} could not be reached (${code}).`, { cause: error })
}

function flat(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Readonly<Record<string, string>> {
  const single: Record<string, string> = {}
  for (const name in headers) {
    const value = headers[name]
    if (value !== undefined) single[name] = typeof value === 'string' ? value : value.join(', ')
  }
  return single
}
