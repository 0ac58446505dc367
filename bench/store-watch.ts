import { DatabaseSync } from 'node:sqlite'
import { Client } from 'pg'

/** Looks into the server's database from outside, while it works. */
export interface StoreWatch {
  /** Attempts that are settled: one row each, written in the commit that settles the delivery. */
  settled(): Promise<number>
  /** Deliveries by state. Reads them all. */
  states(): Promise<Readonly<Record<string, number>>>
  close(): Promise<void>
}

const byState = 'select state, count(*) as total from deliveries group by state'

/** Watches an embedded database by a connection of its own, which only reads. */
export function watchSqlite(file: string): StoreWatch {
  const database = new DatabaseSync(file, { readOnly: true, timeout: 5000 })
  // Rows of attempts are never removed by the benchmark, so the last one's number is how many there are.
  const last = database.prepare('select coalesce(max(rowid), 0) as total from attempts')
  const states = database.prepare(byState)
  return {
    settled: async () => Number(last.get()?.['total'] ?? 0),
    states: async () =>
      Object.fromEntries(states.all().map(({ state, total }) => [String(state), Number(total)])),
    close: async () => database.close(),
  }
}

/** Watches a PostgreSQL database. */
export async function watchPostgres(url: string): Promise<StoreWatch> {
  const client = new Client({ connectionString: url })
  await client.connect()
  const rows = async (text: string): Promise<readonly { state: string; total: string }[]> =>
    (await client.query(text)).rows
  return {
    async settled() {
      const [row] = await rows(`select '' as state, count(*) as total from attempts`)
      return Number(row?.total ?? 0)
    },
    async states() {
      const found = await rows(byState)
      return Object.fromEntries(found.map(({ state, total }) => [state, Number(total)]))
    },
    close: () => client.end(),
  }
}
