import { isZero } from './arithmetic.ts'
import { hashOf, sameValue, toText } from './java-semantics.ts'
import type { Budget } from './limits.ts'
import { double, int, JavaNumber, long, toInt, toLong, toReal } from './numbers.ts'
import {
  type Arguments,
  classNameOf,
  JavaChar,
  JavaClass,
  JavaException,
  JavaList,
  JavaMap,
  type Method,
  type Methods,
  type Value,
} from './values.ts'

interface Overload<Self> {
  readonly types: readonly string[]
  readonly variadic: boolean
  readonly call: Method<Self>
}

/** The overloads of each method name. */
export type MethodTable<Self> = ReadonlyMap<string, readonly Overload<Self>[]>

/** Turns a table of signatures into one to look names up in. */
export function methodTable<Self>(methods: Methods<Self>): MethodTable<Self> {
  const table = new Map<string, Overload<Self>[]>()
  for (const [signature, call] of Object.entries(methods)) {
    const [name = '', list = ''] = signature.slice(0, -1).split('(')
    const types = list === '' ? [] : list.split(',')
    const variadic = types.at(-1)?.endsWith('...') ?? false
    const overloads = table.get(name) ?? []
    overloads.push({ types: types.map((type) => type.replace('...', '')), variadic, call })
    table.set(name, overloads)
  }
  return table
}

/** What every value can do. `getClass` gives no more than a name. */
export const objectMethods: MethodTable<Exclude<Value, null>> = methodTable({
  'toString()': (self, { budget }) => toText(self, budget),
  'hashCode()': (self, { budget }) => int(hashOf(self, budget)),
  'equals(Object)': (self, args) => sameValue(self, args.value(0), args.budget),
  'getClass()': (self) => new JavaClass(classNameOf(self)),
})

/** A method that fits a call, with the arguments it shall get. */
export interface Call {
  run(): Value | undefined
}

/** Finds the overload that takes these arguments: an exact fit first, else one by conversion. */
export function findCall<Self>(
  table: MethodTable<Self>,
  target: { readonly self: Self; readonly name: string; readonly budget: Budget },
  args: readonly Value[],
): Call | undefined {
  const overloads = table.get(target.name)
  if (overloads === undefined) return undefined
  let best: Overload<Self> | undefined
  let bestRank = 0
  for (const candidate of overloads) {
    const rank = rankOf(candidate, args)
    if (rank <= bestRank) continue
    best = candidate
    bestRank = rank
  }
  if (best === undefined) return undefined
  const overload = best
  return {
    run: () => {
      scanned(target.self, target.budget)
      for (const arg of args) scanned(arg, target.budget)
      const values = convertAll(overload, args, target.budget)
      return overload.call(target.self, new GivenArguments(values, target.budget))
    },
  }
}

/** Charges a call by the size of what it may have to look through. */
function scanned(value: unknown, budget: Budget): void {
  if (typeof value === 'string') budget.scan(value.length)
  else if (value instanceof JavaList) budget.scan(value.items.length * 4)
  else if (value instanceof JavaMap) budget.scan(value.size * 16)
}

/** 0 where the call does not fit; the higher, the better. */
function rankOf(overload: Overload<never>, args: readonly Value[]): number {
  const { types, variadic } = overload
  if (!variadic && types.length !== args.length) return 0
  if (variadic && args.length < types.length - 1) return 0
  let worst = 4
  for (let i = 0; i < args.length; i += 1) {
    const type = types[Math.min(i, types.length - 1)] ?? 'Object'
    worst = Math.min(worst, fit(type, args[i] ?? null))
  }
  return variadic && worst > 0 ? Math.min(worst, 1) : worst
}

const convertible: readonly string[] = ['int', 'long', 'double', 'boolean', 'String']

/** 4 the very type, 3 a wider type, 2 by Velocity's conversion, 0 not at all. */
function fit(type: string, value: Value): number {
  if (value === null) return ['int', 'long', 'double', 'boolean', 'char'].includes(type) ? 0 : 3
  if (type === 'Object') return 3
  const direct = directFit(type, value)
  if (direct > 0) return direct
  const simple =
    typeof value === 'string' || typeof value === 'boolean' || value instanceof JavaNumber
  return convertible.includes(type) && (simple || type === 'String') ? 2 : 0
}

