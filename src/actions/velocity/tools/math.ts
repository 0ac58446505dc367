import { isZero } from '../arithmetic.ts'
import { double, int, type JavaNumber, long, toInt, toLong, toReal } from '../numbers.ts'
import {
  type Arguments,
  JavaException,
  JavaList,
  JavaMap,
  type Methods,
  Tool,
  type Value,
} from '../values.ts'
import { localeNumber } from './locale-number.ts'

/** Gives a result the narrowest type that the operands allow: whole numbers stay whole. */
function matched(result: number, operands: readonly JavaNumber[]): JavaNumber {
  const whole = operands.every((operand) => operand.isWhole)
  if (whole && Math.abs(result) >= 2 ** 63) return long(toLong(double(result)))
  const real = operands.some((operand) => !operand.isWhole) || !Number.isInteger(result)
  if (real) return double(result)
  if (operands.some(({ type }) => type === 'long' || type === 'big')) return long(BigInt(result))
  return Math.abs(result) < 2 ** 31 ? int(result) : long(BigInt(result))
}

type Fold = (left: number, right: number) => number

/** The values of a call as numbers, those of one array being spread; undefined where one is none. */
function operands(args: Arguments): readonly JavaNumber[] | undefined {
  const [only, ...rest] = args.values
  if (only === null && rest.length === 0) {
    const message = 'Cannot read the array length because "nums" is null'
    throw new JavaException('java.lang.NullPointerException', message)
  }
  const isArray = only instanceof JavaList && only.shape === 'array' && rest.length === 0
  return numbersOf(isArray ? only.items : args.values, args)
}

function numbersOf(values: readonly Value[], args: Arguments): readonly JavaNumber[] | undefined {
  args.budget.step(values.length)
  const numbers = values.map((value) => localeNumber(value, args))
  const known = numbers.filter((number) => number !== undefined)
  return known.length < numbers.length ? undefined : known
}

/** How an operation goes on, and what it gives without any value. */
interface Folding {
  readonly fold: Fold
  readonly none: number
}

/**
 * An operation over any number of values. The engine's maximum starts from the smallest double above
 * zero, so that of negative numbers alone comes out as 4.9E-324.
 */
function folding({ fold, none }: Folding, start?: number): Methods<Tool>[string] {
  return (_, args) => {
    const known = operands(args)
    if (known === undefined) return null
    const reals = known.map(toReal)
    const all = start === undefined ? reals : [start, ...reals]
    return matched(all.length === 0 ? none : all.reduce((a, b) => fold(a, b)), known)
  }
}

function division(args: Arguments): Value {
  const known = operands(args)
  if (known?.slice(1).some(isZero) !== false) return null
  const reals = known.map(toReal)
  return matched(reals.length === 0 ? 0 : reals.reduce((a, b) => a / b), known)
}

/** One number in, one out. */
function mapping(map: (number: JavaNumber) => Value): Methods<Tool>[string] {
  return (_, args) => {
    const number = localeNumber(args.value(0), args)
    return number === undefined ? null : map(number)
  }
}

function wholes(
  args: Arguments,
  work: (left: number, right: number) => number | undefined,
): JavaNumber | null {
  const [left, right] = [localeNumber(args.value(0), args), localeNumber(args.value(1), args)]
  if (left === undefined || right === undefined) return null
  const result = work(toInt(left), toInt(right))
  return result === undefined ? null : int(result)
}

/** Rounds to so many places, halves up. */
function roundTo(args: Arguments): Value {
  const [places, value] = [localeNumber(args.value(0), args), localeNumber(args.value(1), args)]
  if (places === undefined || value === undefined) return null
  if (toInt(places) <= 0) return double(toReal(value))
  const factor = 10 ** toInt(places)
  return double(Math.floor(toReal(value) * factor + 0.5) / factor)
}

function rounded(value: number): JavaNumber {
  return int(toInt(double(value)))
}

