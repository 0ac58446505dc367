import type { Pool } from 'pg'
import { AppError } from '../errors.ts'
import { sendBatch, type TextRow } from './postgres-batch.ts'
import { connect } from './postgres-client.ts'
import { PostgresConnection, storable } from './postgres-connection.ts'
import { manyRows } from './postgres-rows.ts'
import type { Row, Sql, SqlValue } from './sql.ts'
import type { Lookup, Statement } from './statement.ts'

/** Reads on their way at once. While they are, further ones gather, so that the load decides how many go together. */
const flightsMax = 2

interface Asker {
  readonly params: readonly SqlValue[]
  resolve(rows: readonly Row[]): void
  reject(error: unknown): void
}

/** Reads outside of transactions: lookups that are asked for at the same time go to the server as one. */
export class PostgresReads implements Sql {
  readonly #pool: Pool
  readonly #single: PostgresConnection
  #waiting = new Map<Lookup, Asker[]>()
  #flights = 0
  #scheduled = false

  /** `pool` takes the lookups, `others` everything else. */
  constructor(pool: Pool, others: Pool) {
    this.#pool = pool
    this.#single = new PostgresConnection(others)
  }

  all(statement: Statement | string, params: readonly SqlValue[]): Promise<readonly Row[]> {
    if (typeof statement === 'string' || statement.kind !== 'lookup') {
      return this.#single.all(statement, params)
    }
    return new Promise((resolve, reject) => {
      const asker = { params: params.map(storable), resolve, reject }
      const askers = this.#waiting.get(statement)
      if (askers === undefined) this.#waiting.set(statement, [asker])
      else askers.push(asker)
      this.#schedule()
    })
  }

  get(statement: Statement | string, params: readonly SqlValue[]): Promise<Row | undefined> {
    return this.all(statement, params).then(first)
  }

  run(statement: Statement | string, params: readonly SqlValue[]): Promise<number> {
    return this.#single.run(statement, params)
  }

  #schedule(): void {
    if (this.#scheduled || this.#flights === flightsMax || this.#waiting.size === 0) return
    this.#scheduled = true
    setImmediate(() => void this.#fly())
  }

  async #fly(): Promise<void> {
    const groups = this.#waiting
    this.#waiting = new Map()
    this.#scheduled = false
    this.#flights += 1
    try {
      await this.#answer(groups)
    } catch (error) {
      for (const asker of [...groups.values()].flat()) asker.reject(error)
    }
    this.#flights -= 1
    this.#schedule()
  }

  /** Asks for all in one go and deals the rows out. */
  async #answer(groups: ReadonlyMap<Lookup, readonly Asker[]>): Promise<void> {
    const client = await connect(this.#pool)
    let broken = false
    try {
      const asked = [...groups].map(([lookup, askers]) => manyRows(lookup, askers))
      const results = await sendBatch(client, asked)
      for (const [index, [lookup, askers]] of [...groups].entries()) {
        deal(lookup, askers, results[index] ?? [])
      }
    } catch (error) {
      broken = error instanceof AppError
      throw error
    } finally {
      client.release(broken)
    }
  }
}

/** Gives each asker its rows; the first column says whose a row is, the others are those that the lookup names. */
function deal(lookup: Lookup, askers: readonly Asker[], rows: readonly TextRow[]): void {
  const columns = columnsOf(lookup)
  const dealt = askers.map((): Row[] => [])
  for (const values of rows) dealt[Number(values[0]) - 1]?.push(rowOf(columns, values))
  for (const [index, asker] of askers.entries()) asker.resolve(dealt[index] ?? [])
}

function rowOf(columns: readonly Column[], values: TextRow): Row {
  const row: Record<string, SqlValue> = {}
  for (const { name, isNumber, at } of columns) {
    const value = values[at] ?? null
    row[name] = isNumber && value !== null ? Number(value) : value
  }
  return row
}

function first(rows: readonly Row[]): Row | undefined {
  return rows[0]
}

interface Column {
  readonly name: string
  readonly isNumber: boolean
  /** Its place in the rows of a result. */
  readonly at: number
}

const columnsKnown = new WeakMap<Lookup, readonly Column[]>()

function columnsOf(lookup: Lookup): readonly Column[] {
  let columns = columnsKnown.get(lookup)
  if (columns === undefined) {
    const { numbers } = lookup.table
    columns = lookup.columns
      .split(', ')
      .map((name, index) => ({ name, isNumber: numbers.includes(name), at: index + 1 }))
    columnsKnown.set(lookup, columns)
  }
  return columns
}
