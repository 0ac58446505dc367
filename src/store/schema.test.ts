import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { Client } from 'pg'
import { startPostgres } from '../../test/postgres.ts'
import { openVault } from '../vault.ts'
import { openPostgres } from './postgres.ts'
import { openSqlite } from './sqlite.ts'

/** What is known before an organization is, or belongs to the whole database; by table, with the reason. */
const withoutOrganization: Readonly<Record<string, string>> = {
  organizations: 'lists the organizations themselves',
  directory: 'finds the organization of a client id or an address that names none',
  leases: 'share buckets, and work such as retention, out among nodes',
  migrations: 'say which form the database has',
}

/** The same of SQLite, which nobody shards. */
const runsOfOneNode: Readonly<Record<string, string>> = {
  provider_id_heads: 'say which runs there are, each with ids of many organizations',
  provider_id_runs: 'are merged and removed run by run',
}

/** One index, primary keys among them: its table and the columns in their order. */
interface Index {
  readonly table: string
  readonly index: string
  readonly columns: readonly string[]
}

const vault = openVault(Buffer.alloc(32, 7))

function assertSharded(
  indexes: readonly Index[],
  allowed: Readonly<Record<string, string>> = withoutOrganization,
): void {
  assert.ok(indexes.length > 40, `the premise: these are the indexes (${indexes.length})`)
  const exceptions = new Set<string>()
  for (const { table, index, columns } of indexes) {
    if (columns[0] === 'organization_id') continue
    assert.ok(table in allowed, `${index} of ${table} starts with ${columns[0]}`)
    exceptions.add(table)
  }
  assert.deepEqual([...exceptions].sort(), Object.keys(allowed).sort())
}

test('every key and index in SQLite starts with the organization, so that organizations can be sharded', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-schema-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'signalbox.db')
  await (await openSqlite({ file, vault })).close()
  const database = new DatabaseSync(file, { readOnly: true })
  const rows = database
    .prepare(
      `select m.name as "table", l.name as "index", group_concat(i.name, ',' order by i.seqno) as columns
       from sqlite_master m, pragma_index_list(m.name) l, pragma_index_info(l.name) i
       where m.type = 'table' group by m.name, l.name
       union all
       select m.name, 'rowid', c.name from sqlite_master m, pragma_table_info(m.name) c
       where m.type = 'table' and c.pk = 1
         and not exists (select 1 from pragma_index_list(m.name) l where l.origin = 'pk')`,
    )
    .all()
  database.close()
  assertSharded(
    rows.map((row) => ({
      table: String(row['table']),
      index: String(row['index']),
      columns: String(row['columns']).split(','),
    })),
    { ...withoutOrganization, ...runsOfOneNode },
  )
})

test('every key and index in PostgreSQL starts with the organization', async (t) => {
  const postgres = await startPostgres()
  t.after(() => postgres.stop())
  const url = await postgres.url('schema')
  await (await openPostgres({ url, vault })).close()
  const client = new Client({ connectionString: url })
  await client.connect()
  const { rows } = await client.query<Index>(
    `select t.relname as "table", i.relname as "index",
       array_agg(a.attname::text order by k.position) as columns
     from pg_index x
     join pg_class t on t.oid = x.indrelid join pg_class i on i.oid = x.indexrelid
     cross join lateral unnest(x.indkey::int[]) with ordinality as k(number, position)
     join pg_attribute a on a.attrelid = t.oid and a.attnum = k.number
     where t.relnamespace = 'public'::regnamespace group by t.relname, i.relname`,
  )
  await client.end()
  assertSharded(rows)
})
