import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { RequestListener } from 'node:http'
import { type TestContext, test } from 'node:test'
import type { Worker } from 'node:worker_threads'
import { systemClock } from './clock.ts'
import { called } from './connectors/call.ts'
import type { OutboundMessage } from './connectors/connector.ts'
import { createEgress } from './connectors/egress.ts'
import { listen } from './connectors/egress-contract.ts'
import { plainConnectors } from './connectors/index.ts'
import { createTokenCache } from './connectors/token-cache.ts'
import { SendError } from './errors.ts'
import { createIds } from './ids.ts'
import { type Caller, SendingThread } from './sending-thread.ts'

const allowPrivateNetworks = ['127.0.0.0/8']
const { now } = systemClock

function threadFor(t: TestContext, clock = now): SendingThread {
  const thread = new SendingThread({ allowPrivateNetworks }, clock)
  t.after(() => thread.close())
  return thread
}

/** A Kaleyra account at that address. */
function callerAt(baseUrl: string, more: Partial<Caller> = {}): Caller {
  return {
    connector: 'kaleyra',
    settings: { baseUrl, sid: 'HX1', apiKey: 'kaleyra-key', callbackSecret: 'callback-secret' },
    secrets: ['kaleyra-key', 'callback-secret'],
    allowPrivateNetwork: false,
    publicUrl: 'https://house.test',
    ownUrl: 'http://127.0.0.1:1',
    callbackUrl: 'https://house.test/webhooks/acme/one',
    ...more,
  }
}

function text(deliveryId: string): OutboundMessage<'sms'> {
  const numbers = { from: '+12025550101', to: '+12025550171' }
  return {
    kind: 'sms',
    ...numbers,
    text: 'grüße',
    media: [],
    purpose: 'agent',
    deliveryId,
    attempt: 1,
  }
}

/** What the provider answers with a status and some headers, by the path that it is called at. */
const answers: Readonly<Record<string, RequestListener>> = {
  taken: (_request, response) => {
    response.writeHead(202, { 'content-type': 'application/json', 'x-api-key': 'kaleyra-key' })
    response.end('{"id":"k-1","data":[{"message_id":"k-1:1"}]}')
  },
  throttled: (_request, response) => {
    response.writeHead(429, { 'retry-after': '7' })
    response.end('{"code":"RBC001","message":"too many"}')
  },
  refused: (_request, response) => {
    response.writeHead(400, { 'content-type': 'application/json' })
    response.end('{"code":"E922","message":"Invalid number for kaleyra-key"}')
  },
  rubbish: (_request, response) => response.end('<html>'),
  broken: (request) => request.socket.destroy(),
}

/** What two records of the same call must have in common: all but ids and times. */
function bare(exchange: object | undefined): object {
  return { ...exchange, id: '', startedMs: 0, endedMs: 0, responseHeaders: undefined }
}

for (const [name, answer] of Object.entries(answers)) {
  test(`a call that is ${name} ends in the thread as it does here, and leaves the same record`, async (t) => {
    const { url } = await listen(t, answer)
    const caller = callerAt(url)
    const egress = createEgress({ allowPrivateNetworks })
    t.after(() => egress.close())
    const world = { egress, ids: createIds(now), now, token: createTokenCache(now) }
    const kaleyra = plainConnectors.find((one) => one.name === 'kaleyra')
    assert.ok(kaleyra)
    const here = await called(caller, world, (io) => kaleyra.send(text('one'), caller.settings, io))
    const there = await threadFor(t).call(caller, 'send', text('one'))
    assert.deepEqual(there.value, here.value)
    assert.equal(here.cause === undefined, name === 'taken')
    if (here.cause !== undefined) {
      assert.ok(here.cause instanceof SendError && there.cause instanceof SendError)
      assert.deepEqual({ ...there.cause }, { ...here.cause })
      assert.equal(there.cause.message, here.cause.message)
    }
    assert.ok(there.recorded)
    const record = there.recorded.open()
    assert.deepEqual(bare(record), bare(here.exchange))
    assert.equal(there.recorded.status, here.exchange?.status)
    assert.equal(there.recorded.id, record.id)
    assert.doesNotMatch(there.recorded.text, /kaleyra-key|callback-secret/)
    assert.match(there.recorded.text, /\[redacted\]/)
  })
}

test('what is asked for together is answered each by its own', async (t) => {
  const { url } = await listen(t, (request, response) => {
    let body = ''
    request.on('data', (chunk) => (body += chunk))
    request.on('end', () => {
      // Those that came first are answered last.
      const id = Number(new URLSearchParams(body).get('ref'))
      setTimeout(() => response.end(JSON.stringify({ id: `${request.url}:${id}` })), 50 - id)
    })
  })
  const callers = ['a', 'b', 'c'].map((sid) =>
    callerAt(url, { settings: { baseUrl: url, sid, apiKey: 'k', callback: 'none' } }),
  )
  const thread = threadFor(t)
  const calls = Array.from({ length: 48 }, (_, number) => {
    const caller = callers[number % 3]
    assert.ok(caller)
    return thread.call(caller, 'send', text(`${number}`))
  })
  assert.deepEqual(
    (await Promise.all(calls)).map(({ value }) => value?.providerIds),
    Array.from({ length: 48 }, (_, number) => [`/v1/${'abc'[number % 3]}/sms:${number}`]),
  )
})

