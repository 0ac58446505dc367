import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { type Row, type Sql, type SqlValue, textOf } from './sql.ts'
import type { Statement } from './statement.ts'
import { ConflictError } from './store.ts'

interface Prepared {
  readonly statement: StatementSync
  readonly reads: boolean
}

/**
 * One connection to a SQLite file, with its statements prepared once per text. The calls are synchronous
 * underneath, so a promise from here is settled when it is returned.
 */
export class SqliteConnection implements Sql {
  readonly #database: DatabaseSync
  readonly #prepared = new Map<string, Prepared>()
  /** Statements so far that may have changed something. */
  writes = 0

  constructor(database: DatabaseSync) {
    this.#database = database
  }

  /** Whether a transaction is open; SQLite ends it by itself when the disk fails. */
  get inTransaction(): boolean {
    return this.#database.isTransaction
  }

  async all(statement: Statement | string, params: readonly SqlValue[]): Promise<readonly Row[]> {
    try {
      return this.#prepare(textOf(statement)).all(...params) as Row[] // text and bigint columns only
    } catch (error) {
      throw translated(error)
    }
  }

  async get(statement: Statement | string, params: readonly SqlValue[]): Promise<Row | undefined> {
    try {
      return this.#prepare(textOf(statement)).get(...params) as Row | undefined // as above
    } catch (error) {
      throw translated(error)
    }
  }

  async run(statement: Statement | string, params: readonly SqlValue[]): Promise<number> {
    return changed(this.#prepare(textOf(statement)), params)
  }

  /** A change that is made many times, without promises: gives how many rows it touched. */
  change(text: string): (params: readonly SqlValue[]) => number {
    const prepared = this.#prepare(text)
    return (params) => changed(prepared, params)
  }

  /** Runs `begin`, `commit` and their like. */
  control(text: string): void {
    this.#prepare(text).run()
  }

  /** Runs work in a transaction of its own. */
  async transaction(work: (sql: Sql) => Promise<void>): Promise<void> {
    this.control('begin immediate')
    try {
      await work(this)
      this.control('commit')
    } catch (error) {
      if (this.inTransaction) this.control('rollback')
      throw error
    }
  }

  #prepare(text: string): StatementSync {
    let prepared = this.#prepared.get(text)
    if (prepared === undefined) {
      prepared = { statement: this.#database.prepare(text), reads: /^\s*select\b/i.test(text) }
      this.#prepared.set(text, prepared)
    }
    if (!prepared.reads) this.writes += 1
    return prepared.statement
  }
}

function changed(statement: StatementSync, params: readonly SqlValue[]): number {
  try {
    return Number(statement.run(...params).changes)
  } catch (error) {
    throw translated(error)
  }
}

const uniqueRefusals = [1555, 2067] // extended result codes of primary keys and of unique indexes

function translated(error: unknown): unknown {
  return uniqueRefusals.includes(sqliteCode(error) ?? 0)
    ? new ConflictError('A row with the same key is there already.', { cause: error })
    : error
}

/** SQLite's extended result code of an error, if it is one of SQLite's. */
export function sqliteCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error)) return undefined
  return typeof error.errcode === 'number' ? error.errcode : undefined
}
