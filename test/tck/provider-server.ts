import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { SeenRequest } from '../../src/connectors/stand-in.ts'
import type { ProviderAdapter, ProviderAnswer, TakenText } from './adapter.ts'

/** How the provider treats one send. */
export type Step =
  | 'accept'
  /** Closes before the body of the request is read. */
  | 'cut-early'
  /** Closes once the request is read, without a word. */
  | 'cut'
  /** Closes in the middle of an accepting answer. */
  | 'cut-answer'
  | 'hang'
  /** Answers with bytes that are no HTTP. */
  | 'garbage'
  /** Accepts in many small pieces. */
  | 'pieces'
  /** Accepts after a while. */
  | { readonly slowMs: number }
  /** Accepts with this id, these parts, or after that was done. */
  | { readonly id: string }
  | { readonly parts: readonly string[] }
  | { readonly first: (taken: TakenText, id: string) => Promise<void> }
  /** Accepts, but with this changed about the answer. */
  | { readonly change: (answer: ProviderAnswer) => ProviderAnswer }
  | { readonly answer: ProviderAnswer }

/** A send that reached the provider, and the id that it has there. */
export interface SeenSend {
  readonly request: SeenRequest
  readonly taken: TakenText
  readonly id: string
  /** Counts over all providers of the process, so that arrivals can be put in order. */
  readonly order: number
}

let arrivals = 0

/** A provider on 127.0.0.1 that follows a script, one step a send, and accepts when that is over. */
export interface ProviderServer {
  readonly url: string
  readonly sends: readonly SeenSend[]
  readonly complaints: readonly string[]
  script(...steps: readonly Step[]): void
  close(): Promise<void>
}

/** Starts the provider, on that port where one is given. */
export async function startProvider(
  adapter: ProviderAdapter,
  given: { readonly idPrefix: string; readonly port?: number },
): Promise<ProviderServer> {
  const sends: SeenSend[] = []
  const complaints: string[] = []
  const steps: Step[] = []
  const sockets = new Set<Socket>()
  const take = async (incoming: IncomingMessage, response: ServerResponse) => {
    if (steps[0] === 'cut-early' && incoming.method === 'POST') {
      steps.shift()
      incoming.socket.destroy()
      return
    }
    const request = await read(incoming)
    const aside = adapter.aside?.(request)
    if (aside !== undefined) return give(response, aside)
    const id = `${given.idPrefix}${sends.length + 1}`
    const taken = adapter.read(request)
    const step = steps.shift() ?? 'accept'
    const own = typeof step === 'object' && 'id' in step ? step.id : id
    arrivals += 1
    sends.push({ request, taken, id: own, order: arrivals })
    await follow(step, { adapter, taken, id: own, response })
  }
  const server = createServer((incoming, response) => {
    take(incoming, response).catch((error: unknown) => {
      complaints.push(String(error))
      if (!response.headersSent) response.writeHead(400).end(String(error))
    })
  })
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(given.port ?? 0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The provider has no port.')
  return {
    url: `http://127.0.0.1:${address.port}`,
    sends,
    complaints,
    script: (...more) => steps.push(...more),
    close() {
      for (const socket of sockets) socket.destroy()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

async function follow(
  step: Step,
  at: {
    readonly adapter: ProviderAdapter
    readonly taken: TakenText
    readonly id: string
    readonly response: ServerResponse
  },
): Promise<void> {
  const { adapter, response, taken, id } = at
  const { answers } = adapter
  if (answers === undefined) throw new Error('Nothing is sent to this provider.')
  const accepted = answers.accept(id)
  const { socket } = response
  if (step === 'hang') return
  if (step === 'cut' || step === 'cut-early') return void response.destroy()
  if (step === 'garbage') {
    return void socket?.end('\u0000\u0001 this is no HTTP\r\n\r\n')
  }
  if (step === 'cut-answer') {
    response.writeHead(accepted.status, { ...accepted.headers, 'content-length': '5000' })
    response.write(Buffer.from(accepted.body ?? '').subarray(0, 3))
    await pause(30)
    return void response.destroy()
  }
  if (step === 'pieces') return givePieces(response, accepted)
  if (step === 'accept') return give(response, accepted)
  if ('answer' in step) return give(response, step.answer)
  if ('change' in step) return give(response, step.change(accepted))
  if ('slowMs' in step) await pause(step.slowMs)
  if ('first' in step) await step.first(taken, id)
  if ('parts' in step) return give(response, answers.acceptParts?.(step.parts) ?? accepted)
  give(response, accepted)
}

async function givePieces(response: ServerResponse, answer: ProviderAnswer): Promise<void> {
  response.writeHead(answer.status, answer.headers)
  for (const byte of Buffer.from(answer.body ?? '').subarray(0, 40)) {
    response.write(Buffer.from([byte]))
    await pause(1)
  }
  response.end(Buffer.from(answer.body ?? '').subarray(40))
}

function give(response: ServerResponse, answer: ProviderAnswer): void {
  response.writeHead(answer.status, answer.headers).end(answer.body)
}

async function read(incoming: IncomingMessage): Promise<SeenRequest> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(Buffer.from(chunk))
  const url = new URL(incoming.url ?? '/', 'http://provider')
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(incoming.headers)) headers[name] = String(value)
  return {
    method: incoming.method ?? '',
    path: url.pathname,
    query: url.searchParams,
    headers,
    body: Buffer.concat(chunks),
  }
}

function pause(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs))
}
