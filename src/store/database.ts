import type { Vault } from '../vault.ts'
import { KnownRecords } from './known-records.ts'
import { OrganizationStore } from './organization-store.ts'
import {
  addOrganization,
  addToDirectory,
  organizationIds,
  organizationOf,
  removeFromDirectory,
} from './queries/directory.ts'
import { leasesOf, releaseLeases, renewLeases, takeLease } from './queries/leases.ts'
import type { Change, Session } from './session.ts'
import type { Sql } from './sql.ts'
import type { Committed, Database, Taker } from './store.ts'

/** What differs between the engines; everything else of a database is built on it. */
export interface Engine {
  readonly manyNodes: boolean
  /** For reading outside of transactions: sees what is committed. */
  readonly sql: Sql
  /**
   * Runs `work` in a transaction and settles when that is over; may run it more than once. The
   * organization is empty for what belongs to none.
   */
  write<T>(organizationId: string, work: (change: Change) => Promise<T>): Promise<T>
  onCommit(listener: (committed: Committed) => void): () => void
  takeBy(taker: Taker): void
  close(): Promise<void>
}

/** The database on an engine. */
export function databaseOn(engine: Engine, vault: Vault): Database {
  const { sql } = engine
  const write = <T>(work: (sql: Sql) => Promise<T>): Promise<T> =>
    engine.write('', (change) => work(change.sql))
  const known = new KnownRecords(engine.manyNodes)
  const stores = new Map<string, OrganizationStore>()
  return {
    capabilities: { manyNodes: engine.manyNodes },
    store(organizationId) {
      const kept = stores.get(organizationId)
      if (kept !== undefined) return kept
      const store = storeOn(engine, { vault, known, organizationId, hasIdRuns: !engine.manyNodes })
      // Callers name organizations that do not exist, too; those that do are few.
      if (stores.size >= storesMax) stores.clear()
      stores.set(organizationId, store)
      return store
    },
    organizationIds: () => organizationIds(sql),
    addOrganization: (id) => write((tx) => addOrganization(tx, id)),
    organizationOf: (kind, key) => organizationOf(sql, kind, key),
    addToDirectory: (kind, key, organizationId) =>
      write((tx) => addToDirectory(tx, { kind, key, organizationId })),
    removeFromDirectory: (kind, key) => write((tx) => removeFromDirectory(tx, kind, key)),
    lease: (name, owner, ttlMs, nowMs) =>
      write((tx) => takeLease(tx, { name, owner, ttlMs }, nowMs)),
    renewLeases: (names, owner, ttlMs, nowMs) =>
      write((tx) => renewLeases(tx, { names, owner, ttlMs }, nowMs)),
    leases: (prefix) => leasesOf(sql, prefix),
    releaseLeases: (owner) => write((tx) => releaseLeases(tx, owner)),
    onCommit: (listener) => engine.onCommit(listener),
    takeBy: (taker) => engine.takeBy(taker),
    async ping() {
      await sql.get('select 1 as one', [])
    },
    close: () => engine.close(),
  }
}

/** Organizations whose store is kept at hand. */
const storesMax = 1000

function storeOn(
  engine: Engine,
  of: Pick<Session, 'organizationId' | 'vault' | 'known' | 'hasIdRuns'>,
): OrganizationStore {
  return new OrganizationStore({
    ...of,
    sql: engine.sql,
    async write(work) {
      let last: Change | undefined
      try {
        return await engine.write(of.organizationId, (change) => {
          last = change
          return work(change)
        })
      } finally {
        if (last?.recordsChanged === true) of.known.forget()
      }
    },
  })
}

/** Listeners to commits. One that throws is a bug of its own and ends the program, not the commit. */
export class CommitListeners {
  readonly #listeners = new Set<(committed: Committed) => void>()

  /** Adds a listener; the returned function removes it. */
  add(listener: (committed: Committed) => void): () => void {
    const own = (committed: Committed): void => listener(committed)
    this.#listeners.add(own)
    return () => {
      this.#listeners.delete(own)
    }
  }

  /** Tells everyone. */
  tell(committed: Committed): void {
    for (const listener of this.#listeners) {
      try {
        listener(committed)
      } catch (error) {
        queueMicrotask(() => {
          throw error
        })
      }
    }
  }
}
