import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import {
  type AddressInfo,
  createServer as createSocketServer,
  type Server,
  type Socket,
} from 'node:net'
import { type TestContext, test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { SendError, type SendFailure } from '../errors.ts'
import type { Egress, EgressOptions, EgressRequest } from './egress.ts'

/** What `fetch` keeps to, wherever the work is done. */
type Sends = Pick<Egress, 'fetch' | 'close'>

/** A server on a free port of this machine, and where it is. */
export async function listen(t: TestContext, listener: RequestListener) {
  const server = createServer(listener)
  const port = await started(t, server)
  t.after(() => server.closeAllConnections())
  return { server, port, url: `http://127.0.0.1:${port}` }
}

/** A server that speaks no HTTP by itself. */
export async function listenRaw(t: TestContext, onSocket: (socket: Socket) => void) {
  const sockets = new Set<Socket>()
  const server = createSocketServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    onSocket(socket)
  })
  const port = await started(t, server)
  t.after(() => {
    for (const socket of sockets) socket.destroy()
  })
  return { server, port, url: `http://127.0.0.1:${port}` }
}

async function started(t: TestContext, server: Server) {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  return (server.address() as AddressInfo).port // listening on TCP, so it is no text and not null
}

export function post(url: string, more: Partial<EgressRequest> = {}): EgressRequest {
  return { method: 'POST', url, headers: { 'content-type': 'text/plain' }, body: 'hello', ...more }
}

export function failsAs(failure: SendFailure, message = /./) {
  return (error: unknown) => {
    assert.ok(error instanceof SendError, String(error))
    assert.equal(error.failure, failure, error.message)
    assert.match(error.message, message)
    return true
  }
}

