import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import { Client } from 'pg'
import { startPostgres, type TestPostgres } from '../../test/postgres.ts'
import { openVault } from '../vault.ts'
import { assertSerial, someWorks } from './contract/conflicts.ts'
import { aConversation, aDelivery, anEvent, newOrganizationId } from './contract/samples.ts'
import { assertGapless } from './contract/transactions.ts'
import { storeContract } from './contract.ts'
import { migrations } from './migrations/migrate.ts'
import { openPostgres } from './postgres.ts'
import type { Committed, Database, Store } from './store.ts'

const vault = openVault(Buffer.alloc(32, 7))
let postgres: TestPostgres

before(async () => {
  postgres = await startPostgres()
})
after(() => postgres.stop())

storeContract('PostgreSQL', async () => {
  const url = await postgres.url('contract')
  const database = await openPostgres({ url, vault })
  return {
    database,
    async raw() {
      const rows = await query(url, 'select body, secrets from records')
      return JSON.stringify(rows)
    },
    done: () => database.close(),
  }
})

async function query(url: string, statement: string): Promise<readonly unknown[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(statement)).rows
  } finally {
    await client.end()
  }
}

describe('two nodes on one PostgreSQL', () => {
  let url: string
  let nodes: readonly [Database, Database]

  before(async () => {
    url = await postgres.url('nodes')
    nodes = await Promise.all([openPostgres({ url, vault }), openPostgres({ url, vault })])
  })
  after(() => Promise.all(nodes.map((node) => node.close())))

  /** The stores of a new organization on both nodes. */
  function stores(): readonly [Store, Store] {
    const organizationId = newOrganizationId()
    return [nodes[0].store(organizationId), nodes[1].store(organizationId)]
  }

  test('of nodes that start together one migrates', async () => {
    const fresh = await postgres.url('start')
    const opened = await Promise.all(
      Array.from({ length: 4 }, () => openPostgres({ url: fresh, vault, connections: 2 })),
    )
    for (const database of opened) await database.close()
    const rows = await query(fresh, 'select number from migrations order by number')
    assert.deepEqual(
      rows,
      migrations.map(({ number }) => ({ number: String(number) })),
    )
  })

  test('one of them gives the answer to a key', async () => {
    const both = stores()
    for (let round = 0; round < 50; round += 1) {
      const added = await Promise.all(
        both.map((store, index) =>
          store.transaction(async (store) => {
            const first = await store.answers.add('scope', `${round}`, index, 1)
            return { first, answer: await store.answers.get('scope', `${round}`) }
          }),
        ),
      )
      assert.equal(added.filter(({ first }) => first).length, 1)
      assert.equal(added[0]?.answer, added[1]?.answer)
    }
  })

  test('one of them opens the conversation of a thread, the other finds it', async () => {
    const both = stores()
    for (let round = 0; round < 30; round += 1) {
      const customer = { id: `+131755501${round}`, idType: 'Phone' } as const
      const ids = await Promise.all(
        both.map((store) =>
          store.transaction(async (store) => {
            const found = await store.conversations.byThread(`sms|+13175550100|${customer.id}`)
            if (found !== undefined) return found.id
            const made = aConversation({ customer })
            await store.conversations.save(made)
            return made.id
          }),
        ),
      )
      assert.equal(ids[0], ids[1])
    }
  })

  test('the feed has no gaps and never grows behind a reader', async () => {
    const both = stores()
    const seen: number[] = []
    let reading = true
    const reader = (async () => {
      while (reading) {
        const entries = await both[1].feed.after(seen.at(-1) ?? 0, 50)
        seen.push(...entries.map(({ sequence }) => sequence))
      }
    })()
    await Promise.all(
      Array.from({ length: 200 }, (_, index) =>
        (index % 2 === 0 ? both[0] : both[1]).transaction(async (store) => {
          await store.answers.add('scope', `${index}`, index, 1)
          await store.feed.append(anEvent(), 1)
          await store.feed.append(anEvent(), 2)
        }),
      ),
    )
    reading = false
    await reader
    await assertGapless(both[0], 400)
    assert.deepEqual(
      seen,
      seen.map((_, index) => index + 1),
    )
  })

  test('a receipt and the settling of its send never miss each other', async () => {
    const [receiver, sender] = stores()
    for (let round = 0; round < 50; round += 1) {
      const key = `${round}`
      const [matched, held] = await Promise.all([
        receiver.transaction(async (store) => {
          const known = await store.deliveries.byProviderId('account', key)
          if (known === undefined) await store.receipts.hold('account', key, { key }, 1)
          return known !== undefined
        }),
        sender.transaction(async (store) => {
          await store.deliveries.addProviderId('account', key, 'delivery')
          return store.receipts.takeHeld('account', key)
        }),
      ])
      assert.equal(held.length, matched ? 0 : 1)
    }
  })

  test('transactions at the same places of both end as if one had followed the other', async () => {
    await fc.assert(
      fc.asyncProperty(someWorks(60), (works) => assertSerial(stores(), works)),
      { numRuns: 5 },
    )
  })

  test('a lease is held by one of them', async () => {
    const name = newOrganizationId()
    const leases = await Promise.all(
      nodes.map((node, index) => node.lease(name, `${index}`, 50, 0)),
    )
    assert.equal(leases[0]?.owner, leases[1]?.owner)
  })

  test('each hears of what the other committed', async () => {
    const [first, second] = stores()
    const heard: Committed[] = []
    const news = Promise.withResolvers<void>()
    const stop = nodes[1].onCommit((committed) => {
      heard.push(committed)
      news.resolve()
    })
    await first.transaction(async (store) => {
      await store.deliveries.add(aDelivery({ bucket: 9 }), null)
      await store.timers.set({ id: 't', dueMs: 70, kind: 'acw', body: {} })
      await store.feed.append(anEvent(), 1)
    })
    await news.promise
    stop()
    assert.deepEqual(heard, [
      {
        organizationId: second.organizationId,
        deliveries: [],
        feedHead: 1,
        timerDueMs: 70,
        deliveryBuckets: [9],
      },
    ])
  })
})