test('more accounts than the thread remembers go out each by its own', async (t) => {
  const { url } = await listen(t, (request, response) => {
    response.end(JSON.stringify({ id: `${request.url}` }))
  })
  const thread = threadFor(t)
  for (const round of [1, 2]) {
    const sids = Array.from({ length: 700 }, (_, number) => `${round}-${number}`)
    const ended = await Promise.all(
      sids.map((sid) => {
        const settings = { baseUrl: url, sid, apiKey: 'k', callback: 'none' }
        return thread.call(callerAt(url, { settings }), 'send', text(sid))
      }),
    )
    assert.deepEqual(
      ended.map(({ value }) => value?.providerIds),
      sids.map((sid) => [`/v1/${sid}/sms`]),
    )
  }
})

test('the guard of the way out holds in the thread, with leave and without', async (t) => {
  const { url } = await listen(t, answers['taken'] ?? assert.fail())
  const thread = new SendingThread({ allowPrivateNetworks: [] }, now)
  t.after(() => thread.close())
  const { cause } = await thread.call(callerAt(url), 'send', text('one'))
  assert.ok(cause instanceof SendError)
  assert.equal(cause.failure, 'misconfigured')
  const withLeave = callerAt(url, { allowPrivateNetwork: true })
  assert.deepEqual((await thread.call(withLeave, 'send', text('two'))).value, {
    providerIds: ['k-1:1'],
  })
})

test('a provider is asked in the thread as well; one that cannot be gives no receipts', async (t) => {
  const { url } = await listen(t, (_request, response) => response.end('{"id":"k-1"}'))
  const question = { deliveryId: 'one', providerIds: ['k-1:1'] }
  const thread = threadFor(t)
  const asked = await thread.call(callerAt(url), 'ask', question)
  assert.ok(Array.isArray(asked.value))
  assert.match(asked.recorded?.open().url ?? '', /k-1/)
  const mute = await thread.call(callerAt(url, { connector: 'kannel' }), 'ask', question)
  assert.deepEqual(mute, { value: [], recorded: undefined })
})

test('records have the time of the program', async (t) => {
  const { url } = await listen(t, answers['taken'] ?? assert.fail())
  const aheadMs = 86_400_000
  const before = now() + aheadMs
  const thread = threadFor(t, () => now() + aheadMs)
  const { recorded } = await thread.call(callerAt(url), 'send', text('one'))
  const after = now() + aheadMs
  assert.ok(recorded)
  const { startedMs, endedMs } = recorded.open()
  assert.ok(before - 2 <= startedMs && startedMs <= endedMs && endedMs <= after + 2)
})

test('a call that cannot even be made fails alone', async (t) => {
  const { url } = await listen(t, answers['taken'] ?? assert.fail())
  const thread = threadFor(t)
  const [unknown, taken] = await Promise.all([
    thread.call(callerAt(url, { connector: 'nobody' }), 'send', text('one')),
    thread.call(callerAt(url), 'send', text('two')),
  ])
  assert.match(String(unknown.cause), /not told who calls/)
  assert.deepEqual(taken.value, { providerIds: ['k-1:1'] })
})

test('nothing is loaded before the first call, and closing without any is at once', async () => {
  const thread = new SendingThread({ allowPrivateNetworks: [] }, now)
  await thread.close()
  const { cause } = await thread.call(callerAt('http://provider.example'), 'send', text('one'))
  assert.ok(cause instanceof SendError)
  assert.equal(cause.failure, 'unreachable')
})

test('a thread that is warm is the one that the first call goes to, and ends at once', async () => {
  const threads: Worker[] = []
  process.on('worker', (worker) => threads.push(worker))
  const thread = new SendingThread({ allowPrivateNetworks: [] }, now)
  thread.warm()
  thread.warm()
  const { cause } = await thread.call(callerAt('http://127.0.0.1:1'), 'send', text('one'))
  assert.ok(cause instanceof SendError)
  assert.equal(cause.failure, 'misconfigured')
  await thread.close()
  thread.warm()
  const another = new SendingThread({ allowPrivateNetworks: [] }, now)
  another.warm()
  await another.close() // while it loads
  assert.equal(threads.length, 2)
})

test('when the thread ends unexpectedly, what it had is uncertain and the next call gets another', async (t) => {
  let served = 0
  const { url, server } = await listen(t, (_request, response) => {
    served += 1
    if (served > 1) response.end('{"id":"k-1"}')
  })
  const threads: Worker[] = []
  process.on('worker', (worker) => threads.push(worker))
  const thread = threadFor(t)
  const caller = callerAt(url)
  const lost = thread.call(caller, 'send', text('one'))
  await once(server, 'request')
  await threads[0]?.terminate()
  const { cause } = await lost
  assert.ok(cause instanceof SendError)
  assert.equal(cause.failure, 'uncertain')
  assert.match(cause.message, /thread/)
  const { value } = await thread.call(caller, 'send', text('two'))
  assert.deepEqual(value, { providerIds: ['k-1'] })
  assert.equal(threads.length, 2)
})
