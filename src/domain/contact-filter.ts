/** How predicates of a filter compare (vendor model `ContactListFilterPredicate`, member `operator`). */
export const filterOperators = [
  'EQUALS',
  'LESS_THAN',
  'LESS_THAN_EQUALS',
  'GREATER_THAN',
  'GREATER_THAN_EQUALS',
  'CONTAINS',
  'BEGINS_WITH',
  'ENDS_WITH',
  'BEFORE',
  'AFTER',
  'BETWEEN',
  'IN',
] as const

/** What a filter asks of one column. */
export interface FilterPredicate {
  readonly column: string
  readonly columnType: 'numeric' | 'alphabetic'
  readonly operator: (typeof filterOperators)[number]
  readonly value?: string
  /** Of BETWEEN the bounds, of IN the set. */
  readonly range?: {
    readonly min?: string
    readonly max?: string
    readonly minInclusive?: boolean
    readonly maxInclusive?: boolean
    readonly inSet?: readonly string[]
  }
  readonly inverted: boolean
}

/** Whether all (AND) or one (OR) of several must hold. */
export type FilterJoin = 'AND' | 'OR'

/** Predicates that belong together. */
export interface FilterClause {
  readonly filterType: FilterJoin
  readonly predicates: readonly FilterPredicate[]
}

/** Which contacts of a list are meant (vendor model `ContactListFilter`). */
export interface ContactFilter {
  readonly filterType: FilterJoin
  readonly clauses: readonly FilterClause[]
}

type Row = Readonly<Record<string, string>>

/** Whether a contact passes. A filter without clauses, or a clause without predicates, lets everything through. */
export function passesFilter({ filterType, clauses }: ContactFilter, row: Row): boolean {
  return joined(filterType, clauses, ({ filterType, predicates }) =>
    joined(filterType, predicates, (predicate) => holds(predicate, row) !== predicate.inverted),
  )
}

function joined<T>(join: FilterJoin, parts: readonly T[], isMet: (part: T) => boolean): boolean {
  return parts.length === 0 || (join === 'AND' ? parts.every(isMet) : parts.some(isMet))
}

function holds(predicate: FilterPredicate, row: Row): boolean {
  const { columnType, operator, value = '', range = {} } = predicate
  const own = (row[predicate.column] ?? '').trim()
  const order = columnType === 'numeric' ? byNumber : byText
  if (operator === 'CONTAINS') return plain(own).includes(plain(value))
  if (operator === 'BEGINS_WITH') return plain(own).startsWith(plain(value))
  if (operator === 'ENDS_WITH') return plain(own).endsWith(plain(value))
  if (operator === 'IN') return range.inSet?.some((one) => order(own, one) === 0) ?? false
  if (operator === 'BETWEEN') return isBetween(own, range, order)
  if (operator === 'BEFORE') return byTime(own, value) < 0
  if (operator === 'AFTER') return byTime(own, value) > 0
  const sign = order(own, value)
  if (operator === 'LESS_THAN') return sign < 0
  if (operator === 'LESS_THAN_EQUALS') return sign <= 0
  if (operator === 'GREATER_THAN') return sign > 0
  return operator === 'GREATER_THAN_EQUALS' ? sign >= 0 : sign === 0
}

/** Negative, zero or positive; not a number, which no comparison holds of, where one side has no value of the kind. */
type Order = (a: string, b: string) => number

function isBetween(own: string, range: NonNullable<FilterPredicate['range']>, order: Order) {
  const { min, max, minInclusive = true, maxInclusive = true } = range
  const low = min === undefined ? 1 : order(own, min)
  const high = max === undefined ? -1 : order(own, max)
  return (minInclusive ? low >= 0 : low > 0) && (maxInclusive ? high <= 0 : high < 0)
}

function byNumber(a: string, b: string): number {
  return numberIn(a) - numberIn(b)
}

function numberIn(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text)
}

function byTime(a: string, b: string): number {
  return Date.parse(a) - Date.parse(b)
}

function byText(a: string, b: string): number {
  const [left, right] = [plain(a), plain(b)]
  return left < right ? -1 : left > right ? 1 : 0
}

function plain(text: string): string {
  return text.trim().toLowerCase()
}
