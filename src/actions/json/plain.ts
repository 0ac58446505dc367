import { doubleNumber, integerNumber, JsonNumber } from './number.ts'
import type { JsonObject, JsonValue } from './value.ts'

/** A plain JavaScript value of a JSON document. Objects have no prototype. */
export type PlainJson =
  | null
  | boolean
  | string
  | number
  | bigint
  | PlainJson[]
  | { [key: string]: PlainJson }

/**
 * Gives plain JavaScript values. Whole numbers beyond 2^53 become bigint, exact decimals that a double
 * cannot be trusted with become their text, so no digit is lost silently.
 */
export function toPlain(value: JsonValue): PlainJson {
  if (value instanceof JsonNumber) return plainNumber(value)
  if (Array.isArray(value)) return value.map(toPlain)
  if (!(value instanceof Map)) return value
  const members: { [key: string]: PlainJson } = Object.create(null)
  for (const [key, member] of value) members[key] = toPlain(member)
  return members
}

/**
 * Makes a JSON document of plain JavaScript values; only own enumerable members count. Whole numbers become
 * integers, others doubles. Throws TypeError for anything that JSON has no form for.
 */
export function fromPlain(value: unknown): JsonValue {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value
  if (typeof value === 'bigint') return integerNumber(value)
  if (typeof value === 'number') return fromNumber(value)
  if (Array.isArray(value)) return value.map(fromPlain)
  if (typeof value !== 'object') throw new TypeError(`JSON has no form for a ${typeof value}.`)
  const members: JsonObject = new Map()
  for (const [key, member] of Object.entries(value)) members.set(key, fromPlain(member))
  return members
}

function plainNumber(number: JsonNumber): PlainJson {
  if (number.isSafe) return number.toDouble()
  return number.type === 'bigDecimal' ? number.text : BigInt(number.text)
}

function fromNumber(value: number): JsonNumber {
  if (!Number.isFinite(value)) throw new TypeError('JSON has no form for an infinite number.')
  return Number.isSafeInteger(value) ? integerNumber(value) : doubleNumber(value)
}