function halfEven(value: number): number {
  const floor = Math.floor(value)
  if (value - floor !== 0.5) return Math.floor(value + 0.5)
  return floor % 2 === 0 ? floor : floor + 1
}

function bitwise(
  work: (left: bigint, right: bigint) => bigint,
  none: bigint,
): Methods<Tool>[string] {
  return (_, args) => {
    const known = operands(args)
    return known === undefined ? null : long(known.map(toLong).reduce(work, none))
  }
}

/** The items of the list or of the call itself; with a name, what each map of the list has under it. */
function listed(args: Arguments): readonly JavaNumber[] | undefined {
  const [list, name] = args.values
  if (list === null && name === undefined) return undefined
  if (!(list instanceof JavaList) || args.values.length > 2) return operands(args)
  if (name === undefined) return numbersOf(list.items, args)
  if (typeof name !== 'string') return undefined
  const rows = list.items.filter((item) => item instanceof JavaMap)
  if (rows.length < list.items.length) return undefined
  const fields = rows.map((row) => row.get(name) ?? null)
  return numbersOf(
    fields.filter((field) => field !== null),
    args,
  )
}

function total(args: Arguments): Value {
  const known = listed(args)
  return known === undefined ? null : matched(sum(known), known)
}

function average(args: Arguments): Value {
  const known = listed(args)
  return known === undefined ? null : matched(sum(known) / known.length, known)
}

function sum(numbers: readonly JavaNumber[]): number {
  return numbers.map(toReal).reduce((a, b) => a + b, 0)
}

function methods(random: () => number): Methods<Tool> {
  return {
    'add(Object...)': folding({ fold: (a, b) => a + b, none: 0 }),
    'sub(Object...)': folding({ fold: (a, b) => a - b, none: 0 }),
    'mul(Object...)': folding({ fold: (a, b) => a * b, none: 1 }),
    'div(Object...)': (_, args) => division(args),
    'max(Object...)': folding({ fold: Math.max, none: 0 }, Number.MIN_VALUE),
    'min(Object...)': folding({ fold: Math.min, none: 0 }, Number.MAX_VALUE),
    'pow(Object,Object)': folding({ fold: (a, b) => a ** b, none: 0 }),
    'mod(Object,Object)': (_, args) => wholes(args, (a, b) => (b === 0 ? undefined : a % b)),
    'idiv(Object,Object)': (_, args) =>
      wholes(args, (a, b) => (b === 0 ? undefined : Math.trunc(a / b))),
    'abs(Object)': mapping((number) => matched(Math.abs(toReal(number)), [number])),
    'ceil(Object)': mapping((number) => rounded(Math.ceil(toReal(number)))),
    'floor(Object)': mapping((number) => rounded(Math.floor(toReal(number)))),
    'round(Object)': mapping((number) => rounded(halfEven(toReal(number)))),
    'roundTo(Object,Object)': (_, args) => roundTo(args),
    'toInteger(Object)': mapping((number) => int(toInt(number))),
    'toLong(Object)': mapping((number) => long(toLong(number))),
    'toDouble(Object)': mapping((number) => double(toReal(number))),
    'toNumber(Object)': mapping((number) => number),
    'bitwiseAnd(Object...)': bitwise((a, b) => a & b, -1n),
    'bitwiseOr(Object...)': bitwise((a, b) => a | b, 0n),
    'bitwiseXOr(Object...)': bitwise((a, b) => a ^ b, 0n),
    'getTotal(Object...)': (_, args) => total(args),
    'getAverage(Object...)': (_, args) => average(args),
    'getRandom()': () => double(random()),
    'random(Object,Object)': (_, args) =>
      wholes(args, (a, b) => a + Math.floor(random() * (b - a))),
  }
}

/** `$math`: Apache's `MathTool`. `random` gives numbers from 0 up to 1, for `$math.random`. */
export function mathTool(random: () => number): Tool {
  return new Tool('org.apache.velocity.tools.generic.MathTool', methods(random))
}
