import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer as createSocketServer } from 'node:net'
import { type TestContext, test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { createEgress, type EgressOptions } from './egress.ts'
import { egressContract, failsAs, listen, listenRaw, post } from './egress-contract.ts'

egressContract('the way out', createEgress)

function egressFor(t: TestContext, options: Partial<EgressOptions> = {}) {
  const egress = createEgress({ allowPrivateNetworks: ['127.0.0.0/8'], ...options })
  t.after(() => egress.close())
  return egress
}

test('a name is resolved once and the address that was checked is the one connected to', async (t) => {
  const { port } = await listen(t, (request, response) => response.end(request.headers.host))
  let resolved = 0
  const egress = egressFor(t, {
    resolve: async () => {
      resolved += 1
      // A resolver that is under somebody else's control: first a harmless answer, then another.
      return [{ address: resolved === 1 ? '127.0.0.1' : '10.0.0.1' }]
    },
  })
  const url = `http://provider.example:${port}/`
  assert.equal((await egress.fetch(post(url))).body, `provider.example:${port}`)
  assert.equal(resolved, 1)
  await nextTurn()
  await egress.fetch(post(url)) // on the connection that is open
  assert.equal(resolved, 1)
})

test('a name that resolves to a private address is refused; of several, the allowed are used', async (t) => {
  const { port } = await listen(t, (_request, response) => response.end('ok'))
  const answers: Record<string, readonly { address: string }[]> = {
    'rebound.example': [{ address: '10.0.0.1' }, { address: '::1' }],
    'mixed.example': [{ address: 'fd00::1' }, { address: '127.0.0.1' }],
    'scoped.example': [{ address: 'fe80::1%lo' }],
    'nowhere.example': [],
  }
  const egress = egressFor(t, { resolve: async (name) => answers[name] ?? [] })
  const at = (name: string) => egress.fetch(post(`http://${name}:${port}/`))
  await assert.rejects(at('rebound.example'), failsAs('misconfigured', /rebound\.example/))
  await assert.rejects(at('scoped.example'), failsAs('misconfigured'))
  await assert.rejects(at('nowhere.example'), failsAs('unreachable'))
  assert.equal((await at('mixed.example')).body, 'ok')
})

test('nobody listening, no such name and no TLS are unreachable', async (t) => {
  const { server, url } = await listenRaw(t, () => {})
  server.close()
  await once(server, 'close')
  const egress = egressFor(t, {
    resolve: async (name) => {
      throw Object.assign(new Error(`getaddrinfo ${name}`), { code: 'ENOTFOUND' })
    },
  })
  await assert.rejects(egress.fetch(post(url)), failsAs('unreachable', /ECONNREFUSED/))
  await assert.rejects(
    egress.fetch(post('http://no.example/')),
    failsAs('unreachable', /ENOTFOUND/),
  )
  const plain = await listen(t, (_request, response) => response.end())
  await assert.rejects(
    egress.fetch(post(plain.url.replace('http:', 'https:'))),
    failsAs('unreachable'),
  )
  const closing = await listenRaw(t, (socket) => socket.once('data', () => socket.destroy()))
  await assert.rejects(
    egress.fetch(post(closing.url.replace('http:', 'https:'))),
    failsAs('unreachable'),
  )
})

test('a connection that takes too long is unreachable', async (t) => {
  const silent = await listenRaw(t, () => {}) // accepts, but never answers the TLS greeting
  const egress = egressFor(t, {
    limits: { connectMs: 100 },
    resolve: () => new Promise(() => {}),
  })
  const started = performance.now()
  await assert.rejects(
    egress.fetch(post(silent.url.replace('http:', 'https:'))),
    failsAs('unreachable'),
  )
  await assert.rejects(egress.fetch(post('http://slow.example/')), failsAs('unreachable'))
  assert.ok(performance.now() - started < 5000)
})

test('a TCP connection goes only where a request may, and says so when it cannot be made', async () => {
  const server = createSocketServer((socket) => socket.end('220 hello\r\n'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const egress = createEgress({ allowPrivateNetworks: [] })
  const to = { host: '127.0.0.1', port }
  await assert.rejects(egress.connect(to), { failure: 'misconfigured' })
  await assert.rejects(egress.connect({ ...to, host: 'localhost' }), { failure: 'misconfigured' })
  const socket = await egress.connect({ ...to, allowPrivateNetwork: true })
  const chunks: Buffer[] = []
  for await (const chunk of socket) chunks.push(chunk)
  assert.equal(Buffer.concat(chunks).toString(), '220 hello\r\n')
  await new Promise((resolve) => server.close(resolve))
  await assert.rejects(egress.connect({ ...to, allowPrivateNetwork: true }), {
    failure: 'unreachable',
  })
  await egress.close()
})
