import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import fc from 'fast-check'
import { createIds } from '../ids.ts'
import { openVault } from '../vault.ts'
import { IdRunsDue, moveToRuns } from './id-runs.ts'
import { openSqlite } from './sqlite.ts'
import { SqliteConnection } from './sqlite-connection.ts'
import { ConflictError, type Database } from './store.ts'

const vault = openVault(Buffer.alloc(32, 7))
const dayMs = 86_400_000

function newFile(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-id-runs-'))
  t.after(() => rmSync(folder, { recursive: true }))
  return join(folder, 'signalbox.db')
}

/** The database with what is to be seen of its runs from outside. */
async function newSubject(t: TestContext) {
  const file = newFile(t)
  const database = await openSqlite({ file, vault, durability: 'process' })
  const outside = new DatabaseSync(file, { readOnly: true })
  t.after(async () => {
    outside.close()
    await database.close()
  })
  const count = (table: string) =>
    Number(outside.prepare(`select count(*) as total from ${table}`).get()?.['total'])
  return { file, database, outside, count }
}

/** Names so many ids at once, as a busy server does. */
async function name(
  database: Database,
  ids: Iterable<string>,
  given: { readonly organizationId?: string; deliveryOf(id: string): string },
): Promise<void> {
  const { deliveries } = database.store(given.organizationId ?? 'o')
  await Promise.all(
    [...ids].map((id) => deliveries.addProviderId('account', id, given.deliveryOf(id))),
  )
}

const numbered = (from: number, count: number, write: (n: number) => string) =>
  Array.from({ length: count }, (_, index) => write(from + index))
/** In no order, as most providers' are. */
const scattered = (n: number) => `id-${((n * 2_654_435_761) % 2 ** 32).toString(16)}`

test('ids are collected, moved to runs and found in all of them', async (t) => {
  const { database, count } = await newSubject(t)
  const total = 150_000
  for (let from = 0; from < total; from += 500) {
    await name(database, numbered(from, 500, scattered), { deliveryOf: (id) => `of ${id}` })
  }
  assert.ok(count('provider_ids') < 5000, 'what is collected stays small')
  assert.equal(count('provider_ids') + count('provider_id_runs'), total, 'each is there once')
  const runs = count('provider_id_heads')
  assert.ok(runs > 2 && runs < 32, `runs are merged (${runs})`)
  assert.ok(count('provider_id_heads where level = 1') > 0, 'which makes larger ones')
  const { deliveries } = database.store('o')
  for (let n = 0; n < total; n += 17) {
    const id = scattered(n)
    assert.equal(await deliveries.byProviderId('account', id), `of ${id}`)
  }
  assert.equal(await deliveries.byProviderId('account', 'another'), undefined)
  assert.equal(await deliveries.byProviderId('other', scattered(0)), undefined)
  assert.equal(
    await database.store('p').deliveries.byProviderId('account', scattered(0)),
    undefined,
  )
})

test('ids in order are merged as well, and none is left behind by a start', async (t) => {
  const file = newFile(t)
  const total = 150_000
  for (let from = 0; from < total; from += 50_000) {
    const database = await openSqlite({ file, vault, durability: 'process' })
    for (let at = from; at < from + 50_000; at += 500) {
      await name(
        database,
        numbered(at, 500, (n) => `${1e9 + n}`),
        { deliveryOf: (id) => `of ${id}` },
      )
    }
    await database.close()
  }
  const database = await openSqlite({ file, vault, durability: 'process' })
  t.after(() => database.close())
  const { deliveries } = database.store('o')
  for (let n = 0; n < total; n += 23) {
    assert.equal(await deliveries.byProviderId('account', `${1e9 + n}`), `of ${1e9 + n}`)
  }
})

test('a receipt that is held waits in no run, and none is held for an id that is known', async (t) => {
  const { database, count } = await newSubject(t)
  const { deliveries, receipts } = database.store('o')
  await receipts.hold('account', 'early', { n: 1 }, 1)
  await name(database, numbered(0, 6000, scattered), { deliveryOf: (id) => id })
  assert.ok(count('provider_id_heads') > 0, 'the premise: there are runs')
  await assert.rejects(receipts.hold('account', scattered(1), { n: 2 }, 1), ConflictError)
  assert.equal(await deliveries.addProviderId('account', 'early', 'late'), true)
  assert.deepEqual(await receipts.takeHeld('account', 'early'), [{ n: 1 }])
})

