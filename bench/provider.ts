import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Pool } from 'undici'
import { answerQuestions } from './part.ts'
import { scattered } from './scatter.ts'

/** How the stand-in reports each message that it took as delivered; `{id}` stands for the message's id. */
export interface ReportOrder {
  readonly origin: string
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

/** What the stand-in has seen so far. */
export interface ProviderCounts {
  readonly taken: number
  /** Reports that were answered with a 2xx. */
  readonly reported: number
  /** Calls to `/told`: the fate of a message, as a gateway passes it on to its customer. */
  readonly told: number
}

/** The provider stand-in: takes a message at any address as Kaleyra takes `POST /v1/{SID}/sms`, and counts. */
const counts = { taken: 0, reported: 0, told: 0 }
const run = Date.now().toString(36)
let report: ((id: string) => void) | undefined
let reports: Pool | undefined

const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  const { url = '' } = request
  request.resume()
  request.on('end', () => {
    if (url.startsWith('/told')) {
      counts.told += 1
      response.writeHead(200, { 'content-length': 0 })
      response.end()
      return
    }
    counts.taken += 1
    const id = `k-${scattered(counts.taken).toString(36)}-${run}`
    reply(response, id)
    // A gateway that names its messages itself has put the name into the address.
    report?.(/[?&]id=([^&]+)/.exec(url)?.[1] ?? `${id}:1`)
  })
})

function reply(response: ServerResponse, id: string): void {
  const body = `{"body":"ok","type":"TXN","source":"API","id":"${id}","createdDateTime":"2026-01-01 00:00:00","totalCount":1,"data":[{"message_id":"${id}:1","recipient":"x"}],"error":{}}`
  response.writeHead(202, { 'content-type': 'application/json', 'content-length': body.length })
  response.end(body)
}

const reportConnections = 32
/** A handset takes a moment; and Kannel loses a report that comes before it has noted the message. */
const reportAfterMs = 200

/** Makes what reports a message; one that is refused is a fault of the benchmark and ends it. */
function reporter({ origin, method, path, headers, body }: ReportOrder): (id: string) => void {
  const pool = new Pool(origin, { connections: reportConnections, pipelining: 1 })
  reports = pool
  const send = (id: string) => {
    const request = {
      method,
      path: path.replace('{id}', id),
      headers,
      ...(body === undefined ? {} : { body: body.replace('{id}', encodeURIComponent(id)) }),
    }
    pool.request(request).then(async (answer) => {
      const text = await answer.body.text()
      if (answer.statusCode >= 300) throw new Error(`A report was refused: ${text}`)
      counts.reported += 1
    })
  }
  return (id) => setTimeout(() => send(id), reportAfterMs)
}

answerQuestions({
  listen: () =>
    new Promise((resolve) => {
      server.listen(0, '127.0.0.1', () => {
        resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`) // it listens on TCP
      })
    }),
  count: () => counts.taken,
  counts: () => counts,
  async report(order: ReportOrder | undefined) {
    report = undefined
    await reports?.close()
    reports = undefined
    if (order !== undefined) report = reporter(order)
  },
})
