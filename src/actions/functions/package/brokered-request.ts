import { Readable, Writable } from 'node:stream'

/** A reply as the server hands it over: the body is text in UTF-8. */
export interface BrokeredReply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Hands a request to the server, which makes it through its own guarded way out. Rejects with a `code`. */
export type Ask = (request: {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}) => Promise<BrokeredReply>

/** What of Node's request options is heard. */
export interface TargetOptions {
  readonly method?: string
  readonly headers?: Readonly<Record<string, unknown>>
  readonly auth?: string | null
  readonly timeout?: number
}

/** Node's `IncomingMessage`, fed with a reply that the server fetched. */
export class BrokeredResponse extends Readable {
  readonly statusCode: number
  readonly statusMessage: string
  readonly headers: Record<string, string | string[]>
  readonly rawHeaders: string[]
  readonly httpVersion = '1.1'
  readonly complete = true
  readonly socket = null

  constructor(reply: BrokeredReply, reason: string) {
    super({ read() {} })
    this.statusCode = reply.status
    this.statusMessage = reason
    this.headers = { ...reply.headers }
    this.rawHeaders = Object.entries(reply.headers).flat()
    const cookies = reply.headers['set-cookie']
    if (cookies !== undefined) this.headers['set-cookie'] = [cookies]
    if (reply.body !== '') this.push(Buffer.from(reply.body))
    this.push(null)
  }

  setTimeout(): this {
    return this
  }
}

/** Node's `ClientRequest`, sent as a whole through the server once it ends. */
export class BrokeredRequest extends Writable {
  readonly method: string
  readonly path: string
  readonly host: string
  readonly protocol: string
  readonly socket = null
  reusedSocket = false
  aborted = false
  readonly #url: URL
  readonly #ask: Ask
  readonly #headers = new Map<string, readonly [string, string]>()
  readonly #chunks: Buffer[] = []
  #timer: NodeJS.Timeout | undefined

  constructor(url: URL, options: TargetOptions, ask: Ask) {
    super({ autoDestroy: false }) // it lives on until the reply, which comes after its own end
    this.#url = url
    this.#ask = ask
    this.method = (options.method ?? 'GET').toUpperCase()
    this.path = url.pathname + url.search
    this.host = url.hostname
    this.protocol = url.protocol
    for (const [name, value] of Object.entries(options.headers ?? {})) {
      if (value !== undefined && value !== null) this.setHeader(name, value)
    }
    if (typeof options.auth === 'string') {
      this.setHeader('Authorization', `Basic ${Buffer.from(options.auth).toString('base64')}`)
    }
    if (options.timeout !== undefined) this.setTimeout(options.timeout)
  }

  setHeader(name: string, value: unknown): this {
    const text = Array.isArray(value) ? value.join(', ') : String(value)
    this.#headers.set(name.toLowerCase(), [name, text])
    return this
  }

  getHeader(name: string): string | undefined {
    return this.#headers.get(name.toLowerCase())?.[1]
  }

  hasHeader(name: string): boolean {
    return this.#headers.has(name.toLowerCase())
  }

  getHeaders(): Record<string, string> {
    return Object.fromEntries([...this.#headers].map(([name, [, value]]) => [name, value]))
  }

  removeHeader(name: string): void {
    this.#headers.delete(name.toLowerCase())
  }

  setTimeout(ms: number, onTimeout?: () => void): this {
    if (onTimeout !== undefined) this.once('timeout', onTimeout)
    clearTimeout(this.#timer)
    if (ms > 0) this.#timer = setTimeout(() => this.emit('timeout'), ms)
    return this
  }

  abort(): void {
    this.aborted = true
    this.destroy(Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }))
  }

  flushHeaders(): void {}

  setNoDelay(): this {
    return this
  }

  setSocketKeepAlive(): this {
    return this
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.#chunks.push(chunk)
    done()
  }

  override _final(done: (error?: Error) => void): void {
    const headers = Object.fromEntries(this.#headers.values())
    const body = Buffer.concat(this.#chunks)
    const sent = this.#ask({ method: this.method, url: this.#url.href, headers, body })
    sent.then(
      (reply) => this.#receive(reply),
      (error) => this.destroy(error),
    )
    done()
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    clearTimeout(this.#timer)
    done(error)
  }

  #receive(reply: BrokeredReply): void {
    clearTimeout(this.#timer)
    if (this.destroyed) return
    const response = new BrokeredResponse(reply, '')
    if (!this.emit('response', response)) response.resume()
  }
}