function directFit(type: string, value: Exclude<Value, null>): number {
  if (typeof value === 'string') return type === 'String' ? 4 : type === 'CharSequence' ? 4 : 0
  if (typeof value === 'boolean') return type === 'boolean' ? 4 : 0
  if (value instanceof JavaChar) return type === 'char' ? 4 : type === 'int' ? 3 : 0
  if (value instanceof JavaNumber) return numberFit(type, value)
  if (value instanceof JavaList) return type === 'Collection' && value.shape !== 'array' ? 4 : 0
  return value instanceof JavaMap && type === 'Map' ? 4 : 0
}

function numberFit(type: string, value: JavaNumber): number {
  if (type === 'Number' || type === value.type) return 4
  if (type === 'long') return value.type === 'int' ? 3 : 0
  if (type !== 'double') return 0
  return value.type === 'decimal' || value.type === 'big' ? 0 : 3
}

function convertAll(
  overload: Overload<never>,
  args: readonly Value[],
  budget: Budget,
): readonly Value[] {
  const { types } = overload
  return args.map((arg, i) => {
    const type = types[Math.min(i, types.length - 1)] ?? 'Object'
    return convert(type, arg, budget)
  })
}

function convert(type: string, value: Value, budget: Budget): Value {
  if (value === null || type === 'Object') return value
  switch (type) {
    case 'int':
      return int(toInt(bounded(type, value, budget)))
    case 'long':
      return long(toLong(bounded(type, value, budget)))
    case 'double':
      return double(toReal(bounded(type, value, budget)))
    case 'String':
      return toText(value, budget)
    case 'boolean':
      if (value instanceof JavaNumber) return !isZero(value)
      return typeof value === 'string' ? value.toLowerCase() === 'true' : value
    default:
      return value
  }
}

/** The number that a value converts to; throws as Java's parsers do. */
function bounded(type: string, value: Exclude<Value, null>, budget: Budget): JavaNumber {
  if (typeof value === 'boolean') return int(value ? 1 : 0)
  if (value instanceof JavaChar) return int(value.text.charCodeAt(0))
  const text = toText(value, budget)
  const number = value instanceof JavaNumber ? value : parseJava(type, text)
  const bits = type === 'int' ? 31n : 63n
  const cut = type === 'double' ? 0n : wholeOf(number)
  if (cut >= 2n ** bits || cut < -(2n ** bits)) {
    const message = value instanceof JavaNumber ? `value out of range: ${text}` : inputMessage(text)
    throw new JavaException('java.lang.NumberFormatException', message)
  }
  return number
}

function wholeOf(number: JavaNumber): bigint {
  if (number.isWhole) return number.whole
  const real = toReal(number)
  return Number.isFinite(real) ? BigInt(Math.trunc(real)) : 0n
}

function parseJava(type: string, text: string): JavaNumber {
  if (type === 'double' && /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text)) {
    return double(Number(text))
  }
  if (type !== 'double' && /^[+-]?\d+$/.test(text)) {
    return new JavaNumber('big', BigInt(text.replace('+', '')))
  }
  throw new JavaException('java.lang.NumberFormatException', inputMessage(text))
}

function inputMessage(text: string): string {
  return `For input string: "${text}"`
}

class GivenArguments implements Arguments {
  readonly values: readonly Value[]
  readonly budget: Budget

  constructor(values: readonly Value[], budget: Budget) {
    this.values = values
    this.budget = budget
  }

  value(index: number): Value {
    return this.values[index] ?? null
  }

  text(index: number): string {
    const value = this.value(index)
    if (typeof value === 'string') return value
    if (value instanceof JavaChar) return value.text
    return missing()
  }

  number(index: number): JavaNumber {
    const value = this.value(index)
    return value instanceof JavaNumber ? value : missing()
  }

  int(index: number): number {
    return toInt(this.number(index))
  }

  flag(index: number): boolean {
    return this.value(index) === true
  }

  list(index: number): JavaList {
    const value = this.value(index)
    return value instanceof JavaList ? value : missing()
  }

  map(index: number): JavaMap {
    const value = this.value(index)
    return value instanceof JavaMap ? value : missing()
  }
}

function missing(): never {
  throw new JavaException('java.lang.NullPointerException', undefined)
}
