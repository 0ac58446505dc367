import assert from 'node:assert/strict'
import { request } from 'node:http'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import type { FeedEvent } from '../../src/store/store.ts'
import { type AServer, aServer, StandingClock } from './notification-server.ts'

const viewer = '|signalbox:*'
const anEvent: FeedEvent = {
  type: 'message',
  messageId: 'm',
  conversationId: 'c',
  status: 'sent',
}

/** Reads the stream until told to stop; keeps its ids, other lines and end. */
function aReader(
  server: AServer,
  given: { readonly after?: string; readonly lastEventId?: string; readonly who?: string } = {},
) {
  const read = { ids: [] as number[], text: '', ended: false }
  const query = given.after === undefined ? '' : `?after=${given.after}`
  const call = request(`${server.url}/api/signalbox/feed${query}`, {
    headers: {
      authorization: given.who ?? viewer,
      accept: 'text/event-stream',
      ...(given.lastEventId === undefined ? {} : { 'last-event-id': given.lastEventId }),
    },
  })
  let rest = ''
  const opened = new Promise<void>((resolve, reject) => {
    call.on('error', reject)
    call.on('response', (reply) => {
      assert.equal(reply.statusCode, 200)
      assert.match(reply.headers['content-type'] ?? '', /^text\/event-stream/)
      reply.on('data', (chunk) => {
        const blocks = `${rest}${chunk}`.split('\n\n')
        rest = blocks.pop() ?? ''
        for (const block of blocks) {
          const id = /^id: (\d+)$/m.exec(block)?.[1]
          if (id !== undefined) read.ids.push(Number(id))
          if (block.length < 1000) read.text += `${block}\n\n`
        }
        resolve()
      })
      reply.on('close', () => {
        read.ended = true
      })
      reply.on('error', () => {})
      reader.pause = () => void reply.pause()
      reader.resume = () => void reply.resume()
    })
    call.end()
  })
  const reader = { read, opened, pause() {}, resume() {}, stop: () => void call.destroy() }
  call.on('close', () => {
    read.ended = true
  })
  call.on('error', () => {})
  return reader
}

async function until(reached: () => boolean): Promise<void> {
  for (let tries = 0; tries < 1000; tries += 1) {
    if (reached()) return
    await delay(10)
  }
  assert.fail('What was waited for did not happen in ten seconds.')
}

const upTo = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index)

async function append(server: AServer, count: number): Promise<void> {
  await Promise.all(upTo(1, count).map(() => server.store.feed.append(anEvent, 1000)))
}

test('a reader that reconnects with its last id sees every entry exactly once while others write', async (t) => {
  const server = await aServer()
  t.after(() => server.close())
  const total = 600
  const writing = (async () => {
    for (let burst = 0; burst < total / 20; burst += 1) {
      await append(server, 20)
      await delay(5)
    }
  })()
  const seen: number[] = []
  let connections = 0
  while (seen.length < total) {
    connections += 1
    const last = seen.at(-1)
    const reader = aReader(server, {
      after: '0',
      ...(last === undefined ? {} : { lastEventId: String(last) }),
    })
    const enough = Math.min(40 + connections * 13, total - seen.length)
    await until(() => reader.read.ids.length >= enough)
    seen.push(...reader.read.ids)
    reader.stop()
  }
  await writing
  assert.ok(connections > 3, `${connections} connections`)
  assert.deepEqual(seen, upTo(1, total))
})

test('a stream starts now unless it is told where, and carries the event with its number and time', async (t) => {
  const server = await aServer()
  t.after(() => server.close())
  await append(server, 3)
  const reader = aReader(server)
  await reader.opened
  await delay(50)
  await append(server, 1)
  await until(() => reader.read.ids.length === 1)
  const data = /^data: (.*)$/m.exec(reader.read.text)?.[1] ?? ''
  assert.deepEqual(JSON.parse(data), {
    sequence: 4,
    time: '1970-01-01T00:00:01.000Z',
    event: anEvent,
  })
  reader.stop()
})

test('heartbeats keep a stream alive, and its reader is sent away when the token has gone', async (t) => {
  const clock = new StandingClock()
  const server = await aServer({ clock })
  t.after(() => server.close())
  const reader = aReader(server)
  await reader.opened
  clock.move(15_000)
  await until(() => reader.read.text.includes(': heartbeat\n\n'))
  server.gone.add(viewer)
  clock.move(15_000)
  await until(() => reader.read.ended)
  assert.match(reader.read.text, /event: end\ndata: {"reason":"unauthorized"}/)
})

test('a stream ends with a reason when the server stops', async () => {
  const server = await aServer()
  const reader = aReader(server)
  await reader.opened
  await server.close()
  await until(() => reader.read.ended)
  assert.match(reader.read.text, /event: end\ndata: {"reason":"closing"}/)
})

test('a reader that takes nothing is cut off, and can continue without a gap', async (t) => {
  const clock = new StandingClock()
  const server = await aServer({ clock })
  t.after(() => server.close())
  const reader = aReader(server)
  await reader.opened
  await delay(50)
  reader.pause()
  const big: FeedEvent = { ...anEvent, type: 'message', status: 'x'.repeat(6000) }
  for (let burst = 0; burst < 30; burst += 1) {
    await Promise.all(upTo(1, 100).map(() => server.store.feed.append(big, 1)))
  }
  await delay(100)
  clock.move(2000) // the time that the last words may take
  reader.resume()
  await until(() => reader.read.ended)
  const last = reader.read.ids.at(-1) ?? 0
  assert.ok(last < 3000, `it got ${last} of 3000`)
  assert.deepEqual(reader.read.ids, upTo(1, last))
  const again = aReader(server, { lastEventId: String(last) })
  await until(() => again.read.ids.at(-1) === 3000)
  assert.deepEqual(again.read.ids, upTo(last + 1, 3000))
  again.stop()
})

test('pages of JSON carry the last number, and refuse what is not of this feed', async (t) => {
  const server = await aServer()
  t.after(() => server.close())
  await append(server, 5)
  const path = '/api/signalbox/feed'
  const page = await server.call(viewer, 'GET', `${path}?after=1&limit=2`)
  assert.deepEqual(page, {
    status: 200,
    body: {
      entities: [2, 3].map((sequence) => ({
        sequence,
        time: '1970-01-01T00:00:01.000Z',
        event: anEvent,
      })),
      last: 3,
    },
  })
  assert.deepEqual((await server.call(viewer, 'GET', `${path}?after=now`)).body, {
    entities: [],
    last: 5,
  })
  assert.equal((await server.call(viewer, 'GET', `${path}?after=6`)).status, 400)
  assert.equal((await server.call(viewer, 'GET', `${path}?after=soon`)).status, 400)
  assert.equal((await server.call('anna|conversation:*', 'GET', path)).status, 403)
})
