import { createHash } from 'node:crypto'
import type { Clock } from '../../clock.ts'
import { takeLease } from '../queries/leases.ts'
import type { Sql } from '../sql.ts'
import { number } from '../sql.ts'
import { ConflictError } from '../store.ts'
import { initial } from './0001-initial.ts'
import { retention } from './0002-retention.ts'
import { throttles } from './0003-throttles.ts'
import { email } from './0004-email.ts'
import { consent } from './0005-consent.ts'
import { campaigns } from './0006-campaigns.ts'
import { toolCalls } from './0007-tool-calls.ts'
import { flows } from './0008-flows.ts'

/** One step of the database's form. A released step is never edited, which is checked; the next one is added. */
export interface Migration {
  /** Counts from 1 without gaps. */
  readonly number: number
  readonly name: string
  /** Each may run again after it has run: not every engine takes back the first half of a broken step. */
  readonly statements: readonly string[]
  /** Those that only a database of one node needs. */
  readonly ofOneNode?: readonly string[]
  /** Those that only a database of many nodes needs. */
  readonly ofManyNodes?: readonly string[]
}

/** Every step, first to last. */
export const migrations: readonly Migration[] = [
  initial,
  retention,
  throttles,
  email,
  consent,
  campaigns,
  toolCalls,
  flows,
]

/** What the runner needs of an engine. */
export interface MigrationTarget {
  /** Runs statements one by one, each on disk when it returns. */
  readonly sql: Sql
  /** Runs work in one transaction. */
  transaction(work: (sql: Sql) => Promise<void>): Promise<void>
  /** This start of the program, for the lease that keeps others from migrating at the same time. */
  readonly owner: string
  readonly clock: Clock
  readonly manyNodes: boolean
}

const leaseName = 'migrations'
const leaseMs = 60_000
const waitMs = 100

/**
 * Brings the database to the form that this program knows. Of several nodes that start together one does it,
 * the others wait. Throws when the database is newer than the program.
 */
export async function migrate(
  target: MigrationTarget,
  steps: readonly Migration[] = migrations,
): Promise<void> {
  await createOwnTables(target.sql)
  if ((await missing(target, steps)).length === 0) return
  await takeTurn(target)
  try {
    for (const step of await missing(target, steps)) await apply(target, step)
  } finally {
    await target.sql.run('update leases set expires_ms = 0 where name = ? and owner = ?', [
      leaseName,
      target.owner,
    ])
  }
}

async function apply(target: MigrationTarget, step: Migration): Promise<void> {
  await target.transaction(async (sql) => {
    for (const statement of statementsOf(step, target)) await sql.run(statement, [])
    await sql.run('insert into migrations (number, name, applied_ms, form) values (?, ?, ?, ?)', [
      step.number,
      step.name,
      target.clock.now(),
      formOf(step, target),
    ])
  })
}

function statementsOf(
  { statements, ofManyNodes = [], ofOneNode = [] }: Migration,
  { manyNodes }: Pick<MigrationTarget, 'manyNodes'>,
): readonly string[] {
  if (!manyNodes) return [...statements, ...ofOneNode]
  // `without rowid` keeps small rows in the tree of their key; PostgreSQL has nothing of the kind.
  return [...statements, ...ofManyNodes].map((text) => text.replace(/ without rowid$/, ''))
}

/** Tells what a step makes from what it made in another version of the program, however it is laid out. */
function formOf(step: Migration, target: Pick<MigrationTarget, 'manyNodes'>): string {
  const text = statementsOf(step, target).join(';').replace(/\s+/g, ' ')
  return createHash('sha256').update(text).digest('hex')
}

async function missing(
  target: MigrationTarget,
  steps: readonly Migration[],
): Promise<readonly Migration[]> {
  const rows = await target.sql.all('select * from migrations', [])
  const formAt = new Map(rows.map((row) => [number(row, 'number'), row['form']]))
  const newest = Math.max(0, ...formAt.keys())
  const known = steps.at(-1)?.number ?? 0
  if (newest > known) {
    throw new Error(
      `The database has step ${newest}, this program knows ${known}: start the newer program that made it.`,
    )
  }
  for (const step of steps) {
    if (formAt.has(step.number) && formAt.get(step.number) !== formOf(step, target)) {
      throw new Error(
        `The database was made by an earlier program, with another form of step ${step.number} (${step.name}), ` +
          'as versions before the first release may have. Keep it for that program, and start this one with a new database.',
      )
    }
  }
  return steps.filter((step) => !formAt.has(step.number))
}

/** Waits until this node may migrate. A node that died while at it holds the others up for a minute at most. */
async function takeTurn({ sql, owner, clock }: MigrationTarget): Promise<void> {
  for (;;) {
    const lease = await takeLease(sql, { name: leaseName, owner, ttlMs: leaseMs }, clock.now())
    if (lease.owner === owner) return
    await new Promise<void>((resolve) => {
      clock.after(waitMs, resolve)
    })
  }
}

/** PostgreSQL may refuse `if not exists` when two nodes make the same table at once; then it is there. */
async function createOwnTables(sql: Sql): Promise<void> {
  for (let left = 5; ; left -= 1) {
    try {
      await createTables(sql)
      return
    } catch (error) {
      if (!(error instanceof ConflictError) || left === 0) throw error
    }
  }
}

/** The two tables that migrating itself needs. */
async function createTables(sql: Sql): Promise<void> {
  await sql.run(
    `create table if not exists migrations (
      number bigint not null primary key, name text not null, applied_ms bigint not null,
      form text not null)`,
    [],
  )
  await sql.run(
    `create table if not exists leases (
      name text not null primary key, owner text not null, epoch bigint not null,
      expires_ms bigint not null)`,
    [],
  )
}
