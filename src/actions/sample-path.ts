import { decimalText } from './json/decimal.ts'
import { JsonNumber, numberOfLiteral } from './json/number.ts'
import { fromPlain } from './json/plain.ts'
import { JsonSyntaxError, parseJson } from './json/read.ts'
import {
  cloneJson,
  type JsonArray,
  type JsonObject,
  type JsonValue,
  javaEquals,
} from './json/value.ts'
import { Budget, defaultPathLimits } from './jsonpath/budget.ts'
import type { Expression, ValueNode } from './jsonpath/filter-nodes.ts'
import type { Regex } from './jsonpath/regex.ts'
import type { Token } from './jsonpath/tokens.ts'

/** Lists grow no longer than this: a path may ask for item two billion. */
const itemsMax = 1_000

/**
 * Adds to a document what a path needs to lead to a value, and keeps what other paths have put there. The
 * leaf is set only where nothing is yet; lists get one item, filters an item that they let through.
 */
export function grow(
  current: JsonValue | undefined,
  tokens: readonly Token[],
  leaf: JsonValue,
): JsonValue {
  const [token, ...rest] = tokens
  if (token === undefined) return current ?? leaf
  switch (token.kind) {
    case 'property': {
      const members = objectOf(current)
      for (const name of token.names) members.set(name, grow(members.get(name), rest, leaf))
      return members
    }
    case 'index':
      return growItem(listOf(current), token.indexes[0] ?? 0, { rest, leaf })
    case 'slice':
      return growItem(listOf(current), Math.max(token.from ?? 0, 0), { rest, leaf })
    case 'wildcard':
      return growItem(listOf(current), 0, { rest, leaf })
    case 'scan':
      if (!Array.isArray(current)) return grow(current, rest, leaf)
      current[0] = grow(current[0], rest, leaf)
      return current
    case 'filter':
      return growFiltered(listOf(current), token.expression, { rest, leaf })
    case 'function':
      return growMeasured(current, token.name, leaf)
  }
}

/** What remains of a path below one of its steps. */
interface Remainder {
  readonly rest: readonly Token[]
  readonly leaf: JsonValue
}

/** Grows one item; a negative position counts from the end. */
function growItem(items: JsonArray, wanted: number, { rest, leaf }: Remainder): JsonValue {
  const index = wanted < 0 ? Math.max(items.length + wanted, 0) : wanted
  if (index > itemsMax) return items
  while (items.length < index) items.push(new Map())
  items[index] = grow(items[index], rest, leaf)
  return items
}

function objectOf(value: JsonValue | undefined): JsonObject {
  return value instanceof Map ? value : new Map()
}

function listOf(value: JsonValue | undefined): JsonArray {
  return Array.isArray(value) ? value : []
}

/** What a function of a path is asked of: numbers, or anything that has a size. */
function growMeasured(current: JsonValue | undefined, name: string, leaf: JsonValue): JsonValue {
  if (current !== undefined) return current
  if (name === 'keys') return new Map([['sample', leaf]])
  const isOfNumbers = ['min', 'max', 'avg', 'sum', 'stddev'].includes(name)
  return [isOfNumbers && !(leaf instanceof JsonNumber) ? fromPlain(7) : leaf]
}

function growFiltered(
  items: JsonArray,
  condition: Expression,
  { rest, leaf }: Remainder,
): JsonValue {
  const [next, ...others] = rest
  if (next?.kind === 'filter') {
    // a filter behind a filter looks at the same item again
    const both: Expression = { kind: 'and', operands: [condition, next.expression] }
    return growFiltered(items, both, { rest: others, leaf })
  }
  for (const [index, item] of items.entries()) {
    const fitting = satisfy(cloneJson(item), condition)
    if (fitting === undefined || isInTheWay(fitting, rest)) continue
    items[index] = grow(fitting, rest, leaf)
    return items
  }
  items.push(grow(satisfy(new Map(), condition) ?? new Map(), rest, leaf))
  return items
}

/** Whether a value has something else where a path wants an object or a list, which growing would replace. */
function isInTheWay(value: JsonValue | undefined, [token, ...rest]: readonly Token[]): boolean {
  if (token === undefined || value === undefined) return false
  if (token.kind === 'property') {
    return !(value instanceof Map) || isInTheWay(value.get(token.names[0] ?? ''), rest)
  }
  if (token.kind === 'index') {
    return !Array.isArray(value) || isInTheWay(value[token.indexes[0] ?? 0], rest)
  }
  return token.kind === 'filter' || token.kind === 'slice' ? !Array.isArray(value) : false
}

