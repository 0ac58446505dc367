import { connect, type Socket } from 'node:net'
import { Agent, request as httpRequest } from 'undici'
import { SendError } from '../errors.ts'
import type { Dialogue, Io, OutboundReply, OutboundRequest } from './connector.ts'

/** What a test may set on its way out. */
export interface TestIoOptions {
  /** Shortens every deadline, so that a test of a time-out takes no ten seconds. */
  readonly timeoutMsMax?: number
  /** Where the rest of a reply is cut off. */
  readonly bodyBytesMax?: number
  readonly now?: () => number
  readonly publicUrl?: string
  readonly callbackUrl?: string
}

/** A way out for tests, with the errors of the real one but no guard: it must reach 127.0.0.1. */
export interface TestIo extends Io {
  /** What was recorded of connections that are not HTTP. */
  readonly dialogues: readonly Dialogue[]
  close(): Promise<void>
}

/** Error codes that say no connection was made, so the provider took nothing. */
const neverConnected: ReadonlySet<string> = new Set([
  'EAI_AGAIN',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'UND_ERR_CONNECT_TIMEOUT',
])

/** Makes an `Io` over real HTTP for connector tests. Each request has a connection of its own. */
export function createTestIo(options: TestIoOptions = {}): TestIo {
  const agent = new Agent({ pipelining: 0 })
  const now = options.now ?? Date.now
  const dialogues: Dialogue[] = []
  const tokens = new Map<string, { readonly token: string; readonly endsMs: number }>()
  return {
    publicUrl: options.publicUrl ?? 'https://signalbox.example',
    ownUrl: 'http://127.0.0.1:8080',
    callbackUrl: options.callbackUrl ?? 'https://signalbox.example/webhooks/acme/main',
    now,
    fetch: (request) => exchange(request, agent, options),
    connect: ({ host, port }) => connection(host, port),
    record: (dialogue) => dialogues.push(dialogue),
    dialogues,
    async token(key, make, renew = false) {
      const kept = tokens.get(key)
      if (kept !== undefined && !renew && kept.endsMs > now()) return kept.token
      tokens.delete(key)
      const { token, expiresInMs } = await make()
      tokens.set(key, { token, endsMs: now() + expiresInMs })
      return token
    },
    close: () => agent.destroy(),
  }
}

function connection(host: string, port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, host, () => {
      socket.removeAllListeners('error')
      resolve(socket)
    })
    socket.once('error', (cause) => {
      reject(new SendError('unreachable', 'No connection could be made.', { cause }))
    })
  })
}

async function exchange(
  request: OutboundRequest,
  dispatcher: Agent,
  options: TestIoOptions,
): Promise<OutboundReply> {
  const timeoutMs = Math.min(
    request.timeoutMs ?? 10_000,
    options.timeoutMsMax ?? Number.POSITIVE_INFINITY,
  )
  try {
    const reply = await httpRequest(request.url, {
      dispatcher,
      method: request.method,
      headers: { ...request.headers },
      body: request.body ?? null,
      signal: AbortSignal.timeout(timeoutMs),
    })
    const headers: Record<string, string> = {}
    for (const [name, value] of Object.entries(reply.headers)) headers[name] = String(value)
    const body = await readUpTo(reply.body, options.bodyBytesMax ?? 262_144)
    return { status: reply.statusCode, headers, body }
  } catch (cause) {
    if (neverConnected.has(codeOf(cause))) {
      throw new SendError('unreachable', 'No connection could be made.', { cause })
    }
    throw new SendError('uncertain', 'The connection ended before an answer came.', { cause })
  }
}

async function readUpTo(body: AsyncIterable<Uint8Array>, bytesMax: number): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of body) {
    chunks.push(chunk)
    bytes += chunk.length
    if (bytes >= bytesMax) break
  }
  return Buffer.concat(chunks).subarray(0, bytesMax).toString('utf8')
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}
