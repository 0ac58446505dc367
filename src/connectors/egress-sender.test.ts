import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import type { Worker } from 'node:worker_threads'
import { egressContract, failsAs, listen, post } from './egress-contract.ts'
import { EgressSender } from './egress-sender.ts'

egressContract('the way out in a thread', (options) => new EgressSender(options))

test('what is asked for together is answered each by its own', async (t) => {
  const { url } = await listen(t, (request, response) => {
    // Those that came first are answered last.
    const number = Number(request.url?.slice(1))
    setTimeout(() => response.end(`${number}`), 50 - number)
  })
  const sender = new EgressSender({ allowPrivateNetworks: ['127.0.0.0/8'] })
  t.after(() => sender.close())
  const replies = await Promise.all(
    Array.from({ length: 50 }, (_, number) => sender.fetch(post(`${url}/${number}`))),
  )
  assert.deepEqual(
    replies.map(({ body }) => body),
    Array.from({ length: 50 }, (_, number) => `${number}`),
  )
})

test('a piece of a larger buffer goes over alone', async (t) => {
  const { url } = await listen(t, (request, response) => request.pipe(response))
  const sender = new EgressSender({ allowPrivateNetworks: ['127.0.0.0/8'] })
  t.after(() => sender.close())
  const body = Buffer.from('not this, but this, and not this').subarray(10, 18)
  assert.equal((await sender.fetch(post(url, { body }))).body, 'but this')
})

test('nothing is loaded before the first request, and closing without any is at once', async () => {
  const sender = new EgressSender({ allowPrivateNetworks: [] })
  await sender.close()
  await assert.rejects(sender.fetch(post('http://provider.example/')), failsAs('unreachable'))
})

test('when the thread ends unexpectedly, what it had is uncertain and the next request gets another', async (t) => {
  let served = 0
  const { url, server } = await listen(t, (_request, response) => {
    served += 1
    if (served > 1) response.end('ok')
  })
  const threads: Worker[] = []
  process.on('worker', (worker) => threads.push(worker))
  const sender = new EgressSender({ allowPrivateNetworks: ['127.0.0.0/8'] })
  t.after(() => sender.close())
  const lost = assert.rejects(sender.fetch(post(url)), failsAs('uncertain', /thread/))
  await once(server, 'request')
  await threads[0]?.terminate()
  await lost
  assert.equal((await sender.fetch(post(url))).body, 'ok')
  assert.equal(threads.length, 2)
})
