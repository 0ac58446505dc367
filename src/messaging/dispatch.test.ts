import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { createLoopback } from '../connectors/loopback/index.ts'
import { AppError } from '../errors.ts'
import { createIds } from '../ids.ts'
import { aDelivery, anAccount } from '../store/contract/samples.ts'
import type { Account } from '../store/records.ts'
import { openSqlite } from '../store/sqlite.ts'
import type { Database, Store } from '../store/store.ts'
import { openVault } from '../vault.ts'
import { queueSms } from './deliver.ts'
import { Dispatcher } from './dispatch.ts'
import type { Waiting } from './lanes.ts'
import type { Messaging } from './messaging.ts'
import { Ownership } from './ownership.ts'
import { testWayOut } from './test-way-out.ts'

/** A dispatcher on a real store whose next transactions can be made to fail, and on a clock that skips waits. */
async function start(t: TestContext, settings: Partial<Account> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-'))
  const vault = openVault(Buffer.alloc(32, 7))
  const file = join(folder, 'signalbox.db')
  const real = await openSqlite({ file, vault, durability: 'process' })
  await real.addOrganization('acme')
  const store = real.store('acme')
  const account = anAccount(settings)
  await store.records.add('account', account)
  const taken: string[] = []
  const connector = createLoopback({
    async accept({ deliveryId, text }) {
      taken.push(text)
      return { providerId: deliveryId }
    },
  })
  const clock = {
    now: () => 1,
    after(_delayMs: number, work: () => void) {
      const timer = setTimeout(work, 5)
      return () => clearTimeout(timer)
    },
  }
  const messaging: Messaging = {
    outside: { clock, ids: createIds(clock.now), chance: () => 0.5 },
    connectors: new Map([['loopback', connector]]),
  }
  const failing = { after: 0, times: 0 }
  const database = failingDatabase(real, failing)
  const errors: string[] = []
  const onError = (message: string) => errors.push(message)
  const dispatcher = new Dispatcher(database, messaging, {
    ...testWayOut(messaging.outside),
    onAttempt: () => {},
    onError,
  })
  const ownership = new Ownership(database, dispatcher, { messaging, nodeId: 'node', onError })
  await ownership.start()
  const stop = async () => {
    await ownership.stop()
    await dispatcher.close()
  }
  t.after(async () => {
    await stop()
    await real.close()
    rmSync(folder, { recursive: true })
  })
  const queue = (store: Store, text: string) => {
    const sms = { from: '+12025550101', to: '+12025550171', text, media: [] }
    return queueSms(store, { account, sms: { ...sms, purpose: 'agent' }, about: {} }, messaging)
  }
  const send = (text: string) => store.transaction((store) => queue(store, text))
  const finished = async (id: string) => {
    for (let left = 400; left > 0; left -= 1) {
      const delivery = await store.deliveries.get(id)
      if (delivery?.state !== 'queued' && delivery?.state !== 'sending') return delivery?.state
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    return 'not finished'
  }
  return { store, database, dispatcher, taken, errors, failing, queue, send, finished, stop }
}

/** Refuses `times` transactions of the dispatcher once `after` more have gone well. */
function failingDatabase(real: Database, failing: { after: number; times: number }): Database {
  return {
    ...real,
    store: (organizationId) => {
      const store = real.store(organizationId)
      const transaction: Store['transaction'] = async (work) => {
        if (failing.times > 0 && failing.after === 0) {
          failing.times -= 1
          throw new AppError('service.unavailable', 'The database is away.')
        }
        if (failing.after > 0) failing.after -= 1
        return store.transaction(work)
      }
      return new Proxy(store, {
        get: (target, name) =>
          name === 'transaction' ? transaction : Reflect.get(target, name, target),
      })
    },
  }
}

test('a store that is away when an attempt begins delays the lane, and nothing overtakes', async (t) => {
  // What has to keep to a rate begins in a commit of its own.
  const { taken, errors, failing, send, finished } = await start(t, {
    rate: { segmentsPerSecond: 1000 },
  })
  failing.times = 3
  const first = await send('first')
  const second = await send('second')
  assert.equal(await finished(first.id), 'sent')
  assert.equal(await finished(second.id), 'sent')
  assert.deepEqual(taken, ['first', 'second'])
  assert.equal(errors.length, 3)
})

test('what a provider answered is written down when the store is back, and nothing is sent again', async (t) => {
  const { store, taken, errors, failing, send, finished } = await start(t)
  failing.times = 2
  const { id } = await send('once')
  assert.equal(await finished(id), 'sent')
  assert.deepEqual(taken, ['once'])
  assert.equal((await store.deliveries.attempts(id)).length, 1)
  assert.equal(errors.length, 2)
})

test('what can leave at once begins its attempt in the commit that queues it, and what is behind it waits', async (t) => {
  const { store, database, taken, send, finished } = await start(t)
  const states: (readonly [string, string])[] = []
  database.onCommit(({ deliveries }) => {
    for (const { id, state } of deliveries) states.push([id, state])
  })
  const [first, second] = await Promise.all([send('first'), send('second')])
  assert.equal(await finished(first.id), 'sent')
  assert.equal(await finished(second.id), 'sent')
  assert.deepEqual(taken, ['first', 'second'])
  assert.deepEqual(states, [
    [first.id, 'sending'],
    [second.id, 'queued'],
  ])
  const attempts = await Promise.all([first, second].map(({ id }) => store.deliveries.attempts(id)))
  assert.deepEqual(
    attempts.map((own) => own.map(({ number }) => number)),
    [[1], [1]],
  )
})

test('a transaction that comes to nothing keeps no lane', async (t) => {
  const { store, taken, send, finished, queue } = await start(t)
  await assert.rejects(
    store.transaction(async (store) => {
      await queue(store, 'never')
      throw new Error('changed its mind')
    }),
    /changed its mind/,
  )
  const { id } = await send('next')
  assert.equal(await finished(id), 'sent')
  assert.deepEqual(taken, ['next'])
})

test('what was begun while the server stops is taken back, and leaves when it starts again', async (t) => {
  const { store, taken, send, stop } = await start(t)
  const sending = send('late')
  await stop()
  const { id } = await sending
  const state = (await store.deliveries.get(id))?.state
  assert.ok(state === 'queued' || (state === 'sent' && taken.length === 1), `it is ${state}`)
})

test('nothing begins before what is being queued ahead of it in its lane', async (t) => {
  const { dispatcher } = await start(t)
  const queued = (id: string, lane = 'a|b'): Waiting => ({
    organizationId: 'acme',
    delivery: aDelivery({ id, lane }),
  })
  const stateOf = async (waiting: Waiting, epoch?: number) =>
    (await dispatcher.take(waiting, epoch)).state
  const [first, second, third] = [queued('1'), queued('2'), queued('3')]
  const [fourth, elsewhere] = [queued('4'), queued('5', 'a|c')]
  try {
    assert.equal(await stateOf(first), 'queued', 'it may not begin, and its commit is under way')
    assert.equal(await stateOf(second, 7), 'queued', 'it would overtake the first')
    assert.equal(await stateOf(elsewhere, 7), 'sending', 'another lane goes on')
    dispatcher.arrived(first)
    assert.equal(await stateOf(third, 7), 'queued', 'it would overtake the second')
    dispatcher.letGo(third)
    dispatcher.letGo(second)
    assert.equal(await stateOf(fourth, 7), 'sending', 'nothing is before it any more')
  } finally {
    for (const begun of [fourth, elsewhere]) dispatcher.letGo(begun)
  }
})

test('who stops waits for what was being taken up, and for nothing that could not begin', async (t) => {
  const { dispatcher } = await start(t)
  const waiting = (id: string): Waiting => ({
    organizationId: 'acme',
    delivery: aDelivery({ id, lane: 'a|b' }),
  })
  const [first, second] = [waiting('1'), waiting('2')]
  const taking = dispatcher.take(first, 7)
  let isSettled = false
  const settled = dispatcher.takenSettled().then(() => {
    isSettled = true
  })
  try {
    assert.equal((await taking).state, 'sending')
    assert.equal((await dispatcher.take(second, 7)).state, 'queued')
    await new Promise(setImmediate)
    assert.equal(isSettled, false, 'nobody knows yet whether the first is on disk')
  } finally {
    for (const taken of [second, first]) dispatcher.letGo(taken)
  }
  await settled
})
