import { type AddressInfo, createServer } from 'node:net'
import { Pool } from 'undici'
import { answerQuestions } from './part.ts'
import { scattered } from './scatter.ts'
import { isWhole } from './whole.ts'

/** How the stand-in reports each message that it took as delivered; `{id}` stands for the message's id. */
export interface ReportOrder {
  readonly origin: string
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  readonly connections: number
}

/** What the stand-in has seen so far; it answers `GET /counts` with it. */
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

/**
 * On the bare socket, because it shares the cores with what it measures: a whole HTTP server takes twice as much of
 * them. Requests come whole and one at a time on a connection, with a length where they have a body.
 */
const server = createServer({ noDelay: true }, (socket) => {
  let held = ''
  socket.on('data', (chunk: Buffer) => {
    const text = chunk.toString('latin1')
    const request = held === '' ? text : held + text
    if (!isWhole(request)) {
      held = request
      return
    }
    held = ''
    const from = request.indexOf(' ') + 1
    socket.write(answerTo(request.slice(from, request.indexOf(' ', from))), 'latin1')
  })
  socket.on('error', () => socket.destroy()) // whoever left does not want the answer
})

function answerTo(path: string): string {
  if (path === '/counts') {
    const body = JSON.stringify(counts)
    return `HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n${body}`
  }
  if (path.startsWith('/told')) {
    counts.told += 1
    return 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'
  }
  counts.taken += 1
  const id = `k-${scattered(counts.taken).toString(36)}-${run}`
  // A gateway that names its messages itself has put the name into the address.
  report?.(/[?&]id=([^&]+)/.exec(path)?.[1] ?? `${id}:1`)
  const length = emptyLength + 2 * id.length
  return `${head()}${length}\r\n\r\n${before}${id}${between}${id}${after}`
}

/** What the answer says, around the message's id in two places. */
const before = '{"body":"ok","type":"TXN","source":"API","id":"'
const between = '","createdDateTime":"2026-01-01 00:00:00","totalCount":1,"data":[{"message_id":"'
const after = ':1","recipient":"x"}],"error":{}}'
const emptyLength = before.length + between.length + after.length

/** The answer's head up to its length; made anew when its date is another. */
const head = (() => {
  let text = ''
  let untilMs = 0
  return () => {
    const nowMs = Date.now()
    if (nowMs >= untilMs) {
      untilMs = nowMs - (nowMs % 1000) + 1000
      text = `HTTP/1.1 202 Accepted\r\ncontent-type: application/json\r\ndate: ${new Date(nowMs).toUTCString()}\r\nconnection: keep-alive\r\nkeep-alive: timeout=60\r\ncontent-length: `
    }
    return text
  }
})()

/** A handset takes a moment; and Kannel loses a report that comes before it has noted the message. */
const reportAfterMs = 200

/** Makes what reports a message; one that is refused is a fault of the benchmark and ends it. */
function reporter({ origin, connections, ...given }: ReportOrder): (id: string) => void {
  const { method, path, headers, body } = given
  const pool = new Pool(origin, { connections, pipelining: 1 })
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
