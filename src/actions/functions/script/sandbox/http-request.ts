import { SandboxBuffer } from './buffer.ts'
import { SandboxEmitter } from './events.ts'
import type { RequestOptions } from './http-address.ts'
import { type HostReply, SandboxResponse } from './http-response.ts'
import type { Timers } from './timers.ts'

/** What a request needs of the world. */
export interface RequestPorts {
  /** Hands the request to the host, which answers later. */
  send(message: object, onReply: (reply: HostReply | { error: HostError }) => void): void
  readonly timers: Timers
  /** Does something after the code that runs now; what it throws ends the run. */
  defer(call: () => void): void
}

interface HostError {
  readonly code: string
  readonly message: string
}

/** Node's `ClientRequest` as far as scripts use it: headers, body, timeout, errors. It is sent as a whole at `end`. */
export class SandboxRequest extends SandboxEmitter {
  readonly method: string
  readonly #url: string
  readonly #ports: RequestPorts
  readonly #headers = new Map<string, readonly [string, string]>()
  readonly #chunks: SandboxBuffer[] = []
  #timer: unknown
  #isOver = false
  #isSent = false

  constructor(url: string, options: RequestOptions, ports: RequestPorts) {
    super()
    this.#url = url
    this.#ports = ports
    this.method = (options.method ?? 'GET').toUpperCase()
    for (const [name, value] of Object.entries(options.headers ?? {})) {
      if (value !== undefined && value !== null) this.setHeader(name, value)
    }
    if (options.auth !== undefined) {
      const credentials = SandboxBuffer.from(options.auth).toString('base64')
      this.setHeader('Authorization', `Basic ${credentials}`)
    }
    if (options.timeout !== undefined) this.setTimeout(options.timeout)
  }

  get destroyed(): boolean {
    return this.#isOver
  }

  setHeader(name: string, value: unknown): this {
    const text = Array.isArray(value) ? value.join(', ') : String(value)
    this.#headers.set(name.toLowerCase(), [name, text])
    return this
  }

  getHeader(name: string): string | undefined {
    return this.#headers.get(name.toLowerCase())?.[1]
  }

  removeHeader(name: string): void {
    this.#headers.delete(name.toLowerCase())
  }

  write(chunk: unknown, encoding?: unknown): boolean {
    if (this.#isSent) throw new Error('write after end')
    if (typeof chunk !== 'string' && !(chunk instanceof Uint8Array)) {
      throw new TypeError('The "chunk" argument must be of type string or an instance of Buffer')
    }
    const encodingName = typeof encoding === 'string' ? encoding : undefined
    this.#chunks.push(SandboxBuffer.from(chunk, encodingName))
    return true
  }

  end(chunk?: unknown, encoding?: unknown): this {
    if (chunk !== undefined && chunk !== null && typeof chunk !== 'function') {
      this.write(chunk, encoding)
    }
    if (this.#isSent || this.#isOver) return this
    this.#isSent = true
    const message = {
      method: this.method,
      url: this.#url,
      headers: Object.fromEntries(this.#headers.values()),
      body: SandboxBuffer.concat(this.#chunks).toString('base64'),
    }
    this.#ports.send(message, (reply) => this.#receive(reply))
    return this
  }

  /** Emits `timeout` when no reply came in time; as in Node, ending the request is left to the listener. */
  setTimeout(ms: number, onTimeout?: () => void): this {
    if (onTimeout !== undefined) this.once('timeout', onTimeout)
    this.#ports.timers.clearTimeout(this.#timer)
    this.#timer = this.#ports.timers.setTimeout(() => {
      if (!this.#isOver) this.emit('timeout')
    }, ms)
    return this
  }

  destroy(error?: unknown): this {
    if (this.#isOver) return this
    this.#finish()
    const failure = error ?? Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' })
    this.#ports.defer(() => {
      this.#emitError(failure)
      this.emit('close')
    })
    return this
  }

  abort(): void {
    this.destroy()
  }

  setNoDelay(): this {
    return this
  }

  setSocketKeepAlive(): this {
    return this
  }

  flushHeaders(): void {}

  #receive(reply: HostReply | { error: HostError }): void {
    if (this.#isOver) return
    this.#finish()
    if ('error' in reply) {
      const { code, message } = reply.error
      this.#emitError(Object.assign(new Error(message), { code }))
    } else {
      const response = new SandboxResponse(reply, this.#ports.defer)
      if (!this.emit('response', response)) response.resume()
    }
    this.emit('close')
  }

  #emitError(error: unknown): void {
    this.emit('error', error)
  }

  #finish(): void {
    this.#isOver = true
    this.#ports.timers.clearTimeout(this.#timer)
  }
}
