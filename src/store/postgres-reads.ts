import type { Pool } from 'pg'
import { atOnce } from './postgres-client.ts'
import { PostgresConnection, storable, translated } from './postgres-connection.ts'
import { manyParams, manyText } from './postgres-rows.ts'
import { number, type Row, type Sql, type SqlValue } from './sql.ts'
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

  async get(statement: Statement | string, params: readonly SqlValue[]): Promise<Row | undefined> {
    return (await this.all(statement, params))[0]
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
      const client = await this.#pool.connect()
      const connection = new PostgresConnection(client)
      const asked = atOnce(client, () => [...groups].map((group) => answer(connection, ...group)))
      await Promise.all(asked)
      client.release()
    } catch (error) {
      for (const asker of [...groups.values()].flat()) asker.reject(translated(error))
    }
    this.#flights -= 1
    this.#schedule()
  }
}

/** Asks for all and deals the rows out; an error goes to those who asked. */
async function answer(
  connection: PostgresConnection,
  lookup: Lookup,
  askers: readonly Asker[],
): Promise<void> {
  try {
    const [only] = askers
    if (only !== undefined && askers.length === 1) {
      only.resolve(await connection.all(lookup, only.params))
      return
    }
    const params = manyParams(
      lookup,
      askers.map((asker) => asker.params),
    )
    const { rows } = await connection.query(manyText(lookup), params)
    const dealt = askers.map((): Row[] => [])
    for (const row of rows) dealt[number(row, 'asker') - 1]?.push(row)
    for (const [index, asker] of askers.entries()) asker.resolve(dealt[index] ?? [])
  } catch (error) {
    for (const asker of askers) asker.reject(error)
  }
}
