import { decimalText, parseDecimal } from './decimal.ts'

/** The Java type that JSON-smart 2.6 picks for a number; two numbers of different types are not `equal`. */
export type JsonNumberType = 'int' | 'long' | 'bigInteger' | 'double' | 'bigDecimal' | 'float'

/** One JSON number with the digits that Java would print, so that ids of 19 digits survive. Immutable. */
export class JsonNumber {
  readonly type: JsonNumberType
  /** The number as Java's `toString()` prints it, e.g. `7`, `10.5`, `1.0E10`, `12345678901234567890`. */
  readonly text: string

  constructor(type: JsonNumberType, text: string) {
    this.type = type
    this.text = text
  }

  /** The nearest double, for arithmetic. */
  toDouble(): number {
    return Number(this.text)
  }

  /** True when a JavaScript number holds exactly this value. */
  get isSafe(): boolean {
    if (this.type === 'int' || this.type === 'double' || this.type === 'float') return true
    return this.type === 'long' && Number.isSafeInteger(this.toDouble())
  }

  toString(): string {
    return this.text
  }
}

/** Java's 64-bit float of a value, as path functions such as `sum()` give it: always with a point. */
export function doubleNumber(value: number): JsonNumber {
  return new JsonNumber('double', doubleText(value))
}

/** A whole number in the narrowest Java type that holds it: int, long or BigInteger. */
export function integerNumber(value: bigint | number): JsonNumber {
  const whole = BigInt(value)
  if (whole === BigInt.asIntN(32, whole)) return new JsonNumber('int', whole.toString())
  if (whole === BigInt.asIntN(64, whole)) return new JsonNumber('long', whole.toString())
  return new JsonNumber('bigInteger', whole.toString())
}

/** JSON-smart keeps a number with a fraction or exponent exactly from this many characters on. */
const exactLength = 19

/**
 * Makes a number of a JSON literal as JSON-smart 2.6 does by default: whole numbers exactly, others as a
 * double (`10.50` becomes `10.5`), and exactly again when the literal has 19 characters or more.
 */
export function numberOfLiteral(literal: string): JsonNumber | undefined {
  if (/^-?[1-9]\d{0,8}$/.test(literal)) return new JsonNumber('int', literal)
  if (/^-?\d+$/.test(literal)) return integerNumber(BigInt(literal))
  const decimal = parseDecimal(literal)
  if (decimal === undefined) return undefined
  if (literal.length >= exactLength) return new JsonNumber('bigDecimal', decimalText(decimal))
  return doubleNumber(Number(literal))
}

/** Prints a double as Java's `Double.toString`: `100.0`, `1.0E7`, `1.0E-4`, `NaN`, `Infinity`. */
export function doubleText(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity'
  const sign = value < 0 || Object.is(value, -0) ? '-' : ''
  const size = Math.abs(value)
  if (size === 0) return `${sign}0.0`
  if (size === Number.MIN_VALUE) return `${sign}4.9E-324` // Java shows two digits at least
  const [mantissa = '0', power = '0'] = size.toExponential().split('e')
  const digits = mantissa.replace('.', '')
  const exponent = Number(power)
  if (size >= 1e-3 && size < 1e7) return sign + plainText(digits, exponent)
  return `${sign}${digits.slice(0, 1)}.${digits.slice(1) || '0'}E${exponent}`
}

function plainText(digits: string, exponent: number): string {
  if (exponent < 0) return `0.${'0'.repeat(-exponent - 1)}${digits}`
  const padded = digits.padEnd(exponent + 2, '0')
  return `${padded.slice(0, exponent + 1)}.${padded.slice(exponent + 1)}`
}
