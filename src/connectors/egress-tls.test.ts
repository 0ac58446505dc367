import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:https'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { TLSSocket } from 'node:tls'
import { SendError } from '../errors.ts'
import { createEgress, type EgressTls } from './egress.ts'

const folder = join(import.meta.dirname, '..', '..', 'test', 'fixtures', 'tls')
const pem = (name: string) => readFileSync(join(folder, `${name}.pem`), 'utf8')
const ca = pem('ca')
const client: EgressTls = { ca, cert: pem('client'), key: pem('client-key') }

/** A service that asks for a client's certificate and tells whose it got. */
async function service(t: TestContext) {
  const options = { key: pem('server-key'), cert: pem('server'), ca, requestCert: true }
  const sockets = new Set<number | undefined>()
  const server = createServer({ ...options, rejectUnauthorized: false }, (request, response) => {
    const socket = request.socket as TLSSocket // an https server has no others
    sockets.add(socket.remotePort)
    const { subject } = socket.getPeerCertificate()
    response.end(socket.authorized ? `hello ${subject.CN}` : 'hello stranger')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  assert.ok(address !== null && typeof address === 'object')
  const egress = createEgress({ allowPrivateNetworks: ['127.0.0.0/8'] })
  t.after(() => egress.close())
  const get = async (tls?: EgressTls) => {
    const url = `https://127.0.0.1:${address.port}/`
    const reply = await egress.fetch({ method: 'GET', url, headers: {}, ...(tls && { tls }) })
    return reply.body
  }
  return { get, sockets }
}

test('a certificate of an unknown authority is refused before anything is sent', async (t) => {
  const { get, sockets } = await service(t)
  await assert.rejects(get(), (error: unknown) => {
    assert.ok(error instanceof SendError)
    assert.equal(error.failure, 'unreachable')
    assert.match(error.message, /UNABLE_TO_VERIFY|SELF_SIGNED|UNABLE_TO_GET_ISSUER/)
    return true
  })
  assert.equal(sockets.size, 0)
})

test('an authority of its own makes a service trusted, and a certificate makes us known to it', async (t) => {
  const { get } = await service(t)
  assert.equal(await get({ ca }), 'hello stranger')
  assert.equal(await get(client), 'hello client')
})

test('connections are never shared between requests with other certificates', async (t) => {
  const { get, sockets } = await service(t)
  assert.equal(await get(client), 'hello client')
  assert.equal(await get({ ca }), 'hello stranger')
  assert.equal(await get(client), 'hello client')
  assert.equal(sockets.size, 2)
  await assert.rejects(get(), SendError)
})

test('a key that is none is told as a failure, not thrown out of the way', async (t) => {
  const { get } = await service(t)
  await assert.rejects(get({ ca, cert: 'x', key: 'y' }), SendError)
})
