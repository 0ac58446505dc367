import { compareDecimals, decimalText, parseDecimal } from '../json/decimal.ts'
import { JsonNumber } from '../json/number.ts'
import { parsePermissiveJson } from '../json/read-permissive.ts'
import { type JsonArray, type JsonValue, javaEquals } from '../json/value.ts'
import { PathEvaluationError } from './errors.ts'
import type { ValueNode } from './filter-nodes.ts'
import type { Reading } from './reading.ts'
import { javaTrim, unquotePathText } from './text.ts'

/** Makes a side of a comparison of what a path gave. */
export function nodeOfValue(value: JsonValue, reading: Reading): ValueNode {
  if (value === null) return { kind: 'null' }
  if (typeof value === 'string') return { kind: 'string', text: value }
  if (typeof value === 'boolean') return { kind: 'boolean', value }
  if (value instanceof JsonNumber) return nodeOfNumber(value)
  if (!Array.isArray(value) || reading.isList(value)) return { kind: 'json', value }
  const message = 'Could not convert the keys of an object to a ValueNode'
  throw new PathEvaluationError('JsonPathException', message)
}

/**
 * Makes sides of comparisons of a list's items, as `in`, `contains` and the like need them. Strings that
 * look like paths or JSON turn into those; lists and objects inside are refused, as in Jayway.
 */
export function nodesOfItems(items: JsonArray, reading: Reading): ValueNode[] {
  reading.budget.step(items.length)
  return items.map((item) => nodeOfItem(item, reading))
}

function nodeOfItem(item: JsonValue, reading: Reading): ValueNode {
  if (typeof item === 'string') return nodeOfText(item, reading)
  if (item === null || typeof item === 'boolean' || item instanceof JsonNumber) {
    return nodeOfValue(item, reading)
  }
  throw new PathEvaluationError('JsonPathException', 'Could not determine value type')
}

function nodeOfText(text: string, reading: Reading): ValueNode {
  const trimmed = javaTrim(text)
  const [first = ''] = trimmed
  if ((first === '$' || first === '@') && reading.isPath(trimmed)) return { kind: 'undefined' }
  const last = trimmed.length > 1 ? trimmed.at(-1) : ''
  const bracketed = (first === '[' && last === ']') || (first === '{' && last === '}')
  if (bracketed && isPermissiveJson(trimmed)) return { kind: 'jsonText', text }
  return { kind: 'string', text: unquotePathText(text) }
}

function isPermissiveJson(text: string): boolean {
  try {
    parsePermissiveJson(text)
    return true
  } catch {
    return false // then it is a string like any other
  }
}

function nodeOfNumber(value: JsonNumber): ValueNode {
  const number = parseDecimal(value.text)
  if (number !== undefined) return { kind: 'number', number }
  throw new PathEvaluationError('NumberFormatException', `${value.text} is no decimal number.`)
}

/** The JSON behind a node, literals read leniently; undefined for nodes of another kind. */
export function jsonOfNode(node: ValueNode): JsonValue | undefined {
  if (node.kind === 'json') return node.value
  if (node.kind !== 'jsonText') return undefined
  try {
    return parsePermissiveJson(node.text)
  } catch (error) {
    const message = error instanceof Error ? error.message : 'The literal is no JSON.'
    throw new PathEvaluationError('IllegalArgumentException', message)
  }
}

/**
 * Compares as `==` does: numbers by value, a string with a number by the rule of the left side (text on the
 * left, value on the right of `5 == '5.0'`), lists and objects deeply; a missing value equals nothing.
 */
export function equalSides(left: ValueNode, right: ValueNode): boolean {
  const rightJson = jsonOfNode(right)
  if (rightJson !== undefined) {
    if (left.kind === 'json') return javaEquals(left.value, rightJson)
    if (left.kind === 'jsonText') return false // Jayway compares the literal's text with the value
  }
  return equalNodes(left, right)
}

/** Compares as Java's `equals` on two nodes, the way lists are searched. */
export function equalNodes(left: ValueNode, right: ValueNode): boolean {
  switch (left.kind) {
    case 'string':
      if (right.kind === 'number') return left.text === decimalText(right.number)
      return right.kind === 'string' && left.text === right.text
    case 'number': {
      const other = decimalOf(right)
      return other !== undefined && compareDecimals(left.number, other) === 0
    }
    case 'boolean':
      return right.kind === 'boolean' && left.value === right.value
    case 'null':
      return right.kind === 'null'
    case 'jsonText':
      return right.kind === 'jsonText' && left.text === right.text
    case 'json':
      return right.kind === 'json' && javaEquals(left.value, right.value)
    default:
      return false
  }
}

function decimalOf(node: ValueNode) {
  if (node.kind === 'number') return node.number
  return node.kind === 'string' ? parseDecimal(node.text) : undefined
}
