import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { answerQuestions } from './part.ts'

/** The provider stand-in: takes `POST /v1/{SID}/sms` as Kaleyra does, and counts. */
let taken = 0
const run = Date.now().toString(36)

const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  request.resume()
  request.on('end', () => {
    taken += 1
    const body = `{"body":"ok","type":"TXN","source":"API","id":"k-${run}-${taken}","createdDateTime":"2026-01-01 00:00:00","totalCount":1,"data":[{"message_id":"k-${run}-${taken}:1","recipient":"x"}],"error":{}}`
    response.writeHead(202, { 'content-type': 'application/json', 'content-length': body.length })
    response.end(body)
  })
})

answerQuestions({
  listen: () =>
    new Promise((resolve) => {
      server.listen(0, '127.0.0.1', () => {
        resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`) // it listens on TCP
      })
    }),
  count: () => taken,
})
