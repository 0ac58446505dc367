import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { answerQuestions } from './part.ts'

/** The service that actions call: answers a person with conversations, whatever it is asked for. */
const body = JSON.stringify({
  id: 'c-1',
  total: 3,
  participants: [
    { id: 'p1', purpose: 'customer', attributes: { tier: 'gold', name: 'Ann "A" Example' } },
    { id: 'p2', purpose: 'acd', conversationRoutingData: { priority: 7 } },
    { id: 'p3', purpose: 'agent', userId: 'u-1', state: 'connected' },
  ],
})

const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  request.resume()
  request.on('end', () => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length })
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
})