test('runs are removed with the deliveries that they are about', async (t) => {
  const { database, count } = await newSubject(t)
  const longAgoMs = 1_700_000_000_000
  const add = async (organizationId: string, startMs: number, from: number) => {
    let nowMs = startMs
    const ids = createIds(() => nowMs)
    const deliveryOf = () => {
      nowMs += 1
      return ids.uuid()
    }
    for (let at = from; at < from + 6000; at += 500) {
      await name(database, numbered(at, 500, scattered), { organizationId, deliveryOf })
    }
  }
  await add('o', longAgoMs, 0)
  await add('p', longAgoMs, 0)
  await add('o', longAgoMs + 200 * dayMs, 10_000)
  // Any commit may move collected ids to a run, also that of the step.
  const all = () => count('provider_ids') + count('provider_id_runs')
  const before = all()
  const [o, p] = [database.store('o'), database.store('p')]
  const boundMs = longAgoMs + 100 * dayMs
  const step = await o.retention.prune(boundMs, 1000)
  assert.deepEqual(step, { removed: 1000, more: true })
  assert.equal(all(), before - 1000, 'a step is bounded')
  for (const store of [o, p]) {
    for (let more = true; more; ) more = (await store.retention.prune(boundMs, 1000)).more
  }
  assert.equal(await p.deliveries.byProviderId('account', scattered(0)), undefined)
  assert.equal(await o.deliveries.byProviderId('account', scattered(0)), undefined)
  assert.notEqual(await o.deliveries.byProviderId('account', scattered(10_000)), undefined)
  assert.notEqual(await o.deliveries.byProviderId('account', scattered(15_999)), undefined)
})

test('of ids that are given again each stands for the last one, wherever they were moved', async (t) => {
  const file = newFile(t)
  await (await openSqlite({ file, vault })).close()
  const database = new DatabaseSync(file)
  t.after(() => database.close())
  database.exec('pragma synchronous = off')
  const sql = new SqliteConnection(database)
  const add = database.prepare(
    `insert into provider_ids (organization_id, account_id, provider_id, delivery_id)
     values ('o', 'account', ?, ?) on conflict do update set delivery_id = excluded.delivery_id`,
  )
  const find = database.prepare(
    `select delivery_id from provider_ids where provider_id = ? union all
     select * from (select r.delivery_id from provider_id_heads h cross join provider_id_runs r
       where r.run = h.run and r.organization_id = 'o' and r.account_id = 'account'
         and r.provider_id = ? order by h.run desc) limit 1`,
  )
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          from: fc.integer({ min: 0, max: 30_000 }),
          count: fc.integer({ min: 500, max: 2500 }),
          isScattered: fc.boolean(),
        }),
        { minLength: 30, maxLength: 60 },
      ),
      async (waves) => {
        for (const table of ['provider_ids', 'provider_id_runs', 'provider_id_heads']) {
          database.exec(`delete from ${table}`)
        }
        const last = new Map<string, string>()
        for (const [index, { from, count, isScattered }] of waves.entries()) {
          await sql.transaction(async () => {
            for (const id of numbered(from, count, isScattered ? scattered : String)) {
              add.run(id, `${index} ${id}`)
              last.set(id, `${index} ${id}`)
            }
            await moveToRuns(sql)
          })
        }
        for (const [id, delivery] of last) assert.equal(find.get(id, id)?.['delivery_id'], delivery)
        const orphans = database
          .prepare(
            `select count(*) as total from provider_id_runs
             where run not in (select run from provider_id_heads)`,
          )
          .get()
        assert.equal(orphans?.['total'], 0)
      },
    ),
    { numRuns: 4, endOnFailure: true },
  )
})

test('it is looked for runs after so many writes, by one asker', () => {
  const due = new IdRunsDue()
  assert.equal(due.take(), false)
  due.committed(4096)
  assert.equal(due.take(), true)
  assert.equal(due.take(), false)
  due.committed(8191)
  assert.equal(due.take(), false)
})
