import { compare, isZero, numberHash, sameNumber } from './arithmetic.ts'
import type { Budget } from './limits.ts'
import { JavaNumber, parseDecimal } from './numbers.ts'
import {
  BlockValue,
  JavaChar,
  JavaClass,
  JavaEntry,
  type JavaIterator,
  JavaList,
  JavaMap,
  LoopScope,
  type Tool,
  textHash,
  type Value,
} from './values.ts'

/** Prints a value as Java's `toString` does; null prints as `null`. */
export function toText(value: Value, budget: Budget): string {
  budget.step()
  if (value === null) return 'null'
  if (typeof value === 'string') return value
  if (typeof value === 'boolean') return String(value)
  if (value instanceof JavaNumber) return value.toString()
  if (value instanceof JavaChar) return value.text
  if (value instanceof JavaClass) return `class ${value.name}`
  if (value instanceof BlockValue) return value.render() ?? 'null'
  return budget.text(budget.nested(() => compositeText(value, budget)))
}

type Composite = JavaList | JavaMap | JavaEntry | JavaIterator | LoopScope | Tool

function compositeText(value: Composite, budget: Budget): string {
  if (value instanceof JavaList) {
    const self = (item: Value) => (item === value ? '(this Collection)' : toText(item, budget))
    return `[${value.items.map(self).join(', ')}]`
  }
  if (value instanceof JavaEntry) return entryText(value, value, budget)
  if (value instanceof JavaMap || value instanceof LoopScope) {
    const map = value instanceof JavaMap ? value : value.own
    return `{${map
      .entries()
      .map((entry) => entryText(entry, value, budget))
      .join(', ')}}`
  }
  return `${value.className}@0`
}

function entryText(entry: JavaEntry, owner: Value, budget: Budget): string {
  const part = (item: Value) => (item === owner ? '(this Map)' : toText(item, budget))
  return `${part(entry.key)}=${part(entry.value)}`
}

/** Text of a value to print or to compare; undefined for a block that cannot be rendered. */
export function printed(value: Exclude<Value, null>, budget: Budget): string | undefined {
  return value instanceof BlockValue ? value.render() : toText(value, budget)
}

/** Whether a condition takes a value as true: Velocity 2 counts empty and zero as false. */
export function isTrue(value: Value): boolean {
  if (value === null) return false
  if (typeof value === 'boolean') return value
  if (typeof value === 'string') return value !== ''
  if (value instanceof JavaNumber) return !isZero(value)
  if (value instanceof JavaList) return value.items.length > 0
  if (value instanceof JavaMap) return value.size > 0
  if (value instanceof LoopScope) return value.own.size > 0
  if (value instanceof BlockValue) return value.usable()
  return true
}

/** The number that a value is or spells; undefined when it is none. */
export function asNumber(value: Value, budget: Budget): JavaNumber | undefined {
  if (value === null || value instanceof JavaNumber) return value ?? undefined
  const text = typeof value === 'string' ? value : printed(value, budget)
  return text === undefined ? undefined : parseDecimal(text)
}

/** Equality as Java's `equals` decides it: numbers must have the same type. */
export function sameValue(left: Value, right: Value, budget: Budget): boolean {
  budget.step()
  if (typeof left === 'string') budget.scan(left.length)
  if (left === right) return true
  if (left instanceof JavaNumber && right instanceof JavaNumber) return sameNumber(left, right)
  if (left instanceof JavaChar && right instanceof JavaChar) return left.text === right.text
  if (left instanceof JavaClass && right instanceof JavaClass) return left.name === right.name
  return budget.nested(() => sameComposite(left, right, budget))
}

function sameComposite(left: Value, right: Value, budget: Budget): boolean {
  if (left instanceof JavaList && right instanceof JavaList) {
    if (left.shape === 'array' || right.shape === 'array') return false
    if (left.items.length !== right.items.length) return false
    return left.items.every((item, i) => sameValue(item, right.items[i] ?? null, budget))
  }
  if (left instanceof JavaMap && right instanceof JavaMap) {
    if (left.size !== right.size) return false
    return left.entries().every(({ key, value }) => {
      const other = right.get(key)
      return other !== undefined && sameValue(value, other, budget)
    })
  }
  if (left instanceof JavaEntry && right instanceof JavaEntry) {
    return sameValue(left.key, right.key, budget) && sameValue(left.value, right.value, budget)
  }
  return false
}

/** Equality as the `==` of templates decides it: by number, else by equals, else by text. */
export function looselyEqual(left: Value, right: Value, budget: Budget): boolean {
  if (left === null || right === null) return left === right
  if (typeof left === 'string' && typeof right === 'string') {
    budget.scan(Math.min(left.length, right.length))
    return left === right
  }
  const [a, b] = [asNumber(left, budget), asNumber(right, budget)]
  if (a !== undefined && b !== undefined) return compare(a, b) === 0
  const maps = left instanceof JavaMap && right instanceof JavaMap
  if (maps || kindOf(left) === kindOf(right)) return sameValue(left, right, budget)
  return printed(left, budget) === printed(right, budget)
}

function kindOf(value: Exclude<Value, null>): string {
  return typeof value === 'object' ? value.className : typeof value
}

/** Java's hash code of a value, as 32 bits. */
export function hashOf(value: Value, budget: Budget): number {
  budget.step()
  if (value === null) return 0
  if (typeof value === 'string') return textHash(value)
  if (typeof value === 'boolean') return value ? 1231 : 1237
  if (value instanceof JavaNumber) return numberHash(value)
  if (value instanceof JavaChar) return value.text.charCodeAt(0)
  return budget.nested(() => compositeHash(value, budget))
}

function compositeHash(value: Value, budget: Budget): number {
  if (value instanceof JavaList) {
    const ordered = value.shape !== 'set'
    const add = (hash: number, item: Value) =>
      ((ordered ? Math.imul(31, hash) : hash) + hashOf(item, budget)) | 0
    return value.items.reduce(add, ordered ? 1 : 0)
  }
  if (value instanceof JavaEntry) return hashOf(value.key, budget) ^ hashOf(value.value, budget)
  if (value instanceof JavaMap) {
    return value.entries().reduce((hash, entry) => (hash + hashOf(entry, budget)) | 0, 0)
  }
  return 0
}