/** The value with what a condition asks for; undefined where it cannot have it besides what it has. */
function satisfy(value: JsonValue, condition: Expression): JsonValue | undefined {
  if (condition.kind === 'and') {
    let fitting: JsonValue | undefined = value
    for (const operand of condition.operands) {
      if (fitting !== undefined) fitting = satisfy(fitting, operand)
    }
    return fitting
  }
  if (condition.kind === 'or') {
    for (const operand of condition.operands) {
      const fitting = satisfy(cloneJson(value), operand)
      if (fitting !== undefined) return fitting
    }
    return undefined
  }
  if (condition.kind !== 'compare') return value // `!@.x`: what is not there yet is left out
  const { left, operator, right } = condition
  const path = left.kind === 'path' ? left : right
  const pattern = left.kind === 'pattern' ? left : right
  const operand = literalOf(left.kind === 'path' ? right : left)
  if (path.kind !== 'path') return value
  const compared =
    pattern.kind === 'pattern' ? textFor(pattern.regex) : wantedFor(operator, operand)
  const wanted = path.check === 'exists' ? undefined : compared
  return put(value, path.path.tokens, { operator, wanted, operand })
}

function put(
  value: JsonValue,
  tokens: readonly Token[],
  {
    operator,
    wanted,
    operand,
  }: {
    readonly operator: string
    readonly wanted: JsonValue | undefined
    readonly operand: JsonValue | undefined
  },
): JsonValue | undefined {
  const before = tokens.length === 0 ? undefined : peek(value, tokens)
  if (before !== undefined && wanted !== undefined) {
    const isSame = operand !== undefined && javaEquals(before, operand)
    const isExcluded = operator.startsWith('!=')
    if (isExcluded) return isSame ? undefined : value
    if (operator.startsWith('==') && !isSame) return undefined
  }
  if (tokens.length === 0) return wanted ?? value
  return grow(value, tokens, wanted ?? 'sample')
}

/** A text that simple patterns let through: literals, classes, the first of alternatives. */
function textFor(regex: Regex): string {
  const text = regex.source
    .replace(/\(\?[a-z]+\)/g, '')
    .replace(/\|[^)]*/g, '')
    .replace(/\\d/g, '7')
    .replace(/\\w/g, 'a')
    .replace(/\\s/g, ' ')
    .replace(/\[\^?\\?(.)[^\]]*\]/g, '$1')
    .replace(/\.[*?]/g, '')
    .replace(/\\(.)|[\^$()]|[*+?]|\{\d+(?:,\d*)?\}/g, '$1')
  const budget = new Budget(defaultPathLimits)
  return regex.matches(text, () => budget.regexStep()) ? text : 'sample'
}

/** What stands where a simple path leads. */
function peek(value: JsonValue, tokens: readonly Token[]): JsonValue | undefined {
  let found: JsonValue | undefined = value
  for (const token of tokens) {
    if (token.kind === 'property' && found instanceof Map) found = found.get(token.names[0] ?? '')
    else if (token.kind === 'index' && Array.isArray(found)) found = found.at(token.indexes[0] ?? 0)
    else return undefined
  }
  return found
}

/** A value that a comparison with a literal lets through. */
function wantedFor(operator: string, operand: JsonValue | undefined): JsonValue {
  if (operand === undefined) return 'sample'
  const near = operand instanceof JsonNumber ? operand.toDouble() : undefined
  switch (operator) {
    case '==':
    case '===':
    case '>=':
    case '<=':
      return operand
    case '!=':
    case '!==':
      return near === undefined ? `not-${String(operand)}` : fromPlain(near + 1)
    case '>':
      return fromPlain((near ?? 0) + 1)
    case '<':
      return fromPlain((near ?? 0) - 1)
    case 'IN':
    case 'ANYOF':
    case 'SUBSETOF':
      return Array.isArray(operand) ? (operand[0] ?? 'sample') : operand
    case 'CONTAINS':
      return [operand]
    case 'NIN':
      return 'sample'
    case 'ALL':
    case 'NONEOF':
      return Array.isArray(operand) && operator === 'ALL' ? operand : []
    case 'SIZE':
      return Array.from({ length: Math.min(near ?? 1, itemsMax) }, () => 'sample')
    case 'EMPTY':
      return operand === true ? [] : 'sample'
    default:
      return 'sample'
  }
}

function literalOf(node: ValueNode): JsonValue | undefined {
  switch (node.kind) {
    case 'string':
      return node.text
    case 'number':
      return numberOfLiteral(decimalText(node.number))
    case 'boolean':
      return node.value
    case 'null':
      return null
    case 'json':
      return node.value
    case 'jsonText':
      return readLiteral(node.text)
    default:
      return undefined
  }
}

function readLiteral(text: string): JsonValue | undefined {
  try {
    return parseJson(text.replaceAll("'", '"'))
  } catch (error) {
    if (error instanceof JsonSyntaxError) return undefined
    throw error
  }
}
