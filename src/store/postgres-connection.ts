import { createHash } from 'node:crypto'
import { type ClientBase, DatabaseError, type QueryResult, types } from 'pg'
import { AppError } from '../errors.ts'
import { type Row, type Sql, type SqlValue, textOf } from './sql.ts'
import type { Statement } from './statement.ts'
import { ConflictError } from './store.ts'

/** A statement's text in the engine's form, and a name for it. */
export interface Prepared {
  /** What the server keeps the prepared statement under. */
  readonly name: string
  readonly text: string
}

const prepared = new Map<string, Prepared>()

/** Whatever can run a query: a connection, or a pool that picks one. */
export type Queryable = Pick<ClientBase, 'query'>

/** Reads `bigint` columns as numbers; the engine would give them as texts. */
export const numberTypes = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    oid === types.builtins.INT8 ? Number : types.getTypeParser(oid, format),
}

/** Statements on PostgreSQL, prepared once per connection and text. */
export class PostgresConnection implements Sql {
  readonly #client: Queryable

  constructor(client: Queryable) {
    this.#client = client
  }

  async all(statement: Statement | string, params: readonly SqlValue[]): Promise<readonly Row[]> {
    return (await this.query(textOf(statement), params.map(storable))).rows
  }

  async get(statement: Statement | string, params: readonly SqlValue[]): Promise<Row | undefined> {
    return (await this.query(textOf(statement), params.map(storable))).rows[0]
  }

  async run(statement: Statement | string, params: readonly SqlValue[]): Promise<number> {
    return (await this.query(textOf(statement), params.map(storable))).rowCount ?? 0
  }

  /** Runs a statement whose parameters are in a form that the driver takes. */
  async query(text: string, values: readonly (SqlValue | Buffer)[]): Promise<QueryResult<Row>> {
    try {
      return await this.#client.query<Row>({ ...preparedOf(text), values: [...values] })
    } catch (error) {
      throw translated(error)
    }
  }
}

/** Writes `$1`, `$2` and so on for `?`; no statement of ours has a question mark in a literal. */
export function preparedOf(text: string): Prepared {
  const known = prepared.get(text)
  if (known !== undefined) return known
  let count = 0
  const made = {
    name: createHash('sha256').update(text).digest('base64url').slice(0, 22),
    text: text.replace(/\?/g, () => {
      count += 1
      return `$${count}`
    }),
  }
  prepared.set(text, made)
  return made
}

/**
 * The value as the engine keeps it. PostgreSQL has neither NUL nor half characters in texts; what a sender
 * slipped in must not make his message unsavable.
 */
export function storable(value: SqlValue): SqlValue {
  if (typeof value !== 'string') return value
  const whole = value.isWellFormed() ? value : value.toWellFormed()
  return whole.includes('\0') ? whole.replaceAll('\0', '\ufffd') : whole
}

/** Lost races: serialization, deadlock, a unique index, a table made by two at once. */
const conflicts = ['40001', '40P01', '23505', '42P07', '42710']

/** Classes of failures that pass: connection, resources, operator's doing, and a server that only reads. */
const passing = /^(08|53|57|58|25006)/

/** What an error of the driver means to callers. */
export function translated(error: unknown): unknown {
  if (!(error instanceof DatabaseError)) return unavailable(error)
  const code = error.code ?? ''
  if (conflicts.includes(code)) {
    return new ConflictError('Another transaction was first.', { cause: error })
  }
  return passing.test(code) ? unavailable(error) : error
}

function unavailable(cause: unknown): AppError {
  return new AppError('service.unavailable', 'The database cannot be reached. Try again later.', {
    cause,
  })
}
