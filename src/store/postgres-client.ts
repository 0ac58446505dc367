import type { Pool, PoolClient, QueryResult } from 'pg'
import { translated } from './postgres-connection.ts'
import type { Row } from './sql.ts'

/** Begins a transaction for work that ends with `commit`; rolls back when the work throws. */
export async function onClient<T>(
  pool: Pool,
  work: (client: PoolClient) => Promise<T>,
): Promise<T> {
  const client = await connect(pool)
  let broken = true
  try {
    await control(client, 'begin')
    const value = await work(client)
    broken = false
    return value
  } catch (error) {
    broken = !(await rolledBack(client))
    throw error
  } finally {
    client.release(broken)
  }
}

/** Commits. Where a statement failed before, and the work went on, the server rolls back without a complaint. */
export async function commit(client: PoolClient): Promise<void> {
  const { command } = await control(client, 'commit')
  if (command !== 'COMMIT') {
    throw new Error('A statement of the transaction failed, and its work did not let that through.')
  }
}

/** A connection of the pool, which the caller releases. */
export async function connect(pool: Pool): Promise<PoolClient> {
  try {
    return await pool.connect()
  } catch (error) {
    throw translated(error)
  }
}

/** Runs `begin` or `commit`; `command` of the result is the server's word for what it did. */
async function control(client: PoolClient, statement: string): Promise<QueryResult<Row>> {
  try {
    return await client.query<Row>(statement)
  } catch (error) {
    throw translated(error)
  }
}

/** Whether the connection is fit for another transaction. */
async function rolledBack(client: PoolClient): Promise<boolean> {
  try {
    await client.query('rollback')
    return true
  } catch {
    return false
  }
}
