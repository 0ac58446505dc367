import { SandboxBuffer } from './buffer.ts'
import { encodingOf } from './bytes.ts'
import { SandboxEmitter } from './events.ts'

/** A reply as the host hands it over: the body is text in UTF-8. */
export interface HostReply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/**
 * Node's `IncomingMessage` as far as scripts use it: status, headers, and a body that comes once somebody listens
 * to `data`, resumes or iterates.
 */
export class SandboxResponse extends SandboxEmitter {
  readonly statusCode: number
  readonly statusMessage = ''
  readonly headers: Record<string, string | string[]>
  readonly rawHeaders: string[]
  readonly httpVersion = '1.1'
  complete = false
  readonly #defer: (call: () => void) => void
  #body: string
  #isFlowing = false
  #isText = false

  constructor(reply: HostReply, defer: (call: () => void) => void) {
    super()
    this.#defer = defer
    this.statusCode = reply.status
    this.headers = { ...reply.headers }
    this.rawHeaders = Object.entries(reply.headers).flat()
    this.#body = reply.body
    const cookies = reply.headers['set-cookie']
    if (cookies !== undefined) this.headers['set-cookie'] = [cookies]
  }

  setEncoding(encoding?: string): this {
    this.#isText = encodingOf(encoding) === 'utf8'
    return this
  }

  override on(event: string | symbol, listener: (...values: never[]) => unknown): this {
    super.on(event, listener)
    if (event === 'data') this.resume()
    return this
  }

  resume(): this {
    if (!this.#isFlowing) {
      this.#isFlowing = true
      this.#defer(() => this.#flow())
    }
    return this
  }

  pause(): this {
    return this
  }

  destroy(): this {
    this.#isFlowing = true
    return this
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<string | SandboxBuffer> {
    this.#isFlowing = true
    if (this.#body !== '') yield this.#chunk()
    this.complete = true
  }

  #chunk(): string | SandboxBuffer {
    return this.#isText ? this.#body : SandboxBuffer.from(this.#body)
  }

  #flow(): void {
    if (this.#body !== '') this.emit('data', this.#chunk())
    this.complete = true
    this.emit('end')
    this.emit('close')
  }
}
