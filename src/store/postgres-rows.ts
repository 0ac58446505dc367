import type { SqlValue } from './sql.ts'
import type { Statement, Table } from './statement.ts'

const textOid = 25
const bigintOid = 20

/**
 * The form of a statement that does many rows at once; its parameters are one array per column. A counted one
 * takes the number of rows that it is to touch after them, and fails by a division by zero when it touches
 * another: so the commit can follow without a look at the result.
 */
export function manyText(statement: Statement): string {
  const many = uncountedText(statement)
  if (!statement.counted) return many
  const expected = `$${columnsOf(statement).length + 1}::bigint`
  return `with touched as (${many} returning 1)
    select 1 / (case count(*) when ${expected} then 1 else 0 end) as checked from touched`
}

function uncountedText(statement: Statement): string {
  const { table } = statement
  switch (statement.kind) {
    case 'lookup': {
      const where = statement.by.map((column) => `${column} = w.${column}_w`).join(' and ')
      // A subquery per key, so that no plan reads the whole table however many keys there are.
      return `select w.asker, t.* from ${given(table, statement.by, 'asker')}
        cross join lateral (select ${statement.columns} from ${table.name}
          where ${where} ${statement.rest}) t`
    }
    case 'insert':
      return `insert into ${table.name} (${statement.columns.join(', ')})
        select * from ${given(table, statement.columns)} ${statement.onConflict || 'on conflict do nothing'}`
    case 'update': {
      const wheres = statement.where.map(({ column }) => column)
      const names = [...statement.set, ...wheres.map((column) => `${column}_if`)]
      const set = statement.set.map((column) => `${column} = w.${column}_w`).join(', ')
      const where = statement.where
        .map(({ column, operator }) => `t.${column} ${operator} w.${column}_if_w`)
        .join(' and ')
      return `update ${table.name} as t set ${set} from ${given(table, names)} where ${where}`
    }
    case 'take': {
      const where = statement.by.map((column) => `t.${column} = w.${column}_w`).join(' and ')
      return `delete from ${table.name} as t using ${given(table, statement.by)} where ${where}`
    }
  }
}

/** The arrays as a table `w`; columns get a `_w`, because the real ones have the same names. */
function given(table: Table, columns: readonly string[], ordinality?: string): string {
  const arrays = columns.map((column, index) => `$${index + 1}::${typeOf(table, column)}[]`)
  const names = columns.map((column) => `${column}_w`)
  return ordinality === undefined
    ? `unnest(${arrays.join(', ')}) as w(${names.join(', ')})`
    : `unnest(${arrays.join(', ')}) with ordinality as w(${names.join(', ')}, ${ordinality})`
}

function typeOf(table: Table, column: string): 'bigint' | 'text' {
  return table.numbers.includes(column.replace(/_if$/, '')) ? 'bigint' : 'text'
}

/** Columns of a statement's parameters, in their order. */
function columnsOf(statement: Statement): readonly string[] {
  switch (statement.kind) {
    case 'insert':
      return statement.columns
    case 'update':
      return [...statement.set, ...statement.where.map(({ column }) => column)]
    default:
      return statement.by
  }
}

/** The parameters of many rows as the arrays that `manyText` takes. */
export function manyParams(
  statement: Statement,
  rows: readonly (readonly SqlValue[])[],
): readonly Buffer[] {
  return columnsOf(statement).map((column, index) =>
    typeOf(statement.table, column) === 'bigint'
      ? bigintArray(rows.map((row) => row[index] ?? null))
      : textArray(rows.map((row) => row[index] ?? null)),
  )
}

const headerBytes = 20

/** An array of texts in the engine's binary form: nothing to quote, nothing to parse. */
export function textArray(values: readonly SqlValue[]): Buffer {
  let bytes = headerBytes
  for (const value of values) {
    bytes += 4 + (value === null ? 0 : Buffer.byteLength(String(value)))
  }
  const buffer = Buffer.allocUnsafe(bytes)
  let at = writeHeader(buffer, textOid, values)
  for (const value of values) {
    if (value === null) {
      at = buffer.writeInt32BE(-1, at)
      continue
    }
    const written = buffer.write(String(value), at + 4)
    buffer.writeInt32BE(written, at)
    at += 4 + written
  }
  return buffer
}

/** An array of whole numbers in the engine's binary form. */
export function bigintArray(values: readonly SqlValue[]): Buffer {
  const nulls = values.reduce<number>((count, value) => (value === null ? count + 1 : count), 0)
  const buffer = Buffer.allocUnsafe(headerBytes + values.length * 12 - nulls * 8)
  let at = writeHeader(buffer, bigintOid, values)
  for (const value of values) {
    if (value === null) {
      at = buffer.writeInt32BE(-1, at)
      continue
    }
    at = buffer.writeInt32BE(8, at)
    at = buffer.writeInt32BE(Math.floor(Number(value) / 2 ** 32), at)
    at = buffer.writeUInt32BE(Number(value) >>> 0, at)
  }
  return buffer
}

/** One dimension, whether there are nulls, the type of the elements, how many, counted from 1. */
function writeHeader(buffer: Buffer, oid: number, values: readonly SqlValue[]): number {
  buffer.writeInt32BE(1, 0)
  buffer.writeInt32BE(values.includes(null) ? 1 : 0, 4)
  buffer.writeInt32BE(oid, 8)
  buffer.writeInt32BE(values.length, 12)
  return buffer.writeInt32BE(1, 16)
}
