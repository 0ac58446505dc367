import { compareDecimals, decimalText, decimalToInt32 } from '../json/decimal.ts'
import { isObject } from '../json/value.ts'
import { PathEvaluationError, PathSyntaxError } from './errors.ts'
import type { Operator, ValueNode } from './filter-nodes.ts'
import { equalNodes, equalSides, jsonOfNode, nodesOfItems } from './node-values.ts'
import type { Reading } from './reading.ts'

/** Both sides of a comparison, paths already read. */
export interface Comparison {
  readonly left: ValueNode
  readonly operator: Operator
  readonly right: ValueNode
  readonly reading: Reading
}

/**
 * Decides one comparison of a filter. Throws PathSyntaxError where a side has the wrong kind for the operator
 * (the filter then does not match), PathEvaluationError where Jayway fails altogether.
 */
export function compare(comparison: Comparison): boolean {
  const { left, operator, right } = comparison
  switch (operator) {
    case '==':
      return equalSides(left, right)
    case '!=':
      return !equalSides(left, right)
    case '===':
      return sameType(left, right) && equalSides(left, right)
    case '!==':
      return !(sameType(left, right) && equalSides(left, right))
    case '<':
    case '<=':
    case '>':
    case '>=':
      return inOrder(comparison)
    case '=~':
      return matchesPattern(comparison)
    case 'IN':
      return contains(requiredItems(right, comparison), left)
    case 'NIN':
      return !contains(requiredItems(right, comparison), left)
    case 'CONTAINS':
      return containsText(left, right) ?? contains(itemsOf(left, comparison), right)
    case 'SUBSETOF':
    case 'ANYOF':
    case 'NONEOF':
      return compareSets(comparison)
    case 'SIZE':
      return hasSize(left, right)
    case 'EMPTY':
      return emptiness(left) === undefined ? false : emptiness(left) === requiredBoolean(right)
    case 'EXISTS':
      return exists(left, right)
    case 'TYPE':
      throw new PathSyntaxError('Expected class node')
    case 'MATCHES':
      throw new PathSyntaxError('Expected predicate node')
    case 'ALL':
      throw new PathSyntaxError('Expected value list node')
  }
}

function sameType(left: ValueNode, right: ValueNode): boolean {
  return typeName(left) === typeName(right)
}

function typeName({ kind }: ValueNode): string {
  return kind === 'jsonText' ? 'json' : kind
}

/** Only numbers with numbers and strings with strings have an order; all else does not match. */
function inOrder({ left, operator, right }: Comparison): boolean {
  if (left.kind === 'number' && right.kind === 'number') {
    return fits(operator, compareDecimals(left.number, right.number))
  }
  if (left.kind !== 'string' || right.kind !== 'string') return false
  const order = left.text < right.text ? -1 : 1
  return fits(operator, left.text === right.text ? 0 : order)
}

function fits(operator: Operator, order: number): boolean {
  if (order === 0) return operator === '<=' || operator === '>='
  return operator.startsWith(order < 0 ? '<' : '>')
}

function matchesPattern({ left, right, reading }: Comparison): boolean {
  const pattern = left.kind === 'pattern' ? left : right
  const subject = left.kind === 'pattern' ? right : left
  if (pattern.kind !== 'pattern' || subject.kind === 'pattern') return false
  const json = jsonOfNode(subject)
  const isList = json !== undefined && reading.isList(json)
  const nodes = isList ? nodesOfItems(json, reading) : [subject]
  const step = () => reading.budget.regexStep()
  return nodes.some((node) => pattern.regex.matches(textOf(node), step))
}

/** What a pattern sees: a missing value, null, lists and objects count as the empty text. */
function textOf(node: ValueNode): string {
  if (node.kind === 'string') return node.text
  if (node.kind === 'number') return decimalText(node.number)
  return node.kind === 'boolean' ? String(node.value) : ''
}

function containsText(left: ValueNode, right: ValueNode): boolean | undefined {
  if (left.kind !== 'string' || right.kind !== 'string') return undefined
  return left.text.includes(right.text)
}

function contains(items: readonly ValueNode[] | undefined, wanted: ValueNode): boolean {
  return items?.some((item) => equalNodes(wanted, item)) ?? false
}

/** Both sides must be JSON; a side that is an object instead of a list does not match. */
function compareSets(comparison: Comparison): boolean {
  const right = requiredItems(comparison.right, comparison)
  if (right === undefined) return false
  const left = requiredItems(comparison.left, comparison)
  if (left === undefined) return false
  comparison.reading.budget.step(left.length * Math.ceil(right.length / 8))
  const isCommon = (node: ValueNode) => right.some((other) => equalNodes(node, other))
  if (comparison.operator === 'SUBSETOF') return left.every(isCommon)
  return left.some(isCommon) === (comparison.operator === 'ANYOF')
}

function itemsOf(node: ValueNode, { reading }: Comparison): ValueNode[] | undefined {
  const json = jsonOfNode(node)
  if (json === undefined || !reading.isList(json)) return undefined
  return nodesOfItems(json, reading)
}

function requiredItems(node: ValueNode, comparison: Comparison): ValueNode[] | undefined {
  if (node.kind === 'json' || node.kind === 'jsonText') return itemsOf(node, comparison)
  throw new PathSyntaxError('Expected value list node')
}

function requiredBoolean(node: ValueNode): boolean {
  if (node.kind === 'boolean') return node.value
  throw new PathSyntaxError('Expected boolean node')
}

/** An object has the size -1. */
function hasSize(left: ValueNode, right: ValueNode): boolean {
  if (right.kind !== 'number') return false
  const size = decimalToInt32(right.number)
  if (left.kind === 'string') return left.text.length === size
  const json = jsonOfNode(left)
  return json !== undefined && (Array.isArray(json) ? json.length : -1) === size
}

/** Jayway trips over objects here. */
function emptiness(node: ValueNode): boolean | undefined {
  if (node.kind === 'string') return node.text === ''
  const json = jsonOfNode(node)
  if (json === undefined) return undefined
  if (isObject(json)) {
    throw new PathEvaluationError('ClassCastException', "'empty' cannot be asked of an object.")
  }
  return Array.isArray(json) && json.length === 0
}

function exists(left: ValueNode, right: ValueNode): boolean {
  if (left.kind !== 'boolean' && right.kind !== 'boolean') {
    throw new PathEvaluationError('JsonPathException', 'Failed to evaluate exists expression')
  }
  return requiredBoolean(left) === requiredBoolean(right)
}
