import { double, JavaNumber, whole } from './numbers.ts'
import {
  BlockValue,
  JavaChar,
  JavaClass,
  JavaEntry,
  JavaIterator,
  JavaList,
  JavaMap,
  LoopScope,
  Tool,
  type Value,
} from './values.ts'

/** What a caller may put into a template's context: JSON values, exact numbers and tools. */
export type ContextValue =
  | Value
  | undefined
  | number
  | bigint
  | readonly ContextValue[]
  | ReadonlyMap<string, ContextValue>
  | { readonly [key: string]: ContextValue }

/** Asked for by prototype, which no document can fake: a member named `constructor` is only a member. */
const kinds: ReadonlySet<unknown> = new Set(
  [
    JavaNumber,
    JavaChar,
    JavaList,
    JavaMap,
    JavaEntry,
    JavaIterator,
    JavaClass,
    LoopScope,
    BlockValue,
    Tool,
  ].map((kind) => kind.prototype),
)

function isValue(value: object): value is Exclude<Value, null | string | boolean> {
  return kinds.has(Object.getPrototypeOf(value))
}

/**
 * Copies a host value into the closed set of template values; nothing of the host stays reachable.
 * Objects become maps in the order of Java's `HashMap`, lists `ArrayList`s, whole numbers Integer,
 * Long or BigInteger by size. Use `jsonNumber(text)` for numbers whose digits must survive.
 */
export function fromHost(value: ContextValue): Value {
  if (value === undefined || value === null) return null
  if (typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'bigint') return whole(value)
  if (typeof value === 'number') {
    return Number.isSafeInteger(value) && !Object.is(value, -0)
      ? whole(BigInt(value))
      : double(value)
  }
  if (isValue(value)) return value
  if (isList(value)) return new JavaList(value.map((item) => fromHost(item)))
  const map = new JavaMap('hash')
  const members = value instanceof Map ? value : Object.entries(value)
  for (const [key, item] of members) map.put(key, fromHost(item))
  return map
}

function isList(value: object): value is readonly ContextValue[] {
  return Array.isArray(value)
}
