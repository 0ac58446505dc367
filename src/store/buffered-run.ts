import type { Hold, KeyLocks } from './key-locks.ts'
import type { Row, Sql, SqlValue } from './sql.ts'
import { keysOf, type Lookup, type Statement, type Write } from './statement.ts'

/** A write that waits for the commit of its transaction. */
export interface BufferedWrite {
  readonly statement: Write
  readonly params: readonly SqlValue[]
  /** The row that it names. */
  readonly key: string
}

/**
 * Why a run came to nothing: it met another transaction at a key, or it does what only a transaction of its own
 * on the server can do.
 */
export type Left = { readonly metAt: string } | 'alone'

/** Ends the work of a run that came to nothing. */
class RunLeft extends Error {
  override readonly name = 'RunLeft'
}

/** What every write answers: it takes it that the row is there, and that is settled already. */
const oneRow = Promise.resolve(1)

/** Keeps runs out of each other's way. */
export type RunLocks = Pick<KeyLocks, 'read' | 'write' | 'release'>

interface RunOptions {
  readonly locks: RunLocks
  /** Where it reads what others have committed. */
  readonly reads: Sql
  /** Where the engine keeps values in a form of its own. */
  readonly storable?: (value: SqlValue) => SqlValue
  /** Keys that are locked for it already. */
  readonly claimed: Iterable<string>
}

/**
 * One run of a transaction that has not touched the server yet: reads what is committed, keeps its writes, and
 * takes it that each will find what it expects. The commit checks that. Rows read and written stay locked against
 * other such runs until `release`.
 */
export class BufferedRun implements Sql {
  readonly #options: RunOptions
  readonly #held = new Map<string, Hold>()
  readonly writes: BufferedWrite[] = []
  left: Left | undefined
  #over = false

  constructor(options: RunOptions) {
    this.#options = options
    for (const key of options.claimed) this.#held.set(key, 'claimed')
  }

  /** Whether a caller was told of a write what only the commit can show. */
  get presumes(): boolean {
    return this.writes.some(({ statement }) => statement.counted)
  }

  async all(statement: Statement | string, given: readonly SqlValue[]): Promise<readonly Row[]> {
    const params = this.#stored(given)
    const lookup = this.#lookupOf(statement, params)
    const found = await this.#options.reads.all(lookup, params)
    return statement === lookup || found.length === 0 ? found : this.#leave('alone')
  }

  get(statement: Statement | string, given: readonly SqlValue[]): Promise<Row | undefined> {
    if (typeof statement !== 'string' && statement.kind === 'lookup') {
      try {
        const params = this.#stored(given)
        return this.#options.reads.get(this.#lookupOf(statement, params), params)
      } catch (error) {
        return Promise.reject(error)
      }
    }
    return this.all(statement, given).then(([first]) => first)
  }

  run(statement: Statement | string, given: readonly SqlValue[]): Promise<number> {
    try {
      this.#checkOpen()
      if (
        typeof statement === 'string' ||
        statement.kind === 'lookup' ||
        statement.kind === 'take'
      ) {
        return this.#leave('alone')
      }
      this.#write(statement, this.#stored(given))
      return oneRow
    } catch (error) {
      return Promise.reject(error)
    }
  }

  /** Takes no more statements. */
  close(): void {
    this.#over = true
  }

  /** Lets others at the keys. */
  release(): void {
    for (const [key, hold] of this.#held) this.#options.locks.release(key, hold)
    this.#held.clear()
  }

  /** What is to be read for a statement, with its keys locked. */
  #lookupOf(statement: Statement | string, params: readonly SqlValue[]): Lookup {
    this.#checkOpen()
    if (typeof statement === 'string') return this.#leave('alone')
    if (statement.kind === 'lookup') {
      for (const key of keysOf(statement, params)) this.#read(key)
      return statement
    }
    if (statement.kind !== 'take') return this.#leave('alone')
    this.#write(statement, params)
    // As good as always there is nothing to take. Should that change until the commit, that fails.
    return statement.lookup
  }

  #stored(given: readonly SqlValue[]): readonly SqlValue[] {
    const { storable } = this.#options
    return storable === undefined ? given : given.map(storable)
  }

  #read(key: string): void {
    const hold = this.#held.get(key)
    if (hold === 'written') this.#leave('alone') // its own write is not where it could be read
    if (hold !== undefined) return
    if (!this.#options.locks.read(key)) this.#leave({ metAt: key })
    this.#held.set(key, 'read')
  }

  #write(statement: Write, params: readonly SqlValue[]): void {
    const keys = keysOf(statement, params)
    const [row] = keys
    // A row is written once, so that the order of the statements in a commit is free.
    if (row === undefined || this.#held.get(row) === 'written') this.#leave('alone')
    for (const key of keys) this.#lockWritten(key)
    this.writes.push({ statement, params, key: row })
  }

  #lockWritten(key: string): void {
    const hold = this.#held.get(key)
    if (hold === undefined || hold === 'read') {
      if (!this.#options.locks.write(key, hold === 'read')) this.#leave({ metAt: key })
    }
    this.#held.set(key, 'written')
  }

  #leave(left: Left): never {
    this.left = left
    throw new RunLeft('The transaction is run again.')
  }

  #checkOpen(): void {
    if (this.#over) throw new Error('This transaction is over: await all its work.')
    if (this.left !== undefined) throw new RunLeft('The transaction is run again.')
  }
}