test('when the connections break, callers are told and the next transactions succeed', async () => {
  const url = await postgres.url('break')
  const database = await openPostgres({ url, vault })
  const store = database.store('one')
  const breakAll = `select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()`
  const hanging = store.transaction(async (store) => {
    await store.messages.list({ size: 1, number: 1 }) // only a transaction of its own can do that
    await store.answers.add('scope', 'lost', 1, 1)
    await query(url, breakAll)
    await store.answers.add('scope', 'lost too', 1, 1)
  })
  await assert.rejects(hanging, { code: 'service.unavailable' })
  assert.equal(await store.answers.get('scope', 'lost'), undefined)
  assert.equal(await store.answers.add('scope', 'key', 1, 1), true)
  await database.close()
  await assert.rejects(store.answers.add('scope', 'late', 1, 1), { code: 'service.unavailable' })
})

test('work that swallows a failed statement is not taken for done', async () => {
  const url = await postgres.url('swallow')
  const database = await openPostgres({ url, vault })
  const store = database.store('one')
  const delivery = aDelivery()
  await store.deliveries.add(delivery, null)
  const swallowing = store.transaction(async (store) => {
    await store.answers.add('scope', 'key', 1, 1)
    await store.deliveries.add(delivery, null).catch(() => {})
  })
  await assert.rejects(swallowing, /did not let that through/)
  assert.equal(await store.answers.get('scope', 'key'), undefined)
  await database.close()
})

test('the connection that listens comes back', async () => {
  const url = await postgres.url('listen')
  const [one, two] = await Promise.all([openPostgres({ url, vault }), openPostgres({ url, vault })])
  const listener = `from pg_stat_activity where datname = current_database()
    and application_name = 'signalbox listener' and query like 'listen%'`
  await until(async () => (await query(url, `select 1 ${listener}`)).length === 2)
  await query(url, `select pg_terminate_backend(pid) ${listener}`)
  const heard = Promise.withResolvers<Committed>()
  two.onCommit(heard.resolve)
  await until(async () => (await query(url, `select 1 ${listener}`)).length === 2)
  await one.store('one').feed.append(anEvent(), 1)
  assert.equal((await heard.promise).feedHead, 1)
  await Promise.all([one.close(), two.close()])
})

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 20))
}

test('a server that can lose commits is refused unless that is asked for', async () => {
  const url = await postgres.url('lazy')
  const { pathname } = new URL(url)
  await query(url, `alter database "${pathname.slice(1)}" set synchronous_commit = off`)
  await assert.rejects(openPostgres({ url, vault }), /synchronous_commit off/)
  await (await openPostgres({ url, vault, durability: 'process' })).close()
})

test('a server that is away is told of at the start', async () => {
  const url = 'postgres://postgres@127.0.0.1:9/none'
  await assert.rejects(openPostgres({ url, vault }), { code: 'service.unavailable' })
})
