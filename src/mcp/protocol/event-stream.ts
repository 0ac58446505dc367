import type { ServerResponse } from 'node:http'

/** Comments that keep proxies from closing a silent stream come this often. */
const keepAliveMs = 15_000
/** Unread bytes beyond which a reader is cut off. */
const bytesMax = 4_000_000

/** A reply of Server-Sent Events, each of which is one JSON-RPC message. */
export class EventStream {
  readonly #raw: ServerResponse
  readonly #timer: NodeJS.Timeout

  constructor(raw: ServerResponse, headers: Readonly<Record<string, string>>) {
    this.#raw = raw
    raw.writeHead(200, {
      ...headers,
      'Content-Type': 'text/event-stream',
      'Cache-Control': 'no-cache, no-store',
      'X-Accel-Buffering': 'no',
      'X-Content-Type-Options': 'nosniff',
    })
    raw.flushHeaders()
    this.#timer = setInterval(() => raw.write(': still here\n\n'), keepAliveMs).unref()
    raw.on('close', () => clearInterval(this.#timer))
    raw.on('error', () => clearInterval(this.#timer))
  }

  /** Sends one message. */
  send(message: string): void {
    if (this.#raw.writableEnded || this.#raw.destroyed) return
    this.#raw.write(`event: message\ndata: ${message}\n\n`)
    if (this.#raw.writableLength > bytesMax) this.#raw.destroy()
  }

  /** Ends the stream, after one last message where there is one. */
  end(message?: string): void {
    clearInterval(this.#timer)
    if (message !== undefined) this.send(message)
    this.#raw.end()
  }
}
