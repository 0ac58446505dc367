import type { Row, Sql, SqlValue } from './sql.ts'
import { type KeyPlace, keyAt, type Lookup, type Statement, type Write } from './statement.ts'

/** A write that waits for the commit of its transaction. */
export interface BufferedWrite {
  readonly statement: Write
  readonly params: readonly SqlValue[]
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

/** How a run got a key; `written`: it has written there before, `met`: another one is in its way. */
export type Got = 'free' | 'written' | 'met'

/** The keys that one run reads and writes, out of the way of others. */
export interface RunKeys {
  read(place: KeyPlace, params: readonly SqlValue[]): Got
  write(place: KeyPlace, params: readonly SqlValue[]): Got
  /** Lets others at the keys. */
  release(): void
}

interface RunOptions {
  readonly keys: RunKeys
  /** Where it reads what others have committed. */
  readonly reads: Sql
  /** Where the engine keeps values in a form of its own. */
  readonly storable?: (value: SqlValue) => SqlValue
}

/**
 * One run of a transaction that has not touched the server yet: reads what is committed, keeps its writes, and
 * takes it that each will find what it expects. The commit checks that. Rows read and written stay locked against
 * other such runs until `release`.
 */
export class BufferedRun implements Sql {
  readonly #options: RunOptions
  readonly writes: BufferedWrite[] = []
  left: Left | undefined
  #over = false

  constructor(options: RunOptions) {
    this.#options = options
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
    this.#options.keys.release()
  }

  /** What is to be read for a statement, with its keys locked. */
  #lookupOf(statement: Statement | string, params: readonly SqlValue[]): Lookup {
    this.#checkOpen()
    if (typeof statement === 'string') return this.#leave('alone')
    if (statement.kind === 'lookup') {
      for (const place of statement.keysAt) this.#read(place, params)
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

  #read(place: KeyPlace, params: readonly SqlValue[]): void {
    const got = this.#options.keys.read(place, params)
    if (got === 'written') this.#leave('alone') // its own write is not where it could be read
    if (got === 'met') this.#leave({ metAt: keyAt(place, params) })
  }

  #write(statement: Write, params: readonly SqlValue[]): void {
    const { keysAt } = statement
    if (keysAt.length === 0) this.#leave('alone')
    for (let index = 0; index < keysAt.length; index += 1) {
      const place = keysAt[index]
      if (place === undefined) continue
      const got = this.#options.keys.write(place, params)
      if (got === 'met') this.#leave({ metAt: keyAt(place, params) })
      // A row is written once, so that the order of the statements in a commit is free.
      if (got === 'written' && index === 0) this.#leave('alone')
    }
    this.writes.push({ statement, params })
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
