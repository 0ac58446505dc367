import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { request } from 'undici'
import { asJson, type Json } from '../mcp/protocol/rpc.ts'
import { type Command, parse } from './command.ts'
import { type Connection, clientOptions, clientUsage, connectionOf } from './connection.ts'

/** Serves the tools of a running server over standard input and output, for clients that start a program. */
export const mcp: Command = {
  usage: () =>
    `signalbox mcp [options]

Speaks the Model Context Protocol on standard input and output, for a server that runs.

  --path <path>        Endpoint: /mcp (default) or /genesys-conversations-digital, with what narrows it,
                       such as /mcp/email/readonly${clientUsage}`,
  async run(argv, terminal) {
    const { values } = parse(argv, { ...clientOptions, path: { type: 'string' } })
    const bridge = new Bridge(connectionOf(values), values.path ?? '/mcp', (text) =>
      terminal.out(`${text}\n`),
    )
    const underWay = new Set<Promise<void>>()
    for await (const line of createInterface({ input: process.stdin })) {
      if (line.trim() === '') continue
      const work = bridge.take(line)
      underWay.add(work)
      work.finally(() => underWay.delete(work)).catch(() => {}) // `take` tells failures itself
    }
    bridge.close()
    await Promise.allSettled(underWay)
  },
}

/** Carries each line to the server by POST, and what comes back to the other side. */
class Bridge {
  readonly #connection: Connection
  readonly #path: string
  readonly #out: (text: string) => void
  readonly #underWay = new Map<string, AbortController>()
  readonly #closing = new AbortController()
  #session: string | undefined

  constructor(connection: Connection, path: string, out: (text: string) => void) {
    this.#connection = connection
    this.#path = path
    this.#out = out
  }

  /** Takes one message; the answer, or what went wrong, is written out. */
  async take(line: string): Promise<void> {
    const message = parsed(line)
    if (message === undefined) {
      this.#fail(null, -32700, 'This is no JSON-RPC message.')
      return
    }
    const id = message['id']
    const method = String(message['method'] ?? '')
    const params = asJson(message['params']) ?? {}
    if (method === 'notifications/cancelled') this.#cancel(params['requestId'])
    if (method === 'notifications/initialized' && this.#session !== undefined)
      this.#listen(this.#session).catch(() => {}) // it ends by itself, and tells failures to nobody
    const controller = new AbortController()
    if (id !== undefined && method !== '') this.#underWay.set(String(id), controller)
    try {
      await this.#exchange(message, { method, params }, controller.signal)
    } catch (error) {
      if (controller.signal.aborted || id === undefined) return
      const why = error instanceof Error ? error.message : String(error)
      this.#fail(id, -32603, `The server at ${this.#connection.url} gave no answer: ${why}`)
    } finally {
      this.#underWay.delete(String(id))
    }
  }

  /** Breaks off what is under way: the other side is gone. */
  close(): void {
    this.#closing.abort()
    for (const controller of this.#underWay.values()) controller.abort()
  }

  async #exchange(
    message: Json,
    about: { readonly method: string; readonly params: Json },
    signal: AbortSignal,
  ): Promise<void> {
    const { url, token } = this.#connection
    const reply = await request(`${url}${this.#path}`, {
      method: 'POST',
      signal,
      headersTimeout: 0,
      bodyTimeout: 0,
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        ...headersFor(about.method, about.params),
        ...(this.#session === undefined ? {} : { 'mcp-session-id': this.#session }),
      },
      body: JSON.stringify(message),
    })
    const session = reply.headers['mcp-session-id']
    if (typeof session === 'string') this.#session = session
    if (isEventStream(reply)) await this.#tellAll(reply.body)
    else {
      const text = await reply.body.text()
      if (text !== '') this.#out(text)
    }
  }

  /** Keeps the stream open on which the server speaks by itself, for as long as the session lasts. */
  async #listen(session: string): Promise<void> {
    const { url, token } = this.#connection
    while (!this.#closing.signal.aborted && this.#session === session) {
      try {
        const reply = await request(`${url}${this.#path}`, {
          signal: this.#closing.signal,
          headersTimeout: 0,
          bodyTimeout: 0,
          headers: {
            authorization: `Bearer ${token}`,
            accept: 'text/event-stream',
            'mcp-session-id': session,
          },
        })
        if (!isEventStream(reply)) {
          await reply.body.dump()
          return
        }
        await this.#tellAll(reply.body)
      } catch {
        // closing, or the server is away: whoever calls meanwhile is told so
      }
      await sleep(againMs, undefined, { signal: this.#closing.signal }).catch(() => {})
    }
  }

  async #tellAll(body: AsyncIterable<unknown>): Promise<void> {
    const decoder = new TextDecoder()
    let held = ''
    for await (const chunk of body) {
      held += chunk instanceof Uint8Array ? decoder.decode(chunk, { stream: true }) : String(chunk)
      const events = held.split('\n\n')
      held = events.pop() ?? ''
      for (const event of events) this.#tell(event)
    }
  }

  #tell(event: string): void {
    const data = /^data: (.*)$/m.exec(event)?.[1]
    if (data !== undefined) this.#out(data)
  }

  #cancel(id: unknown): void {
    this.#underWay.get(String(id))?.abort()
  }

  #fail(id: unknown, code: number, message: string): void {
    this.#out(JSON.stringify({ jsonrpc: '2.0', id, error: { code, message } }))
  }
}

/** Milliseconds until a stream that broke off is asked for again. */
const againMs = 1000

function isEventStream({ headers }: { readonly headers: Readonly<Record<string, unknown>> }) {
  return String(headers['content-type']).startsWith('text/event-stream')
}

/** The headers that the stateless revision wants over HTTP; on a pipe its messages carry them in `_meta` only. */
function headersFor(method: string, params: Json): Record<string, string> {
  const version = asJson(params['_meta'])?.['io.modelcontextprotocol/protocolVersion']
  if (typeof version !== 'string') return {}
  const name = method === 'resources/read' ? params['uri'] : params['name']
  const named = ['tools/call', 'prompts/get', 'resources/read'].includes(method)
  return {
    'mcp-protocol-version': version,
    'mcp-method': method,
    ...(named && typeof name === 'string' ? { 'mcp-name': encoded(name) } : {}),
  }
}

/** A header value that may have other signs than ASCII. */
function encoded(value: string): string {
  return /^[\x20-\x7e]*$/.test(value) && !value.startsWith('=?')
    ? value
    : `=?base64?${Buffer.from(value).toString('base64')}?=`
}

function parsed(line: string): Json | undefined {
  try {
    return asJson(JSON.parse(line))
  } catch {
    return undefined // told to the other side as no message
  }
}
