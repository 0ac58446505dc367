import { createHash } from 'node:crypto'
import { type ClientBase, DatabaseError, type QueryResult, types } from 'pg'
import { AppError } from '../errors.ts'
import type { Row, Sql, SqlValue } from './sql.ts'
import { ConflictError } from './store.ts'

interface Statement {
  /** What the server keeps the prepared statement under. */
  readonly name: string
  readonly text: string
}

const statements = new Map<string, Statement>()

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

  async all(text: string, params: readonly SqlValue[]): Promise<readonly Row[]> {
    return (await this.#query(text, params)).rows
  }

  async get(text: string, params: readonly SqlValue[]): Promise<Row | undefined> {
    return (await this.#query(text, params)).rows[0]
  }

  async run(text: string, params: readonly SqlValue[]): Promise<number> {
    return (await this.#query(text, params)).rowCount ?? 0
  }

  async #query(text: string, params: readonly SqlValue[]): Promise<QueryResult<Row>> {
    const statement = statementOf(text)
    try {
      return await this.#client.query<Row>({ ...statement, values: params.map(storable) })
    } catch (error) {
      throw translated(error)
    }
  }
}

/** Rewrites `?` to `$1`, `$2` and so on; no statement of ours has a question mark in a literal. */
function statementOf(text: string): Statement {
  const known = statements.get(text)
  if (known !== undefined) return known
  let count = 0
  const made = {
    name: createHash('sha256').update(text).digest('base64url').slice(0, 22),
    text: text.replace(/\?/g, () => {
      count += 1
      return `$${count}`
    }),
  }
  statements.set(text, made)
  return made
}

/** PostgreSQL has no NUL in texts; what a sender slipped in must not make his message unsavable. */
function storable(value: SqlValue): SqlValue {
  return typeof value === 'string' && value.includes('\0')
    ? value.replaceAll('\0', '\ufffd')
    : value
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
