import { number, type Row, text } from './sql.ts'
import type { SqliteConnection } from './sqlite-connection.ts'

/**
 * Providers' ids come in no order. In one large tree each would go to a page of its own, which costs that page in the
 * log and again in the file: half of what a message writes. So they are collected in a small table whose pages every
 * commit writes anyway, and moved from it together, in their order, to a run. Runs of like size are merged, a bounded
 * step at a time: of a million ids there are some thirty, and an id is looked up in each, the latest first.
 */

/** Ids that make a run. */
const runIds = 1024
/** Runs of one size that are merged into one. */
const fanIn = 16
/** About as many ids are moved by one step of a merge: some 18 ms on two slow cores, so that a commit is not held up long. */
const stepIds = 4096
/** And as many of one run at a time. */
const portionIds = stepIds / fanIn

/** Counts writes, and says when it is time to look whether ids make a run. */
export class IdRunsDue {
  #writes = 0
  #looked = 0

  /** Told of each commit with the count of writes so far. */
  committed(writes: number): void {
    this.#writes = writes
  }

  /** Whether it is time; the asker does it. */
  take(): boolean {
    if (this.#writes - this.#looked < runIds * 4) return false
    this.#looked = this.#writes
    return true
  }
}

/** What is collected, without a look at the places that are kept for receipts: of these there may be any number. */
const collectedIds = 'provider_ids indexed by provider_ids_delivery where delivery_id is not null'

/** Moves the collected ids to a run where they are enough for one, and goes a step on in merging; within a transaction. */
export async function moveToRuns(sql: SqliteConnection): Promise<void> {
  const [collected] = await sql.all(
    `select count(*) as total, max(delivery_id) as newest from ${collectedIds}`,
    [],
  )
  if (collected === undefined || number(collected, 'total') < runIds) return
  const [last] = await sql.all('select coalesce(max(run), 0) as run from provider_id_heads', [])
  const run = last === undefined ? 1 : number(last, 'run') + 1
  await sql.run(
    `insert into provider_id_runs (run, organization_id, account_id, provider_id, delivery_id)
     select ?, organization_id, account_id, provider_id, delivery_id from ${collectedIds}
     order by organization_id, account_id, provider_id`,
    [run],
  )
  await sql.run(`delete from ${collectedIds}`, [])
  await sql.run('insert into provider_id_heads (run, level, newest_delivery_id) values (?, 0, ?)', [
    run,
    text(collected, 'newest'),
  ])
  await startMerge(sql)
  await goOn(sql)
}

/** The oldest runs of a size are merged into the latest of them, so that the order of runs stays that of time. */
async function startMerge(sql: SqliteConnection): Promise<void> {
  const [full] = await sql.all(
    `select level from provider_id_heads group by level
     having count(*) >= ? and count(target) = 0 order by level limit 1`,
    [fanIn],
  )
  if (full === undefined) return
  const level = number(full, 'level')
  const heads = await sql.all(
    `select run, newest_delivery_id as newest from provider_id_heads
     where level = ? order by run limit ?`,
    [level, fanIn],
  )
  const target = heads.at(-1)
  if (target === undefined) return
  await sql.run('update provider_id_heads set target = ? where level = ? and run < ?', [
    number(target, 'run'),
    level,
    number(target, 'run'),
  ])
  const newest = heads.map((head) => text(head, 'newest')).reduce((a, b) => (a > b ? a : b))
  await sql.run('update provider_id_heads set newest_delivery_id = ? where run = ?', [
    newest,
    number(target, 'run'),
  ])
}

/** A step of the merge of the smallest runs. */
async function goOn(sql: SqliteConnection): Promise<void> {
  const [merging] = await sql.all('select max(target) as target from provider_id_heads', [])
  if (merging === undefined || merging['target'] === null) return
  const target = number(merging, 'target')
  for (let moved = 0; moved < stepIds; ) {
    const [source] = await sql.all(
      'select run from provider_id_heads where target = ? order by run limit 1',
      [target],
    )
    if (source === undefined) {
      await sql.run('update provider_id_heads set level = level + 1 where run = ?', [target])
      return
    }
    const until = await portionEnd(sql, number(source, 'run'))
    if (until === undefined) {
      await sql.run('delete from provider_id_heads where run = ?', [number(source, 'run')])
    } else moved += await move(sql, target, until)
  }
}

/** The last key of a portion at the beginning of a run; undefined when that has no more. */
async function portionEnd(sql: SqliteConnection, run: number): Promise<Row | undefined> {
  const keys = `select organization_id, account_id, provider_id from provider_id_runs
    where run = ? order by organization_id`
  const [end] = await sql.all(`${keys}, account_id, provider_id limit 1 offset ${portionIds - 1}`, [
    run,
  ])
  if (end !== undefined) return end
  const [last] = await sql.all(`${keys} desc, account_id desc, provider_id desc limit 1`, [run])
  return last
}

/** Moves all ids up to a key to the target, of an id that was given twice only the latter; gives how many. */
async function move(sql: SqliteConnection, target: number, until: Row): Promise<number> {
  const range = [
    target,
    text(until, 'organization_id'),
    text(until, 'account_id'),
    text(until, 'provider_id'),
  ]
  const upTo = '(r.organization_id, r.account_id, r.provider_id) <= (?, ?, ?)'
  await sql.run(
    `insert or ignore into provider_id_runs
       (run, organization_id, account_id, provider_id, delivery_id)
     select h.target, r.organization_id, r.account_id, r.provider_id, r.delivery_id
     from provider_id_heads h cross join provider_id_runs r
     where h.target = ? and r.run = h.run and ${upTo}
     order by r.organization_id, r.account_id, r.provider_id, r.run desc`,
    range,
  )
  const sources = await sql.all('select run from provider_id_heads where target = ?', [target])
  let moved = 0
  for (const source of sources) {
    moved += await sql.run(
      `delete from provider_id_runs where run = ?
         and (organization_id, account_id, provider_id) <= (?, ?, ?)`,
      [number(source, 'run'), ...range.slice(1)],
    )
  }
  return moved
}
