import type { SqlValue } from './sql.ts'

/** A table as far as statements about single rows need to know it. */
export interface Table {
  readonly name: string
  /** Columns that hold numbers; the others hold texts. */
  readonly numbers: readonly string[]
  /**
   * What its rows are found by, beside the organization; the first is the primary key. Two transactions that
   * name the same value of one of them, one of them to write, are in each other's way. A row keeps its values
   * of these columns for life. Empty where nothing but reading is done by these statements.
   */
  readonly keys: readonly (readonly string[])[]
}

/** Reads the rows of one key. */
export interface Lookup extends About {
  readonly kind: 'lookup'
  readonly columns: string
  readonly by: readonly string[]
  /** What follows the condition on the key. */
  readonly rest: string
}

/** Adds a row. */
export interface Insert extends About {
  readonly kind: 'insert'
  readonly columns: readonly string[]
  /** The `on conflict` clause; empty where a conflict is an error. */
  readonly onConflict: string
}

/** Changes the row of one key where it is as expected. */
export interface Update extends About {
  readonly kind: 'update'
  readonly set: readonly string[]
  readonly where: readonly Condition[]
}

/** Removes the rows of one key, and gives them. */
export interface Take extends About {
  readonly kind: 'take'
  readonly by: readonly string[]
  /** Finds out whether there is any. */
  readonly lookup: Lookup
}

/**
 * A statement about single rows, which an engine may put together with others of its kind. All that name rows
 * by `organization_id` and a key.
 */
export type Statement = Lookup | Insert | Update | Take
export type Write = Exclude<Statement, Lookup>

/** A column and how it compares with its parameter. */
export interface Condition {
  readonly column: string
  readonly operator: '=' | '<='
}

interface About {
  /** The statement for one row, parameters as `?`. */
  readonly text: string
  readonly table: Table
  /** Where in the parameters the values of each key are that the statement names, the row's own first. */
  readonly keysAt: readonly KeyPlace[]
  /** Whether the caller goes by the number of rows touched; then one is expected. */
  readonly counted: boolean
}

/** The positions of one key's values among the parameters. */
export interface KeyPlace {
  /** Tells keys of one table from another's. */
  readonly prefix: string
  /** The same as a small number, counted from 0. */
  readonly kind: number
  /** The organization's first. */
  readonly positions: readonly number[]
}

/** The prefixes of all keys that are declared; a key's kind is its place among them. */
const prefixes: string[] = []

const organization = 'organization_id'

/** Declares `select columns … where organization_id = ? and by = ? …`. */
export function lookup(
  table: Table,
  columns: string,
  { by, rest = '' }: { readonly by: readonly string[]; readonly rest?: string },
): Lookup {
  const named = [organization, ...by]
  const where = named.map((column) => `${column} = ?`).join(' and ')
  const keysAt = table.keys
    .map((key, index) => keyPlace(table, index, { key, named }))
    .filter((place) => place !== undefined)
  if (table.keys.length > 0 && keysAt.length !== 1) throw undeclared(table, by)
  return {
    kind: 'lookup',
    text: `select ${columns} from ${table.name} where ${where} ${rest}`,
    table,
    columns,
    by: named,
    rest,
    keysAt,
    counted: false,
  }
}

/** Declares `insert into table (columns) values (?, …)`; `columns` begin with `organization_id`. */
export function insert(
  table: Table,
  columns: readonly string[],
  {
    onConflict = '',
    counted = true,
  }: { readonly onConflict?: string; readonly counted?: boolean } = {},
): Insert {
  const marks = columns.map(() => '?').join(', ')
  return {
    kind: 'insert',
    text: `insert into ${table.name} (${columns.join(', ')}) values (${marks}) ${onConflict}`,
    table,
    columns,
    onConflict,
    keysAt: keyPlaces(table, columns),
    counted,
  }
}

/** Declares `update table set … where organization_id = ? and …`, with the parameters in that order. */
export function update(
  table: Table,
  set: readonly string[],
  conditions: readonly Condition[],
): Update {
  const where: readonly Condition[] = [{ column: organization, operator: '=' }, ...conditions]
  const assignments = set.map((column) => `${column} = ?`).join(', ')
  const condition = where.map(({ column, operator }) => `${column} ${operator} ?`).join(' and ')
  return {
    kind: 'update',
    text: `update ${table.name} set ${assignments} where ${condition}`,
    table,
    set,
    where,
    keysAt: keyPlaces(table, [...set, ...where.map(({ column }) => column)]),
    counted: true,
  }
}

/** Declares `delete from table where organization_id = ? and by = ? … returning columns`. */
export function take(table: Table, columns: string, by: readonly string[]): Take {
  const found = lookup(table, columns, { by, rest: 'limit 1' })
  const where = found.by.map((column) => `${column} = ?`).join(' and ')
  return {
    kind: 'take',
    text: `delete from ${table.name} where ${where} returning ${columns}`,
    table,
    by: found.by,
    lookup: found,
    keysAt: found.keysAt,
    counted: true,
  }
}

/** `column = ?`. */
export function equal(column: string): Condition {
  return { column, operator: '=' }
}

/** `column <= ?`. */
export function atMost(column: string): Condition {
  return { column, operator: '<=' }
}

/** A key that a statement names, as a text. */
export function keyAt({ prefix, positions }: KeyPlace, params: readonly SqlValue[]): string {
  let key = prefix
  for (const position of positions) key += `|${params[position]}`
  return key
}

/**
 * A key without its table and organization: most often the id that is at hand, where the whole key is a new text to put
 * together and to hash.
 */
export function shortKeyAt({ positions }: KeyPlace, params: readonly SqlValue[]): SqlValue {
  const first = params[positions[1] ?? -1] ?? null
  if (positions.length === 2) return first
  let key = `${first}`
  for (let index = 2; index < positions.length; index += 1)
    key += `|${params[positions[index] ?? -1]}`
  return key
}

/** Orders rows of one statement by the key that is theirs. */
export function orderByKey(
  [place]: readonly KeyPlace[],
  a: readonly SqlValue[],
  b: readonly SqlValue[],
): number {
  for (const position of place?.positions ?? []) {
    const [one, other] = [a[position] ?? '', b[position] ?? '']
    if (one !== other) return one < other ? -1 : 1
  }
  return 0
}

function keyPlaces(table: Table, named: readonly string[]): readonly KeyPlace[] {
  return table.keys.map((key, index) => {
    const place = keyPlace(table, index, { key, named })
    if (place === undefined) throw undeclared(table, named)
    return place
  })
}

function keyPlace(
  table: Table,
  index: number,
  { key, named }: { readonly key: readonly string[]; readonly named: readonly string[] },
): KeyPlace | undefined {
  const positions = [organization, ...key].map((column) => named.indexOf(column))
  if (positions.includes(-1)) return undefined
  const prefix = `${table.name}.${index}`
  const known = prefixes.indexOf(prefix)
  return { prefix, kind: known < 0 ? prefixes.push(prefix) - 1 : known, positions }
}

function undeclared(table: Table, named: readonly string[]): Error {
  return new Error(`${named.join(', ')} of ${table.name} do not fit the keys that it declares.`)
}
