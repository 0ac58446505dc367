import { JsonNumber } from './number.ts'

/**
 * A JSON document in memory. Objects are Maps (document order, and no key such as `__proto__` can reach
 * a prototype), numbers keep their digits.
 */
export type JsonValue = null | boolean | string | JsonNumber | JsonArray | JsonObject

/** A JSON array. */
export type JsonArray = JsonValue[]

/** A JSON object, keys in document order; of a repeated key the last value counts. */
export type JsonObject = Map<string, JsonValue>

/** What a value is called in explanations to people. */
export type JsonKind = 'null' | 'boolean' | 'string' | 'number' | 'array' | 'object'

/** Names the kind of a value. */
export function kindOf(value: JsonValue): JsonKind {
  if (value === null) return 'null'
  if (typeof value === 'boolean') return 'boolean'
  if (typeof value === 'string') return 'string'
  if (value instanceof JsonNumber) return 'number'
  return Array.isArray(value) ? 'array' : 'object'
}

/** True for a JSON object. */
export function isObject(value: JsonValue): value is JsonObject {
  return value instanceof Map
}

/**
 * Compares deeply as Java's `equals` does on JSON-smart values: member order does not matter, and numbers
 * are equal only in the same Java type (`1` is not `1.0`).
 */
export function javaEquals(left: JsonValue, right: JsonValue): boolean {
  if (left instanceof JsonNumber) {
    return right instanceof JsonNumber && left.type === right.type && left.text === right.text
  }
  if (Array.isArray(left)) return Array.isArray(right) && equalArrays(left, right)
  if (left instanceof Map) return right instanceof Map && equalObjects(left, right)
  return left === right
}

/** Copies a value deeply, so that the copy can be changed without the original noticing. */
export function cloneJson(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(cloneJson)
  if (!isObject(value)) return value
  const copy: JsonObject = new Map()
  for (const [key, member] of value) copy.set(key, cloneJson(member))
  return copy
}

function equalArrays(left: JsonArray, right: JsonArray): boolean {
  if (left.length !== right.length) return false
  return left.every((item, index) => javaEquals(item, right[index] ?? null))
}

function equalObjects(left: JsonObject, right: JsonObject): boolean {
  if (left.size !== right.size) return false
  for (const [key, value] of left) {
    const other = right.get(key)
    if (other === undefined || !javaEquals(value, other)) return false
  }
  return true
}
