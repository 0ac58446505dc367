/**
 * Measures transactions and messages per second of both stores, through the port: `node bench/store.ts
 * [sqlite|postgres] [seconds]`. Commits wait for the disk. Prints min, median and max of three rounds, what
 * this process spent of its processor on each, and one line of JSON.
 */
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { threadKey } from '../src/domain/conversation.ts'
import { aConversation, aDelivery, aMessage, anEvent } from '../src/store/contract/samples.ts'
import { openPostgres } from '../src/store/postgres.ts'
import { openSqlite } from '../src/store/sqlite.ts'
import type { Database, Store } from '../src/store/store.ts'
import { openVault } from '../src/vault.ts'
import { startPostgres } from '../test/postgres.ts'

const [only, secondsGiven] = process.argv.slice(2)
const roundMs = Number(secondsGiven ?? 1) * 1000
const rounds = 3
const vault = openVault(Buffer.alloc(32, 7))

interface Opened {
  readonly database: Database
  done(): Promise<void>
}

const engines: Readonly<Record<string, () => Promise<Opened>>> = {
  async sqlite() {
    const folder = mkdtempSync(join(tmpdir(), 'signalbox-bench-'))
    const database = await openSqlite({ file: join(folder, 'signalbox.db'), vault })
    return {
      database,
      async done() {
        await database.close()
        rmSync(folder, { recursive: true })
      },
    }
  },
  async postgres() {
    const server = await startPostgres({ fsync: true })
    const database = await openPostgres({ url: await server.url('bench'), vault })
    return {
      database,
      async done() {
        await database.close()
        await server.stop()
      },
    }
  },
}

/** Units of work by name; each resolves when all of it is on disk. */
const works: Readonly<Record<string, (store: Store) => Promise<unknown>>> = {
  'single-insert': (store) => store.answers.add('bench', randomUUID(), 'an answer', 1),
  inbound,
  outbound,
}

/** What a customer's first message does. */
async function inbound(store: Store): Promise<void> {
  const conversation = aConversation({ customer: { id: randomUUID(), idType: 'Opaque' } })
  const { channel, platformAddress, customer } = conversation
  const key = randomUUID()
  await store.transaction(async (store) => {
    await store.answers.get('inbound', key)
    await store.answers.add('inbound', key, conversation.id, 1)
    await store.conversations.byThread(threadKey(channel, platformAddress, customer.id))
    await store.conversations.save(conversation)
    await store.feed.append(anEvent(), 1)
    await store.messages.add(aMessage({ conversationId: conversation.id }))
    await store.feed.append(anEvent(), 1)
  })
}

/** What a message to a customer does: it is accepted, an attempt starts, the attempt is settled. */
async function outbound(store: Store): Promise<void> {
  const delivery = await accept(store)
  await store.transaction(async (store) => {
    const found = await store.deliveries.get(delivery.id)
    if (found?.state !== 'queued') throw new Error('The delivery is not queued.')
    await store.deliveries.update({ ...found, state: 'sending', attempts: 1 })
  })
  await Promise.all([
    store.records.get('account', delivery.accountId),
    store.deliveries.body(delivery.id),
  ])
  await store.transaction(async (store) => {
    const found = await store.deliveries.get(delivery.id)
    if (found?.state !== 'sending') throw new Error('The delivery is not under way.')
    await store.deliveries.addAttempt({
      deliveryId: delivery.id,
      number: 1,
      startedMs: 1,
      endedMs: 2,
      outcome: 'sent',
      providerIds: [delivery.id],
    })
    await store.deliveries.update({ ...found, state: 'sent' })
    await store.deliveries.addProviderId('account', delivery.id, delivery.id)
    await store.feed.append(anEvent(), 1)
    const message = await store.messages.get(delivery.messageId ?? '')
    if (message === undefined) throw new Error('The message is missing.')
    await store.messages.setStatus({ ...message, status: 'sent' })
    await store.feed.append(anEvent(), 1)
    await store.receipts.takeHeld('account', delivery.id)
  })
}

async function accept(store: Store) {
  const conversation = aConversation({ endMs: 1, customer: { id: randomUUID(), idType: 'Opaque' } })
  const message = aMessage({ conversationId: conversation.id, status: 'queued' })
  const delivery = aDelivery({ messageId: message.id, conversationId: conversation.id })
  await store.transaction(async (store) => {
    await store.conversations.save(conversation)
    await store.feed.append(anEvent(), 1)
    await store.messages.add(message)
    await store.feed.append(anEvent(), 1)
    await store.deliveries.add(delivery, { from: '+1', to: '+2', text: 'x'.repeat(300) })
  })
  return delivery
}

/** Keeps `atOnce` units under way for one round; units per second and processor microseconds per unit. */
async function measure(store: Store, work: (store: Store) => Promise<unknown>, atOnce: number) {
  const start = performance.now()
  const cpu = process.cpuUsage()
  let done = 0
  const worker = async (): Promise<void> => {
    while (performance.now() - start < roundMs) {
      await work(store)
      done += 1
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  const used = process.cpuUsage(cpu)
  return {
    perSecond: (done / (performance.now() - start)) * 1000,
    cpuMicros: (used.user + used.system) / done,
  }
}

function spread(values: readonly number[]): readonly number[] {
  const sorted = values.toSorted((a, b) => a - b)
  return [0, Math.floor(sorted.length / 2), sorted.length - 1].map((at) =>
    Math.round(sorted[at] ?? 0),
  )
}

const results: Record<string, object> = {}
for (const [engine, open] of Object.entries(engines)) {
  if (only !== undefined && only !== engine) continue
  const { database, done } = await open()
  const store = database.store(randomUUID())
  for (const [name, work] of Object.entries(works)) {
    for (const atOnce of [64, 256]) {
      await measure(store, work, atOnce / 4) // a warm-up
      const measured = []
      for (let round = 0; round < rounds; round += 1) {
        measured.push(await measure(store, work, atOnce))
      }
      const [min, median, max] = spread(measured.map(({ perSecond }) => perSecond))
      const [, cpu] = spread(measured.map(({ cpuMicros }) => cpuMicros))
      results[`${engine} ${name} ${atOnce}`] = { min, median, max, cpuMicros: cpu }
      const title = `${engine} ${name}, ${atOnce} at once`
      console.log(`${title}: ${min} / ${median} / ${max} per second, ${cpu} µs of processor each`)
    }
  }
  await done()
}
console.log(JSON.stringify(results))
