import { decimalToInt32, parseDecimal } from '../json/decimal.ts'
import { javaText } from '../json/java-text.ts'
import { doubleNumber, JsonNumber } from '../json/number.ts'
import { cloneJson, isObject, type JsonArray, type JsonValue } from '../json/value.ts'
import { PathEvaluationError, PathSyntaxError } from './errors.ts'
import { measureLength } from './function-length.ts'
import type { Reading, Scope } from './reading.ts'
import type { Parameter } from './tokens.ts'

/** A function of a path about to be applied to one value. */
export interface Call {
  readonly name: string
  readonly model: JsonValue
  readonly parameters: readonly Parameter[]
  readonly scope: Scope
  readonly reading: Reading
}

const emptyAggregation = 'Aggregation function attempted to calculate value using empty array'

const functions: ReadonlyMap<string, (call: Call) => JsonValue> = new Map([
  ['avg', (call) => aggregate(call, average)],
  ['stddev', (call) => aggregate(call, standardDeviation)],
  ['sum', (call) => aggregate(call, sum)],
  ['min', (call) => aggregate(call, smallest)],
  ['max', (call) => aggregate(call, largest)],
  ['concat', concatenate],
  ['length', measureLength],
  ['size', measureLength],
  ['append', append],
  ['keys', keys],
  ['first', (call) => itemAt(call, () => 0)],
  ['last', (call) => itemAt(call, () => -1)],
  ['index', (call) => itemAt(call, () => indexArgument(call))],
])

/** Throws PathSyntaxError for a function that Jayway JsonPath 2.10 does not have. */
export function requireFunction(name: string): void {
  if (functions.has(name)) return
  throw new PathSyntaxError(`Function with name: ${name} does not exist.`)
}

/**
 * Applies a path function: `avg stddev sum min max concat length size append keys first last index`.
 * Throws PathEvaluationError where Java throws, e.g. for the sum of no numbers.
 */
export function applyFunction(call: Call): JsonValue {
  const implementation = functions.get(call.name)
  if (implementation !== undefined) return implementation(call)
  throw new PathSyntaxError(`Function with name: ${call.name} does not exist.`)
}

/** Numbers among the items and then among the arguments count; the outcome is a double. */
function aggregate(call: Call, combine: (numbers: readonly number[]) => number): JsonValue {
  const items = call.reading.isList(call.model) ? call.model : []
  const numbers = items.filter((item) => item instanceof JsonNumber)
  const all = [...numbers, ...numberArguments(call)].map((number) => number.toDouble())
  call.reading.budget.step(items.length)
  if (all.length === 0) throw new PathEvaluationError('JsonPathException', emptyAggregation)
  return doubleNumber(combine(all))
}

function numberArguments(call: Call): JsonNumber[] {
  return argumentValues(call).filter((value) => value instanceof JsonNumber)
}

/** The arguments' values, lists opened up. */
function argumentValues({ parameters, reading, scope }: Call): JsonValue[] {
  const values: JsonValue[] = []
  for (const parameter of parameters) {
    const value = reading.argument(parameter, scope)
    if (reading.isList(value)) for (const item of value) values.push(item)
    else values.push(value)
  }
  reading.budget.step(values.length)
  return values
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

function average(numbers: readonly number[]): number {
  return sum(numbers) / numbers.length
}

function standardDeviation(numbers: readonly number[]): number {
  const count = numbers.length
  const total = sum(numbers)
  const squares = sum(numbers.map((number) => number * number))
  return Math.sqrt(squares / count - (total * total) / count / count)
}

function smallest(numbers: readonly number[]): number {
  return numbers.reduce((least, number) => (least > number ? number : least), Number.MAX_VALUE)
}

/** Java starts at the smallest positive double, so negative numbers alone give 4.9E-324. */
function largest(numbers: readonly number[]): number {
  return numbers.reduce((most, number) => (most < number ? number : most), Number.MIN_VALUE)
}

/** Strings among the items, then every argument as Java prints it. */
function concatenate(call: Call): JsonValue {
  const { reading, model } = call
  const items = reading.isList(model) ? model.filter((item) => typeof item === 'string') : []
  const others = argumentValues(call).filter((value) => value !== null)
  const parts = [...items, ...others.map((value) => argumentText(reading, value))]
  const text = parts.join('')
  reading.budget.step(Math.ceil(text.length / 16))
  return text
}

function argumentText(reading: Reading, value: JsonValue): string {
  if (reading.isList(value) || !Array.isArray(value)) return javaText(value)
  return `[${Array.from<JsonValue>(value).join(', ')}]` // the outcome of keys()
}

/** Appends in place, as Jayway does; the reader works on a copy of the document then. */
function append({ model, parameters, reading, scope }: Call): JsonValue {
  for (const parameter of parameters) {
    if (!reading.isList(model)) continue
    const value = reading.argument(parameter, scope)
    reading.budget.step(sizeOf(value))
    // A copy: a list appended to itself would never end.
    model.push(cloneJson(value))
  }
  return model
}

function sizeOf(value: JsonValue): number {
  if (Array.isArray(value)) return value.reduce((total, item) => total + sizeOf(item), 1)
  if (!isObject(value)) return 1
  let total = 1
  for (const member of value.values()) total += sizeOf(member)
  return total
}

function keys({ model, reading }: Call): JsonValue {
  if (!isObject(model)) return null
  const names: JsonArray = [...model.keys()]
  reading.budget.step(names.length)
  reading.markKeySet(names)
  return names
}

/** Counted from the end, the first item cannot be reached: Jayway refuses `last()` of one item. */
function itemAt({ model, reading }: Call, target: () => number): JsonValue {
  if (!reading.isList(model)) throw new PathEvaluationError('JsonPathException', emptyAggregation)
  const index = target()
  const count = model.length
  if (index < 0 && count + index <= 0) {
    const message = `Target index:${index} larger than object count:${count}`
    throw new PathEvaluationError('JsonPathException', message)
  }
  return requireItem(model, index < 0 ? count + index : index)
}

function requireItem(items: readonly JsonValue[], index: number): JsonValue {
  const item = items[index]
  if (item !== undefined) return item
  const message = `Index ${index} out of bounds for length ${items.length}`
  throw new PathEvaluationError('IndexOutOfBoundsException', message)
}

/** As Java's `intValue()`: whole numbers wrap, doubles stop at the ends. */
function toInt32(number: JsonNumber): number {
  const exact = number.type === 'double' ? undefined : parseDecimal(number.text)
  if (exact !== undefined) return decimalToInt32(exact)
  const whole = Math.trunc(number.toDouble()) + 0
  return Math.max(-2_147_483_648, Math.min(2_147_483_647, whole))
}

function indexArgument(call: Call): number {
  const first = requireItem(numberArguments(call), 0)
  return first instanceof JsonNumber ? toInt32(first) : 0
}
