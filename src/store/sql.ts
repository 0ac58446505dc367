import type { Statement } from './statement.ts'

/** What a column can hold: `text` and `bigint` columns only, so numbers are whole. */
export type SqlValue = string | number | null

/** One row, by column name. */
export type Row = Readonly<Record<string, SqlValue>>

/**
 * How statements reach either engine: a declared statement, which an engine may put together with others, or a
 * text with `?` for its parameters. A unique index that refuses a row rejects with `ConflictError`.
 */
export interface Sql {
  all(statement: Statement | string, params: readonly SqlValue[]): Promise<readonly Row[]>
  /** The first row, if there is one. */
  get(statement: Statement | string, params: readonly SqlValue[]): Promise<Row | undefined>
  /** Runs a change; how many rows it touched. */
  run(statement: Statement | string, params: readonly SqlValue[]): Promise<number>
}

/** The text of a statement about one row. */
export function textOf(statement: Statement | string): string {
  return typeof statement === 'string' ? statement : statement.text
}

/** A column that is never null, as a text. */
export function text(row: Row, column: string): string {
  const value = row[column]
  if (typeof value !== 'string') throw new Error(`Column ${column} holds no text.`)
  return value
}

/** A column that is never null, as a number. */
export function number(row: Row, column: string): number {
  const value = row[column]
  if (typeof value !== 'number') throw new Error(`Column ${column} holds no number.`)
  return value
}

/** A text column that may be null. */
export function textOrUndefined(row: Row, column: string): string | undefined {
  return row[column] === null ? undefined : text(row, column)
}

/** The one place where JSON of our own making becomes a value again; the caller names what it wrote. */
export function fromJson<T>(json: string): T {
  return JSON.parse(json)
}

/** The JSON of a column, as the value that was written there. */
export function json<T>(row: Row, column: string): T {
  return fromJson<T>(text(row, column))
}

/** The values and placeholders of an `in (…)` list. */
export interface InList {
  readonly marks: string
  readonly values: readonly SqlValue[]
}

/**
 * Makes an `in (…)` list. The last value is repeated up to the next power of two, so that few distinct texts
 * occur and the caches of prepared statements stay small.
 */
export function inList(values: readonly SqlValue[]): InList {
  const last = values.at(-1)
  if (last === undefined) throw new Error('An empty list has no statement.')
  const size = 2 ** Math.ceil(Math.log2(values.length))
  const padded = [...values, ...Array<SqlValue>(size - values.length).fill(last)]
  return { marks: Array(size).fill('?').join(', '), values: padded }
}

/** The values in groups of at most `size`, because engines bound the parameters of a statement. */
export function chunks<T>(values: readonly T[], size: number): readonly (readonly T[])[] {
  const count = Math.ceil(values.length / size)
  return Array.from({ length: count }, (_, index) => values.slice(index * size, (index + 1) * size))
}
