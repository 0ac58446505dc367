import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Pool } from 'undici'
import { answerQuestions, usage } from './part.ts'

/**
 * The baseline: what any program of this platform must do for a message, and nothing else. It reads the same
 * request, sends the same form to the provider by `dispatch` of the same HTTP client, reads the answer and replies
 * 202. No authentication, no validation beyond parsing, no store, no record.
 */
let pool: Pool | undefined

const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const { fromAddress, toAddress, textBody } = JSON.parse(Buffer.concat(chunks).toString('utf8'))
    const form = new URLSearchParams({
      to: toAddress,
      sender: fromAddress,
      body: textBody,
      source: 'API',
    })
    forward(form.toString(), (status, id) => {
      const reply = `{"id":"${id}"}`
      const headers = { 'content-type': 'application/json', 'content-length': reply.length }
      response.writeHead(status, headers)
      response.end(reply)
    })
  })
})

function forward(body: string, done: (status: number, id: string) => void): void {
  const answer: Buffer[] = []
  pool?.dispatch(
    {
      path: '/v1/SID/sms',
      method: 'POST',
      headers: { 'api-key': 'x', 'content-type': 'application/x-www-form-urlencoded' },
      body,
    },
    {
      onRequestStart() {},
      onResponseStart() {},
      onResponseData: (_controller, chunk) => answer.push(chunk),
      onResponseEnd: () => done(202, JSON.parse(Buffer.concat(answer).toString('utf8')).id),
      onResponseError: () => done(502, ''),
    },
  )
}

answerQuestions({
  listen: (providerUrl: string) =>
    new Promise((resolve) => {
      pool = new Pool(providerUrl, { connections: 64, pipelining: 1 })
      server.listen(0, '127.0.0.1', () => {
        resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`) // it listens on TCP
      })
    }),
  usage,
})
