import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import type { Clock } from '../../clock.ts'
import { takeLease } from '../queries/leases.ts'
import { SqliteConnection } from '../sqlite-connection.ts'
import { type Migration, type MigrationTarget, migrate, migrations } from './migrate.ts'

/** An empty database and a clock that jumps ahead whenever somebody waits. */
function newTarget(owner = 'me'): MigrationTarget {
  const sql = new SqliteConnection(new DatabaseSync(':memory:'))
  let nowMs = 0
  const clock: Clock = {
    now: () => nowMs,
    after(delayMs, work) {
      nowMs += delayMs
      queueMicrotask(work)
      return () => {}
    },
  }
  return { sql, transaction: (work) => sql.transaction(work), owner, clock, manyNodes: false }
}

const steps: readonly Migration[] = [
  { number: 1, name: 'one', statements: ['create table one (id text)'] },
  { number: 2, name: 'two', statements: ['create table two (id text)'] },
]

const applied = async ({ sql }: MigrationTarget) =>
  (await sql.all('select number from migrations order by number', [])).map((row) => row['number'])

test('steps count from 1 without gaps', () => {
  assert.deepEqual(
    migrations.map(({ number }) => number),
    migrations.map((_, index) => index + 1),
  )
})

test('every statement of a step may run twice', async () => {
  const target = newTarget()
  await migrate(target)
  for (const statement of migrations.flatMap(({ statements }) => statements)) {
    await target.sql.run(statement, [])
  }
})

test('each table and index starts with the organization, but for what is known before one is', async () => {
  const target = newTarget()
  await migrate(target)
  const tables = await target.sql.all(`select name from sqlite_master where type = 'table'`, [])
  const without: unknown[] = []
  for (const { name } of tables) {
    const indexes = await target.sql.all('select name from pragma_index_list(?)', [name ?? ''])
    for (const index of indexes) {
      const [first] = await target.sql.all('select name from pragma_index_info(?)', [
        index['name'] ?? '',
      ])
      if (first?.['name'] !== 'organization_id') without.push(name)
    }
    if (indexes.length === 0) without.push(name)
  }
  assert.ok(tables.length > 20, 'the premise: these are the tables')
  const ofOneNode = ['provider_id_heads', 'provider_id_runs']
  assert.deepEqual(
    without.sort(),
    [...ofOneNode, 'directory', 'leases', 'migrations', 'organizations'].sort(),
  )
})

test('a step runs once, later ones follow', async () => {
  const target = newTarget()
  await migrate(target, steps.slice(0, 1))
  await migrate(target, steps)
  await migrate(target, steps)
  assert.deepEqual(await applied(target), [1, 2])
})

test('a step that fails leaves nothing of itself and is tried again', async () => {
  const target = newTarget()
  const broken = { number: 2, name: 'two', statements: ['create table two (id text)', 'nonsense'] }
  await assert.rejects(migrate(target, [...steps.slice(0, 1), broken]), /nonsense/)
  assert.deepEqual(await applied(target), [1])
  await migrate(target, steps)
  assert.deepEqual(await applied(target), [1, 2])
})

test('a program older than the database is refused', async () => {
  const target = newTarget()
  await migrate(target, steps)
  await assert.rejects(migrate(target, steps.slice(0, 1)), /step 2, this program knows 1/)
})

test('a database whose steps have another form is refused before anything is done', async () => {
  const target = newTarget()
  await migrate(target, steps.slice(0, 1))
  const reworded = { number: 1, name: 'one', statements: ['create table\n  one (id text)'] }
  const edited = { number: 1, name: 'one', statements: ['create table one (id text, more text)'] }
  await migrate(target, [reworded])
  await assert.rejects(
    migrate(target, [edited, ...steps.slice(1)]),
    /another form of step 1 \(one\)/,
  )
  assert.deepEqual(await applied(target), [1])
})

test('a database from before forms were noted is refused', async () => {
  const target = newTarget()
  await target.sql.run('create table migrations (number bigint, name text, applied_ms bigint)', [])
  await target.sql.run(`insert into migrations values (1, 'one', 0)`, [])
  await assert.rejects(migrate(target, steps), /made by an earlier program/)
})

test('while another node migrates this one waits; one that died holds it up for its lease', async () => {
  const target = newTarget()
  await migrate(target, steps.slice(0, 1))
  const other = { name: 'migrations', owner: 'other', ttlMs: 30_000 }
  await takeLease(target.sql, other, target.clock.now())
  await migrate(target, steps)
  assert.deepEqual(await applied(target), [1, 2])
  assert.ok(target.clock.now() >= 30_000)
})
