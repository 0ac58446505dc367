import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import fc from 'fast-check'
import type { Clock } from '../clock.ts'
import type { Log } from '../log.ts'
import type { Committed, Feed, FeedEntry } from '../store/store.ts'
import { type FeedSource, FeedWatch } from './notify.ts'

const organizationId = 'o'
const silent: Log = { debug() {}, info() {}, warn() {}, error() {} }

/** A feed in memory that counts how often it is read, and a poll that runs when the test says so. */
function aFeed() {
  const entries: FeedEntry[] = []
  const listeners = new Set<(committed: Committed) => void>()
  const counted = { reads: 0, failing: false }
  const feed: Feed = {
    async append() {},
    async after(sequence, limit) {
      counted.reads += 1
      const page = entries.filter((entry) => entry.sequence > sequence).slice(0, limit)
      await turn() // what is written from here on is not in this page
      await turn()
      if (counted.failing) throw new Error('the disk is gone')
      return page
    },
    async head() {
      counted.reads += 1
      await turn()
      return entries.at(-1)?.sequence ?? 0
    },
  }
  const source: FeedSource = {
    store: () => ({ feed }),
    onCommit(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
  const timers = new Set<() => void>()
  const clock: Clock = {
    now: () => 0,
    after(_delayMs, work) {
      timers.add(work)
      return () => timers.delete(work)
    },
  }
  const write = (count: number, wake = true): void => {
    for (let made = 0; made < count; made += 1) {
      const sequence = (entries.at(-1)?.sequence ?? 0) + 1
      entries.push({ sequence, timeMs: 0, event: anEvent })
    }
    const feedHead = entries.at(-1)?.sequence ?? 0
    if (!wake) return
    for (const listener of listeners) listener({ organizationId, deliveries: [], feedHead })
  }
  const poll = (): void => {
    for (const work of [...timers]) {
      timers.delete(work)
      work()
    }
  }
  const watch = new FeedWatch(source, clock, silent)
  watch.start()
  return { watch, write, poll, counted, entries, timers, listeners }
}

const anEvent: FeedEntry['event'] = {
  type: 'message',
  messageId: 'm',
  conversationId: 'c',
  status: 'sent',
}

function aSubscriber(bufferMax = 1_000_000) {
  const got: number[] = []
  const ends: string[] = []
  return {
    bufferMax,
    got,
    ends,
    take: (entry: FeedEntry): void | Promise<void> => void got.push(entry.sequence),
    end: (reason: string) => void ends.push(reason),
  }
}

async function settled(): Promise<void> {
  for (let turns = 0; turns < 20; turns += 1) await turn()
}

const upTo = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index)

test('subscribers get what is committed after they came, in order', async () => {
  const { watch, write } = aFeed()
  write(3)
  const subscriber = aSubscriber()
  await watch.subscribe(organizationId, subscriber)
  write(700)
  await settled()
  assert.deepEqual(subscriber.got, upTo(4, 703))
  await watch.stop()
  assert.deepEqual(subscriber.ends, ['closing'])
})

test('a subscriber that starts in the past gets everything once while more is written', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: 600 }),
      fc.integer({ min: 0, max: 600 }),
      fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 8 }),
      async (before, from, bursts) => {
        const { watch, write, poll } = aFeed()
        write(before)
        const after = Math.min(from, before)
        const first = aSubscriber()
        const second = aSubscriber()
        const starting = watch.subscribe(organizationId, first, after)
        for (const burst of bursts) {
          write(burst, burst % 2 === 0)
          await turn()
          if (burst % 3 === 0) await watch.subscribe(organizationId, aSubscriber(), 'now')
        }
        await starting
        await watch.subscribe(organizationId, second, after)
        poll()
        await settled()
        const all = upTo(after + 1, before + bursts.reduce((sum, burst) => sum + burst, 0))
        assert.deepEqual(first.got, all)
        assert.deepEqual(second.got, all)
        await watch.stop()
      },
    ),
    { numRuns: 40 },
  )
})

test('entries after a missing number wait until it is there', async () => {
  const { watch, write, entries, poll } = aFeed()
  const subscriber = aSubscriber()
  await watch.subscribe(organizationId, subscriber)
  write(4, false)
  const [missing] = entries.splice(1, 1)
  assert.equal(missing?.sequence, 2)
  poll()
  await settled()
  assert.deepEqual(subscriber.got, [1])
  entries.splice(1, 0, missing)
  poll()
  await settled()
  assert.deepEqual(subscriber.got, [1, 2, 3, 4])
  await watch.stop()
})

test('what is committed during a read is read next, without the poll', async () => {
  const { watch, write } = aFeed()
  const subscriber = aSubscriber()
  await watch.subscribe(organizationId, subscriber)
  await settled()
  write(1)
  await turn()
  write(1)
  await settled()
  assert.deepEqual(subscriber.got, [1, 2])
  await watch.stop()
})

test('nothing is read while nobody listens', async () => {
  const { watch, write, poll, counted, timers } = aFeed()
  write(10)
  poll()
  await settled()
  assert.equal(counted.reads, 0)
  const stop = await watch.subscribe(organizationId, aSubscriber())
  await settled()
  assert.ok(counted.reads > 0)
  stop()
  const before = counted.reads
  write(10)
  poll()
  poll()
  await settled()
  assert.equal(counted.reads, before)
  assert.equal(timers.size, 0)
  await watch.stop()
})

test('a slow subscriber is cut off with a reason, and the others go on', async () => {
  const { watch, write } = aFeed()
  const slow = aSubscriber(5)
  const never = new Promise<void>(() => {})
  const got: number[] = []
  slow.take = (entry) => {
    got.push(entry.sequence)
    return never
  }
  const quick = aSubscriber(5)
  await watch.subscribe(organizationId, slow)
  await watch.subscribe(organizationId, quick)
  for (let sequence = 1; sequence <= 6; sequence += 1) {
    write(1)
    await settled()
  }
  assert.deepEqual(slow.ends, [])
  write(1)
  await settled()
  assert.deepEqual(slow.ends, ['too slow'])
  assert.deepEqual(got, [1])
  assert.deepEqual(quick.got, upTo(1, 7))
  await watch.stop()
  assert.deepEqual(slow.ends, ['too slow'])
})

test('a subscriber that throws is ended, and the others go on', async () => {
  const { watch, write } = aFeed()
  const bad = aSubscriber()
  bad.take = () => {
    throw new Error('a bug')
  }
  const good = aSubscriber()
  await watch.subscribe(organizationId, bad)
  await watch.subscribe(organizationId, good)
  write(2)
  await settled()
  assert.deepEqual(bad.ends, ['failed'])
  assert.deepEqual(good.got, [1, 2])
  await watch.stop()
})

test('a read that fails is tried again by the poll', async () => {
  const { watch, write, counted, poll } = aFeed()
  const subscriber = aSubscriber()
  await watch.subscribe(organizationId, subscriber)
  await settled()
  counted.failing = true
  write(2)
  await settled()
  assert.deepEqual(subscriber.got, [])
  counted.failing = false
  poll()
  await settled()
  assert.deepEqual(subscriber.got, [1, 2])
  await watch.stop()
})

test('a watch that is not started takes no subscribers, and a stopped one listens to nobody', async () => {
  const { watch, listeners } = aFeed()
  assert.equal(listeners.size, 1)
  await watch.stop()
  assert.equal(listeners.size, 0)
  await assert.rejects(watch.subscribe(organizationId, aSubscriber()), /start the watch/)
})
