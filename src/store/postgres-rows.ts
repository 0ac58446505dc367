import type { BatchStatement } from './postgres-batch.ts'
import type { SqlValue } from './sql.ts'
import type { Statement, Table } from './statement.ts'

const textOid = 25
const bigintOid = 20

/** What a statement is given for one row. */
interface Given {
  readonly params: readonly SqlValue[]
}

/** A statement in the form that does many rows at once. */
interface Many {
  readonly text: string
  /** The types of its parameters, one array each. */
  readonly types: readonly ('bigint' | 'text')[]
  /** Whether the number of rows that it is to touch follows them. */
  readonly isChecked: boolean
}

const known = new WeakMap<Statement, Many>()

/**
 * A statement for the parameters of many rows, one array per column. One that does not touch the rows that it is to
 * touch fails, by a division by zero or at a unique index: so the commit can follow without a look at the result.
 */
export function manyRows(statement: Statement, rows: readonly Given[]): BatchStatement {
  let many = known.get(statement)
  if (many === undefined) {
    many = manyOf(statement)
    known.set(statement, many)
  }
  const values: (Buffer | number)[] = many.types.map((type, index) =>
    type === 'bigint' ? bigintArray(rows, index) : textArray(rows, index),
  )
  if (many.isChecked) values.push(statement.kind === 'take' ? 0 : rows.length)
  return { text: many.text, values }
}

function manyOf(statement: Statement): Many {
  const columns = columnsOf(statement)
  const types = columns.map((column) => typeOf(statement.table, column))
  const text = uncheckedText(statement)
  // A row that is there already fails the commit at its index: that costs less than to look before each.
  const isChecked = statement.counted && statement.kind !== 'insert'
  if (!isChecked) return { text, types, isChecked }
  const checked = `with touched as (${text} returning 1)
    select 1 / (case count(*) when $${columns.length + 1}::bigint then 1 else 0 end) as checked from touched`
  return { text: checked, types, isChecked }
}

function uncheckedText(statement: Statement): string {
  const { table } = statement
  switch (statement.kind) {
    case 'lookup': {
      const where = statement.by.map((column) => `${column} = w.${column}_w`).join(' and ')
      // A subquery per key, so that no plan reads the whole table however many keys there are.
      return `select w.asker, t.* from ${given(table, statement.by, 'asker')}
        cross join lateral (select ${statement.columns} from ${table.name}
          where ${where} ${statement.rest}) t`
    }
    case 'insert': {
      const { counted, onConflict } = statement
      const isRefused = counted && onConflict === 'on conflict do nothing'
      return `insert into ${table.name} (${statement.columns.join(', ')})
        select * from ${given(table, statement.columns)} ${isRefused ? '' : onConflict}`
    }
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

const headerBytes = 20

/** A column of texts as an array in the engine's binary form: nothing to quote, nothing to parse. */
export function textArray(rows: readonly Given[], column: number): Buffer {
  let bytes = headerBytes
  for (const { params } of rows) bytes += 4 + Buffer.byteLength(String(params[column] ?? ''))
  const buffer = Buffer.allocUnsafe(bytes)
  let at = headerBytes
  let hasNull = false
  for (const { params } of rows) {
    const value = params[column] ?? null
    if (value === null) {
      hasNull = true
      at = buffer.writeInt32BE(-1, at)
      continue
    }
    const written = buffer.write(String(value), at + 4)
    buffer.writeInt32BE(written, at)
    at += 4 + written
  }
  writeHeader(buffer, { oid: textOid, count: rows.length, hasNull })
  return buffer
}

/** A column of whole numbers as an array in the engine's binary form. */
export function bigintArray(rows: readonly Given[], column: number): Buffer {
  const buffer = Buffer.allocUnsafe(headerBytes + rows.length * 12)
  let at = headerBytes
  let hasNull = false
  for (const { params } of rows) {
    const value = params[column] ?? null
    if (value === null) {
      hasNull = true
      at = buffer.writeInt32BE(-1, at)
      continue
    }
    const whole = Number(value)
    at = buffer.writeInt32BE(8, at)
    at = buffer.writeInt32BE(Math.floor(whole / 2 ** 32), at)
    at = buffer.writeUInt32BE(whole >>> 0, at)
  }
  writeHeader(buffer, { oid: bigintOid, count: rows.length, hasNull })
  return buffer.subarray(0, at)
}

/** One dimension, whether there are nulls, the type of the elements, how many, counted from 1. */
function writeHeader(
  buffer: Buffer,
  {
    oid,
    count,
    hasNull,
  }: { readonly oid: number; readonly count: number; readonly hasNull: boolean },
): void {
  buffer.writeInt32BE(1, 0)
  buffer.writeInt32BE(hasNull ? 1 : 0, 4)
  buffer.writeInt32BE(oid, 8)
  buffer.writeInt32BE(count, 12)
  buffer.writeInt32BE(1, 16)
}
