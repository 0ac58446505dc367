import type { Pool, PoolClient } from 'pg'
import { AppError } from '../errors.ts'
import type { BufferedWrite } from './buffered-run.ts'
import { sendBatch } from './postgres-batch.ts'
import { connect } from './postgres-client.ts'
import { feedStatements } from './postgres-feed.ts'
import { manyRows } from './postgres-rows.ts'
import { type Change, committedOf } from './session.ts'
import { orderByKey, type Write } from './statement.ts'
import type { Committed } from './store.ts'

/** Transactions in one commit. */
const batchMax = 256
/** Commits under way: while one waits for the disk, the next sends its rows. */
const flightsMax = 2

/** A transaction whose work is done. */
interface Waiting {
  readonly change: Change
  readonly writes: readonly BufferedWrite[]
  resolve(committed: boolean): void
  reject(error: unknown): void
}

/** The rows of each statement, in the order in which they are written. */
type Groups = readonly (readonly [Write, readonly BufferedWrite[]])[]

/** Changes by organization, in the order of their ids: the heads of feeds are locked in that order. */
type Organizations = readonly (readonly [string, readonly Change[]])[]

/** Commits finished transactions, those at hand together, one statement for all their rows of a kind. */
export class PostgresCommits {
  readonly #pool: Pool
  readonly #tell: (committed: Committed) => void
  #waiting: Waiting[] = []
  #flights = 0
  #scheduled = false

  constructor(pool: Pool, tell: (committed: Committed) => void) {
    this.#pool = pool
    this.#tell = tell
  }

  /**
   * Settles when the transaction is on disk. False: it is not, because the database is no longer as it took it
   * to be. Rejects when that is not known.
   */
  add(change: Change, writes: readonly BufferedWrite[]): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ change, writes, resolve, reject })
      this.#schedule()
    })
  }

  #schedule(): void {
    if (this.#scheduled || this.#flights === flightsMax || this.#waiting.length === 0) return
    this.#scheduled = true
    setImmediate(() => void this.#fly())
  }

  async #fly(): Promise<void> {
    const batch = this.#waiting.splice(0, batchMax)
    this.#scheduled = false
    this.#flights += 1
    this.#schedule()
    await this.#settle(batch)
    this.#flights -= 1
    this.#schedule()
  }

  /** Commits a batch; when that fails, its halves, until those are found whose fault it is. */
  async #settle(batch: readonly Waiting[]): Promise<void> {
    const organizations = byOrganization(batch)
    let heads: ReadonlyMap<string, number>
    try {
      heads = await this.#commit(batch, organizations)
    } catch (error) {
      const [first, second] = batch
      if (error instanceof AppError) for (const waiting of batch) waiting.reject(error)
      else if (second === undefined) first?.resolve(false)
      else {
        const half = Math.ceil(batch.length / 2)
        await this.#settle(batch.slice(0, half))
        await this.#settle(batch.slice(half))
      }
      return
    }
    for (const waiting of batch) waiting.resolve(true)
    for (const [organizationId, changes] of organizations) {
      const committed = committedOf(changes, heads.get(organizationId))
      if (committed !== undefined) this.#tell(committed)
    }
  }

  /** The heads of the feeds that grew, by organization. */
  async #commit(
    batch: readonly Waiting[],
    organizations: Organizations,
  ): Promise<ReadonlyMap<string, number>> {
    const client = await connect(this.#pool)
    let broken = false
    try {
      return await send(client, grouped(batch), organizations)
    } catch (error) {
      broken = error instanceof AppError
      throw error
    } finally {
      client.release(broken)
    }
  }
}

/** Sends the rows and the events, which are one transaction; the server stops at what is not as expected. */
async function send(
  client: PoolClient,
  groups: Groups,
  organizations: Organizations,
): Promise<ReadonlyMap<string, number>> {
  const statements = groups.map(([statement, writes]) => manyRows(statement, writes))
  const placeOfHead = new Map<string, number>()
  for (const [organizationId, changes] of organizations) {
    const told = feedStatements(organizationId, changes)
    if (told === undefined) continue
    placeOfHead.set(organizationId, statements.length)
    statements.push(...told)
  }
  const results = await sendBatch(client, statements)
  const heads = new Map<string, number>()
  for (const [organizationId, place] of placeOfHead) {
    heads.set(organizationId, Number(results[place]?.[0]?.[0]))
  }
  return heads
}

/**
 * The rows of each statement. Every commit has the statements in one order and their rows in one order, so that
 * commits of two nodes do not lock each other out. Rows are taken last: who says which delivery a provider's id
 * stands for does so before it takes what was held for that id.
 */
function grouped(batch: readonly Waiting[]): Groups {
  const groups = new Map<Write, BufferedWrite[]>()
  for (const { writes } of batch) {
    for (const write of writes) {
      const group = groups.get(write.statement)
      if (group === undefined) groups.set(write.statement, [write])
      else group.push(write)
    }
  }
  for (const [{ keysAt }, group] of groups) {
    group.sort((a, b) => orderByKey(keysAt, a.params, b.params))
  }
  return [...groups].sort(([a], [b]) => rank(a) - rank(b) || order(a.text, b.text))
}

function rank({ kind }: Write): number {
  return kind === 'take' ? 1 : 0
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function byOrganization(batch: readonly Waiting[]): Organizations {
  const groups = new Map<string, Change[]>()
  for (const { change } of batch) {
    const group = groups.get(change.organizationId)
    if (group === undefined) groups.set(change.organizationId, [change])
    else group.push(change)
  }
  return [...groups].sort(([a], [b]) => order(a, b))
}
