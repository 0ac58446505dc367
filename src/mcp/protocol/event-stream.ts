import type { ServerResponse } from 'node:http'
import type { FastifyReply } from 'fastify'

/** Comments that keep proxies from closing a silent stream come this often. */
const keepAliveMs = 15_000
/** Unread bytes beyond which a reader is cut off. */
const bytesMax = 4_000_000

/** A reply of Server-Sent Events, each of which is one JSON-RPC message. */
export class EventStream {
  readonly #raw: ServerResponse
  readonly #timer: NodeJS.Timeout

  /** Takes the reply over from the framework, with the headers that it was given so far. */
  constructor(reply: FastifyReply) {
    const { raw } = reply
    this.#raw = raw
    takeOver(reply)
    raw.writeHead(200, {
      // the connection is not used again, so that a server that closes need not wait until it has been idle
      Connection: 'close',
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

  /** Calls once when either side has ended it. */
  onClose(listener: () => void): void {
    this.#raw.on('close', listener)
  }

  /** Ends the stream, after one last message where there is one. */
  end(message?: string): void {
    clearInterval(this.#timer)
    if (message !== undefined) this.send(message)
    this.#raw.end()
  }
}

/** Takes a reply over from the framework, so that hooks add nothing to it; headers that were set stay. */
export function takeOver(reply: FastifyReply): void {
  reply.hijack()
  for (const [name, value] of Object.entries(reply.getHeaders()))
    if (value !== undefined) reply.raw.setHeader(name, value)
}
