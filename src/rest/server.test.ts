import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { test } from 'node:test'
import { silentLog } from '../log.ts'
import { createHttp } from './server.ts'

test('a connection on which nothing was asked does not hold a closing server up', async () => {
  const app = await createHttp(
    { requestBytesMax: 1000, trustProxy: false },
    () => crypto.randomUUID(),
    silentLog,
  )
  const url = new URL(await app.listen({ host: '127.0.0.1', port: 0 }))
  const arrived = once(app.server, 'connection')
  const socket = connect(Number(url.port), '127.0.0.1')
  await arrived
  const closed = app.close().then(() => 'closed')
  const late = new Promise((resolve) => {
    setTimeout(resolve, 10_000, 'late').unref()
  })
  assert.equal(await Promise.race([closed, late]), 'closed')
  socket.destroy()
})
