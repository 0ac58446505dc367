import assert from 'node:assert/strict'
import { once } from 'node:events'
import { Agent, get, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { PassThrough } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { type TestContext, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { silentLog } from '../log.ts'
import { createHttp } from './server.ts'

/** A server with a route `/` that answers what it is given, when that is there. */
async function serve(
  t: TestContext,
  answer: () => unknown,
): Promise<{ readonly app: FastifyInstance; readonly port: number }> {
  const app = await createHttp(
    { requestBytesMax: 1000, trustProxy: false },
    () => crypto.randomUUID(),
    silentLog,
  )
  app.get('/', answer)
  const { port } = new URL(await app.listen({ host: '127.0.0.1', port: 0 }))
  t.after(() => app.server.closeAllConnections())
  return { app, port: Number(port) }
}

/** Asks on a connection that the caller would keep for further requests. */
async function ask(t: TestContext, port: number): Promise<IncomingMessage> {
  const agent = new Agent({ keepAlive: true })
  t.after(() => agent.destroy())
  const [response] = await once(get({ port, agent, host: '127.0.0.1' }), 'response')
  return response
}

async function assertCloses(closing: Promise<unknown>): Promise<void> {
  const late = new Promise((resolve) => {
    setTimeout(resolve, 10_000, 'late').unref()
  })
  assert.equal(await Promise.race([closing.then(() => 'closed'), late]), 'closed')
}

test('a connection on which nothing was asked does not hold a closing server up', async (t) => {
  const { app, port } = await serve(t, () => 'here')
  const arrived = once(app.server, 'connection')
  const socket = connect(port, '127.0.0.1')
  await arrived
  await assertCloses(app.close())
  socket.destroy()
})

test('nor does one that is answered while it closes: its caller is told to leave', async (t) => {
  const asked = Promise.withResolvers<void>()
  const answer = Promise.withResolvers<string>()
  const { app, port } = await serve(t, () => {
    asked.resolve()
    return answer.promise
  })
  const asking = ask(t, port)
  await asked.promise
  const closing = app.close()
  setTimeout(() => answer.resolve('here'), 100)
  const response = await asking
  assert.equal(response.statusCode, 200)
  assert.equal(response.headers.connection, 'close')
  assert.equal(String(await buffer(response)), 'here')
  await assertCloses(closing)
})

test('nor does one whose answer was half written when it began to close', async (t) => {
  const answer = new PassThrough()
  answer.write('half and ')
  const { app, port } = await serve(t, () => answer)
  const response = await ask(t, port)
  assert.equal(response.headers.connection, 'keep-alive')
  const closing = app.close()
  setTimeout(() => answer.end('half'), 100)
  assert.equal(String(await buffer(response)), 'half and half')
  await assertCloses(closing)
})
