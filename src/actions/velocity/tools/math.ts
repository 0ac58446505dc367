import { isZero } from '../arithmetic.ts'
import { toText } from '../java-semantics.ts'
import { double, int, JavaNumber, long, parseDecimal, toInt, toLong, toReal } from '../numbers.ts'
import { type Arguments, JavaList, type Methods, Tool, type Value } from '../values.ts'

/** A value as a number: numbers as they are, texts with a point as Double, others as Long. */
function numberOf(value: Value, args: Arguments): JavaNumber | undefined {
  if (value instanceof JavaNumber) return value
  if (value === null) return undefined
  const text = toText(value, args.budget).trim()
  if (parseDecimal(text) === undefined) return undefined
  return /^[+-]?\d{1,18}$/.test(text) ? long(BigInt(text.replace('+', ''))) : double(Number(text))
}

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

/**
 * An operation over two or more values, or over the elements of one list. The engine's maximum starts
 * from the smallest double above zero, so that of negative numbers alone comes out as 4.9E-324.
 */
function folding(fold: Fold, start?: number): Methods<Tool>[string] {
  return (_, args) => {
    const [only, ...rest] = args.values
    const given = only instanceof JavaList && rest.length === 0 ? only.items : args.values
    const numbers = given.map((value) => numberOf(value, args))
    const known = numbers.filter((number) => number !== undefined)
    if (known.length === 0 || known.length < numbers.length) return null
    args.budget.step(known.length)
    const reals = known.map(toReal)
    const all = start === undefined ? reals : [start, ...reals]
    const result = all.reduce((a, b) => fold(a, b))
    return matched(result, known)
  }
}

function division(args: Arguments): Value {
  const numbers = args.values.map((value) => numberOf(value, args))
  const known = numbers.filter((number) => number !== undefined)
  if (known.length === 0 || known.length < numbers.length) return null
  if (known.slice(1).some(isZero)) return null
  return matched(
    known.map(toReal).reduce((a, b) => a / b),
    known,
  )
}

/** One number in, one out. */
function mapping(map: (number: JavaNumber) => Value): Methods<Tool>[string] {
  return (_, args) => {
    const number = numberOf(args.value(0), args)
    return number === undefined ? null : map(number)
  }
}

function wholes(
  args: Arguments,
  work: (left: number, right: number) => number | undefined,
): JavaNumber | null {
  const [left, right] = [numberOf(args.value(0), args), numberOf(args.value(1), args)]
  if (left === undefined || right === undefined) return null
  const result = work(toInt(left), toInt(right))
  return result === undefined ? null : int(result)
}

/** Rounds to so many places, halves up. */
function roundTo(args: Arguments): Value {
  const [places, value] = [numberOf(args.value(0), args), numberOf(args.value(1), args)]
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

function bitwise(work: (left: bigint, right: bigint) => bigint): Methods<Tool>[string] {
  return (_, args) => {
    const [left, right] = [numberOf(args.value(0), args), numberOf(args.value(1), args)]
    if (left === undefined || right === undefined) return null
    return long(work(toLong(left), toLong(right)))
  }
}

function average(args: Arguments): Value {
  const numbers = args.list(0).items.map((item) => numberOf(item, args))
  const known = numbers.filter((number) => number !== undefined)
  if (known.length === 0) return null
  return double(known.map(toReal).reduce((a, b) => a + b, 0) / known.length)
}

function methods(random: () => number): Methods<Tool> {
  const sum = folding((a, b) => a + b)
  return {
    'add(Object...)': sum,
    'sub(Object...)': folding((a, b) => a - b),
    'mul(Object...)': folding((a, b) => a * b),
    'div(Object...)': (_, args) => division(args),
    'max(Object...)': folding(Math.max, Number.MIN_VALUE),
    'min(Object...)': folding(Math.min, Number.MAX_VALUE),
    'pow(Object,Object)': folding((a, b) => a ** b),
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
    'bitwiseAnd(Object,Object)': bitwise((a, b) => a & b),
    'bitwiseOr(Object,Object)': bitwise((a, b) => a | b),
    'bitwiseXOr(Object,Object)': bitwise((a, b) => a ^ b),
    'getTotal(Collection)': sum,
    'getAverage(Collection)': (_, args) => average(args),
    'getRandom()': () => double(random()),
    'random(Object,Object)': (_, args) =>
      wholes(args, (a, b) => a + Math.floor(random() * (b - a))),
  }
}

/** `$math`: Apache's `MathTool`. `random` gives numbers from 0 up to 1, for `$math.random`. */
export function mathTool(random: () => number): Tool {
  return new Tool('org.apache.velocity.tools.generic.MathTool', methods(random))
}