/** Proves what is said of `Egress.fetch`. */
export function egressContract(
  name: string,
  make: (options: Omit<EgressOptions, 'resolve'>) => Sends,
): void {
  const egressFor = (t: TestContext, options: Omit<Partial<EgressOptions>, 'resolve'> = {}) => {
    const egress = make({ allowPrivateNetworks: ['127.0.0.0/8'], ...options })
    t.after(() => egress.close())
    return egress
  }

  test(`${name}: a request arrives as given and the reply comes back whole`, async (t) => {
    const { url } = await listen(t, (request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk) => chunks.push(chunk))
      request.on('end', () => {
        response.writeHead(202, { 'X-Id': '7', 'Set-Cookie': ['a=1', 'b=2'] })
        response.write(`${request.method} ${request.url} ${request.headers['x-mine']} `)
        response.end(Buffer.concat(chunks))
      })
    })
    const egress = egressFor(t)
    const request = post(`${url}/a%20b?c=d#e`, {
      headers: { 'x-mine': 'a\r\nb: c' },
      body: 'grüße',
    })
    await assert.rejects(egress.fetch(request), failsAs('misconfigured', /forbids/))
    const reply = await egress.fetch({ ...request, headers: { 'x-mine': 'u' } })
    assert.equal(reply.status, 202)
    assert.equal(reply.body, 'POST /a%20b?c=d u grüße')
    assert.equal(reply.headers['x-id'], '7')
    assert.equal(reply.headers['set-cookie'], 'a=1, b=2')
    const bytes = await egress.fetch({ ...request, headers: {}, body: Buffer.from([104, 105]) })
    assert.match(bytes.body, /undefined hi$/)
  })

  test(`${name}: connections are kept alive`, async (t) => {
    const ports = new Set<number | undefined>()
    const { url } = await listen(t, (request, response) => {
      ports.add(request.socket.remotePort)
      response.end('ok')
    })
    const egress = egressFor(t)
    for (let n = 0; n < 5; n += 1) {
      assert.equal((await egress.fetch(post(url))).body, 'ok')
      await nextTurn() // a connection rests for a turn of the event loop, in case the server closes it
    }
    assert.equal(ports.size, 1)
  })

  test(`${name}: redirects are handed back, not followed`, async (t) => {
    let calls = 0
    const { url } = await listen(t, (_request, response) => {
      calls += 1
      response.writeHead(307, { location: '/elsewhere' }).end()
    })
    const reply = await egressFor(t).fetch(post(url))
    assert.equal(reply.status, 307)
    assert.equal(reply.headers['location'], '/elsewhere')
    assert.equal(calls, 1)
  })

  test(`${name}: an interim reply is not taken for the reply`, async (t) => {
    const { url } = await listen(t, (_request, response) => {
      response.writeEarlyHints({ link: '</x>; rel=preload' })
      response.writeHead(200).end('final')
    })
    const reply = await egressFor(t).fetch(post(url))
    assert.equal(reply.status, 200)
    assert.equal(reply.body, 'final')
  })

  test(`${name}: private addresses are refused in every spelling, and nobody is connected to`, async (t) => {
    let connections = 0
    const { port, server } = await listen(t, (_request, response) => response.end())
    server.on('connection', () => {
      connections += 1
    })
    const egress = egressFor(t, { allowPrivateNetworks: [] })
    const hosts = [
      '127.0.0.1',
      '127.1',
      '2130706433',
      '0x7f000001',
      '0177.0.0.1',
      '0',
      'localhost',
      'LOCALHOST',
      '[::1]',
      '[::]',
      '[::ffff:127.0.0.1]',
      '[64:ff9b::7f00:1]',
      '[2002:7f00:1::]',
      '[fd00::1]',
      '[fe80::1]',
      '10.0.0.1',
      '192.168.0.1',
      '100.64.0.1',
      '169.254.169.254',
      '224.0.0.1',
    ]
    for (const host of hosts) {
      for (const scheme of ['http', 'https']) {
        await assert.rejects(
          egress.fetch(post(`${scheme}://${host}:${port}/`)),
          failsAs('misconfigured', /not on the public internet/),
        )
      }
    }
    assert.equal(connections, 0)
  })

  test(`${name}: leave for private networks holds for the request that has it, not for its connection`, async (t) => {
    const { url } = await listen(t, (_request, response) => response.end('ok'))
    const egress = egressFor(t, { allowPrivateNetworks: [] })
    const reply = await egress.fetch(post(url, { allowPrivateNetwork: true }))
    assert.equal(reply.body, 'ok')
    await assert.rejects(egress.fetch(post(url)), failsAs('misconfigured'))
  })

  test(`${name}: leave for private networks does not open the addresses of clouds`, async (t) => {
    const egress = egressFor(t, { allowPrivateNetworks: [] })
    for (const host of ['169.254.169.254', '[fd00:ec2::254]', '100.100.100.200', '[fe80::1]']) {
      await assert.rejects(
        egress.fetch(post(`http://${host}/`, { allowPrivateNetwork: true })),
        failsAs('misconfigured'),
      )
    }
  })

  test(`${name}: addresses that are no plain web addresses are refused`, async (t) => {
    const egress = egressFor(t)
    for (const url of [
      'nonsense',
      'ftp://h/',
      'file:///etc/passwd',
      'http://u:p@h/',
      'http://u@h/',
    ]) {
      await assert.rejects(egress.fetch(post(url)), failsAs('misconfigured'))
    }
    const request = post('http://h.example/', { headers: { Host: 'other.example' } })
    await assert.rejects(egress.fetch(request), failsAs('misconfigured', /Host/))
  })

  test(`${name}: a connection that breaks before, in and after the head of the reply is uncertain`, async (t) => {
    const heads = ['', 'HTTP/1.1 200 O', 'HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf']
    for (const head of heads) {
      const { url } = await listenRaw(t, (socket) => socket.once('data', () => socket.end(head)))
      await assert.rejects(egressFor(t).fetch(post(url)), failsAs('uncertain', /full answer/))
    }
    const { url } = await listenRaw(t, (socket) =>
      socket.once('data', () => socket.resetAndDestroy()),
    )
    await assert.rejects(egressFor(t).fetch(post(url)), failsAs('uncertain'))
    await assert.rejects(egressFor(t).fetch(post(url, { method: 'GET' })), failsAs('uncertain'))
  })

  test(`${name}: what is no HTTP is uncertain`, async (t) => {
    const { url } = await listenRaw(t, (socket) =>
      socket.once('data', () => socket.end('SSH-2.0\r\n')),
    )
    await assert.rejects(egressFor(t).fetch(post(url)), failsAs('uncertain'))
  })

  test(`${name}: a reply that stays out, or stops half way, is uncertain at the deadline`, async (t) => {
    for (const head of ['', 'HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf']) {
      const { url } = await listenRaw(t, (socket) => socket.once('data', () => socket.write(head)))
      const request = post(url, { timeoutMs: 80 })
      await assert.rejects(egressFor(t).fetch(request), failsAs('uncertain', /within 80 ms/))
    }
  })

  test(`${name}: a reply that trickles does not outlast the deadline`, async (t) => {
    const { url } = await listenRaw(t, (socket) => {
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n')
        const trickle = setInterval(() => socket.write('x'), 20)
        socket.once('close', () => clearInterval(trickle))
      })
    })
    const request = post(url, { timeoutMs: 150 })
    await assert.rejects(egressFor(t).fetch(request), failsAs('uncertain', /within 150 ms/))
  })

  test(`${name}: a request that waited for a connection until its deadline is unreachable and never written`, async (t) => {
    let requests = 0
    const { url } = await listen(t, (_request, response) => {
      requests += 1
      setTimeout(() => response.end('ok'), 200)
    })
    const egress = egressFor(t, { limits: { connectionsPerOrigin: 1 } })
    const first = egress.fetch(post(url))
    await assert.rejects(egress.fetch(post(url, { timeoutMs: 50 })), failsAs('unreachable', /free/))
    assert.equal((await first).body, 'ok')
    assert.equal((await egress.fetch(post(url))).body, 'ok')
    assert.equal(requests, 2)
  })

  test(`${name}: a reply that is too long is uncertain, announced or not`, async (t) => {
    const { url } = await listen(t, (request, response) => {
      if (request.url === '/announced') response.setHeader('content-length', 2000)
      response.write('x'.repeat(1000))
      response.end('x'.repeat(1000))
    })
    const egress = egressFor(t, { limits: { responseBytesMax: 1999 } })
    for (const path of ['/announced', '/chunked']) {
      await assert.rejects(egress.fetch(post(url + path)), failsAs('uncertain', /longer than 1999/))
    }
    const roomy = egressFor(t, { limits: { responseBytesMax: 2000 } })
    assert.equal((await roomy.fetch(post(`${url}/announced`))).body.length, 2000)
  })

  test(`${name}: a kept connection that the server closed is replaced before anything is written`, async (t) => {
    let closed = Promise.resolve<unknown>(undefined)
    let connections = 0
    const { url } = await listenRaw(t, (socket) => {
      connections += 1
      closed = once(socket, 'close')
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok')
        setTimeout(() => socket.destroy(), 1)
      })
    })
    const egress = egressFor(t)
    for (let n = 1; n <= 10; n += 1) {
      assert.equal((await egress.fetch(post(url))).body, 'ok')
      await closed
      assert.equal(connections, n)
    }
  })

  test(`${name}: many requests at once share a bounded number of connections`, async (t) => {
    const { url, server } = await listen(t, (_request, response) => response.end('ok'))
    let connections = 0
    server.on('connection', () => {
      connections += 1
    })
    const egress = egressFor(t, { limits: { connectionsPerOrigin: 4 } })
    const replies = await Promise.all(Array.from({ length: 100 }, () => egress.fetch(post(url))))
    assert.ok(replies.every(({ status }) => status === 200))
    assert.ok(connections <= 4, `${connections} connections`)
  })

  test(`${name}: connections to origins beyond the limit, and unused ones, are closed`, async (t) => {
    const servers: Awaited<ReturnType<typeof listen>>[] = []
    for (let n = 0; n < 3; n += 1)
      servers.push(await listen(t, (_request, response) => response.end('ok')))
    const open = async () => {
      const counts = servers.map(({ server }) => {
        return new Promise<number>((resolve) =>
          server.getConnections((_error, count) => resolve(count)),
        )
      })
      return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0)
    }
    const until = async (count: number) => {
      const deadline = performance.now() + 3000
      while ((await open()) !== count && performance.now() < deadline) {
        await new Promise((resolve) => setTimeout(resolve, 10))
      }
      assert.equal(await open(), count)
    }
    const few = egressFor(t, { limits: { originsMax: 2 } })
    for (const { url } of servers) await few.fetch(post(url))
    await until(2)
    await few.close()
    await until(0)
    const brief = egressFor(t, { limits: { idleMs: 50 } })
    for (const { url } of servers) await brief.fetch(post(url))
    await until(0)
  })

  test(`${name}: closing breaks off what is under way and refuses what comes`, async (t) => {
    const { url, server } = await listen(t, () => {})
    const egress = egressFor(t)
    const hanging = assert.rejects(egress.fetch(post(url)), failsAs('uncertain'))
    await once(server, 'request')
    await egress.close()
    await hanging
    await assert.rejects(egress.fetch(post(url)), failsAs('unreachable', /stops/))
  })

  test(`${name}: closing does not wait for a connection that is being made`, async (t) => {
    const { url, server } = await listenRaw(t, () => {}) // never answers the TLS greeting
    const egress = egressFor(t)
    const waiting = assert.rejects(
      egress.fetch(post(url.replace('http:', 'https:'))),
      failsAs('unreachable'),
    )
    await once(server, 'connection')
    const startedMs = performance.now()
    await egress.close()
    await waiting
    const tookMs = performance.now() - startedMs
    assert.ok(tookMs < 2500, `${tookMs} ms`) // the connection itself may take 5 s
  })
}
