import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'

/** One request as a provider's stand-in saw it. Header names are in lower case. */
export interface SeenRequest {
  readonly method: string
  /** Path without the query. */
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

/**
 * What a stand-in does with a request: answer it, cut the connection after reading it, or keep it waiting
 * until the stand-in closes.
 */
export type StandInAnswer =
  | {
      readonly status: number
      readonly headers?: Readonly<Record<string, string>>
      readonly body?: string | Buffer
    }
  | 'cut'
  | 'hang'

/** A provider's place taken by a real HTTP server on 127.0.0.1, for tests and demonstrations. */
export interface StandIn {
  /** Without a trailing slash. */
  readonly url: string
  readonly seen: readonly SeenRequest[]
  close(): Promise<void>
}

/** Starts a stand-in on a free port; `answer` decides about each request once its body is read. */
export async function startStandIn(
  answer: (request: SeenRequest) => StandInAnswer | Promise<StandInAnswer>,
): Promise<StandIn> {
  const seen: SeenRequest[] = []
  const server = createServer((incoming, response) => {
    read(incoming)
      .then(async (request) => {
        seen.push(request)
        give(response, await answer(request))
      })
      .catch((error: unknown) => {
        response.writeHead(500).end(String(error))
      })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The stand-in has no port.')
  return {
    url: `http://127.0.0.1:${address.port}`,
    seen,
    close() {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

/** The address of a port on which nobody listens, for tests of refused connections. */
export async function refusingUrl(): Promise<string> {
  const standIn = await startStandIn(() => ({ status: 200 }))
  await standIn.close()
  return standIn.url
}

async function read(incoming: IncomingMessage): Promise<SeenRequest> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(Buffer.from(chunk))
  const url = new URL(incoming.url ?? '/', 'http://stand-in')
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

function give(response: ServerResponse, answer: StandInAnswer): void {
  if (answer === 'cut') response.destroy()
  else if (answer !== 'hang') response.writeHead(answer.status, answer.headers).end(answer.body)
}
