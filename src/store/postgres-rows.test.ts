import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { Client } from 'pg'
import { startPostgres, type TestPostgres } from '../../test/postgres.ts'
import { numberTypes, storable } from './postgres-connection.ts'
import { bigintArray, manyRows, textArray } from './postgres-rows.ts'
import {
  atMost,
  equal,
  insert,
  lookup,
  type Statement,
  type Table,
  take,
  update,
} from './statement.ts'

let postgres: TestPostgres
let client: Client

before(async () => {
  postgres = await startPostgres()
  client = new Client({ connectionString: await postgres.url('rows'), types: numberTypes })
  await client.connect()
  await client.query(`create table things (organization_id text, id text, size bigint, note text,
    primary key (organization_id, id))`)
})
after(async () => {
  await client.end()
  await postgres.stop()
})

const table: Table = { name: 'things', numbers: ['size'], keys: [['id']] }
const add = insert(table, ['organization_id', 'id', 'size', 'note'])
const grow = update(table, ['size'], [equal('id'), atMost('size')])
const find = lookup(table, 'size, note', { by: ['id'] })
const drop = take(table, 'id', ['id'])

test('arrays arrive as they were sent, nulls and all', async () => {
  const texts = fc.array(fc.option(fc.string({ unit: 'binary' })))
  const numbers = fc.array(fc.option(fc.maxSafeInteger()))
  await fc.assert(
    fc.asyncProperty(texts, numbers, async (given, sizes) => {
      const words = given.map(storable)
      const { rows } = await client.query('select $1::text[] as words, $2::bigint[] as sizes', [
        textArray(
          words.map((word) => ({ params: [word] })),
          0,
        ),
        bigintArray(
          sizes.map((size) => ({ params: [size] })),
          0,
        ),
      ])
      assert.deepEqual(rows[0].words, words)
      assert.deepEqual(rows[0].sizes.map(Number), sizes.map(Number))
    }),
    { numRuns: 50 },
  )
})

test('many rows are added, found, changed and removed by one statement each', async () => {
  const rows = ['a', 'b'].map((id, index) => ['one', id, index, index === 0 ? null : `of ${id}`])
  const run = (statement: Statement, given: typeof rows) => {
    const { text, values } = manyRows(
      statement,
      given.map((params) => ({ params })),
    )
    return client.query(text, [...values])
  }
  await run(add, rows)
  const wanted = ['b', 'none', 'a', 'b'].map((id) => ['one', id])
  const found = await run(find, wanted)
  assert.deepEqual(
    found.rows.toSorted((one, two) => one.asker - two.asker),
    [
      { asker: 1, size: 1, note: 'of b' },
      { asker: 3, size: 0, note: null },
      { asker: 4, size: 1, note: 'of b' },
    ],
  )
  const grown = ['a', 'b'].map((id) => [7, 'one', id, 5])
  await run(grow, grown)
  await assert.rejects(run(grow, grown), { code: '22012' }, 'they are greater than 5 now')
  await assert.rejects(run(add, rows), { code: '23505' }, 'they are there already')
  await assert.rejects(run(drop, [['one', 'a']]), { code: '22012' }, 'there is one to take')
  await run(drop, [['one', 'none']])
})

test('a statement that does not name a key of its table is not declared', () => {
  assert.throws(() => lookup(table, 'id', { by: ['note'] }), /do not fit the keys/)
  assert.throws(() => insert(table, ['organization_id', 'note']), /do not fit the keys/)
})
