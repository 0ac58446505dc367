import { setTimeout as wait } from 'node:timers/promises'
import type { Pool } from 'pg'
import { OpenTransaction } from './open-transaction.ts'
import { commit, onClient } from './postgres-client.ts'
import { PostgresConnection } from './postgres-connection.ts'
import { flushFeedAtOnce } from './postgres-feed.ts'
import { type Change, committedOf, startChange } from './session.ts'
import { type Committed, ConflictError } from './store.ts'

const conflictsMax = 8
const conflictWaitMs = 4
const conflictWaitMsMax = 40

/** What a transaction ran to. */
interface Done<T> {
  readonly value: T
  readonly committed: Committed | undefined
}

/** Runs work in a transaction of its own on the server, and again when it lost a race. */
export async function runAlone<T>(
  pool: Pool,
  organizationId: string,
  work: (change: Change) => Promise<T>,
): Promise<Done<T>> {
  for (let conflicts = 0; ; conflicts += 1) {
    try {
      return await once(pool, organizationId, work)
    } catch (error) {
      if (!(error instanceof ConflictError) || conflicts === conflictsMax) throw error
    }
    // Spread, so that those who met do not meet again.
    await wait(Math.random() * Math.min(conflictWaitMs * 2 ** conflicts, conflictWaitMsMax))
  }
}

function once<T>(
  pool: Pool,
  organizationId: string,
  work: (change: Change) => Promise<T>,
): Promise<Done<T>> {
  return onClient(pool, async (client) => {
    const sql = new PostgresConnection(client)
    const open = new OpenTransaction(sql)
    const change = startChange(organizationId, open, undefined)
    try {
      const value = await work(change)
      const flushed = flushFeedAtOnce(sql, organizationId, [change])
      const [head] = await Promise.all([flushed, commit(client)])
      return { value, committed: committedOf([change], head) }
    } finally {
      open.close()
    }
  })
}
