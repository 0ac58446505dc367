/** Java's number types that a template can meet. */
export type NumberType = 'int' | 'long' | 'big' | 'float' | 'double' | 'decimal'

const classNames: Readonly<Record<NumberType, string>> = {
  int: 'java.lang.Integer',
  long: 'java.lang.Long',
  big: 'java.math.BigInteger',
  float: 'java.lang.Float',
  double: 'java.lang.Double',
  decimal: 'java.math.BigDecimal',
}

/** Most digits that a decimal's exponent may ask for, so that `1e999999999` cannot fill the memory. */
const scaleMax = 2000

/**
 * A number with the digits and the type that Java would give it, so that integers beyond 2^53 and
 * decimals keep every digit. `whole` is the value of the integer types and the unscaled value of a
 * decimal; `real` is the value of float and double.
 */
export class JavaNumber {
  readonly type: NumberType
  readonly whole: bigint
  readonly real: number
  readonly scale: number

  constructor(type: NumberType, whole: bigint, real = 0, scale = 0) {
    this.type = type
    this.whole = whole
    this.real = real
    this.scale = scale
  }

  get className(): string {
    return classNames[this.type]
  }

  get isWhole(): boolean {
    return this.type === 'int' || this.type === 'long' || this.type === 'big'
  }

  get isReal(): boolean {
    return this.type === 'float' || this.type === 'double'
  }

  toString(): string {
    if (this.isWhole) return this.whole.toString()
    if (this.type === 'double') return doubleText(this.real)
    return this.type === 'float' ? floatText(this.real) : decimalText(this.whole, this.scale)
  }
}

const intMin = -(2n ** 31n)
const intMax = 2n ** 31n - 1n
const longMin = -(2n ** 63n)
const longMax = 2n ** 63n - 1n

/** An Integer; the value is cut to 32 bits as a cast in Java would. */
export function int(value: number | bigint): JavaNumber {
  return new JavaNumber('int', BigInt.asIntN(32, BigInt(value)))
}

/** A Long; the value is cut to 64 bits as a cast in Java would. */
export function long(value: number | bigint): JavaNumber {
  return new JavaNumber('long', BigInt.asIntN(64, BigInt(value)))
}

/** A BigInteger. */
export function big(value: bigint): JavaNumber {
  return new JavaNumber('big', value)
}

/** A Double. */
export function double(value: number): JavaNumber {
  return new JavaNumber('double', 0n, value)
}

/** A BigDecimal: `unscaled` × 10^−`scale`. */
export function decimal(unscaled: bigint, scale: number): JavaNumber {
  return new JavaNumber('decimal', unscaled, 0, scale)
}

/** The smallest of Integer, Long and BigInteger that holds a whole number. */
export function whole(value: bigint): JavaNumber {
  if (value >= intMin && value <= intMax) return int(value)
  return value >= longMin && value <= longMax ? long(value) : big(value)
}

/** The number that a template's digits stand for: whole numbers by size, all others doubles. */
export function numberLiteral(text: string): JavaNumber {
  return /^-?[0-9]+$/.test(text) ? whole(BigInt(text)) : double(Number(text))
}

/**
 * The number that JSON text stands for: whole numbers by size, and a Double for the rest, unless a
 * Double would lose digits: then a BigDecimal with exactly the digits written.
 */
export function jsonNumber(text: string): JavaNumber {
  if (/^-?[0-9]+$/.test(text)) return whole(BigInt(text))
  const exact = parseDecimal(text)
  const near = Number(text)
  if (exact === undefined) return double(near)
  const back = Number.isFinite(near) ? parseDecimal(String(near)) : undefined
  const same = back !== undefined && compareDecimals(exact, back) === 0
  return same ? double(near) : exact
}

/** Reads text as Java's `new BigDecimal(text)` does; undefined when it is no number. */
export function parseDecimal(text: string): JavaNumber | undefined {
  if (text.length > scaleMax) return undefined
  const found = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,9}))?$/.exec(text)
  const [, sign = '', before = '', after = '', exponent = '0'] = found ?? []
  if (found === null || before + after === '') return undefined
  const scale = after.length - Number(exponent)
  if (Math.abs(scale) > scaleMax) return undefined
  const digits = BigInt(before + after)
  return decimal(sign === '-' ? -digits : digits, scale)
}

/** A number as a BigDecimal, the way the engine's arithmetic makes one. */
export function toDecimal(value: JavaNumber): JavaNumber {
  if (value.type === 'decimal') return value
  if (value.type === 'big') return decimal(value.whole, 0)
  return parseDecimal(doubleText(toReal(value))) ?? decimal(0n, 0)
}

/** A number as a JavaScript number: exact for doubles, rounded for the rest. */
export function toReal(value: JavaNumber): number {
  if (value.isWhole) return Number(value.whole)
  if (value.isReal) return value.real
  return Number(`${value.whole}e${-value.scale}`)
}

/** A number without its fraction, as `longValue()` or `toBigInteger()` would cut it. */
export function toWhole(value: JavaNumber): bigint {
  if (value.isWhole) return value.whole
  if (value.isReal) {
    if (Number.isNaN(value.real)) return 0n
    if (!Number.isFinite(value.real)) return value.real > 0 ? longMax : longMin
    return BigInt(Math.trunc(value.real))
  }
  return value.scale > 0
    ? value.whole / 10n ** BigInt(value.scale)
    : value.whole * 10n ** BigInt(-value.scale)
}

/** What a cast to int gives: fractions are cut, doubles stop at the ends of the range. */
export function toInt(value: JavaNumber): number {
  const cut = toWhole(value)
  if (value.isReal) return Number(cut < intMin ? intMin : cut > intMax ? intMax : cut)
  return Number(BigInt.asIntN(32, cut))
}

/** What a cast to long gives. */
export function toLong(value: JavaNumber): bigint {
  const cut = toWhole(value)
  if (value.isReal) return cut < longMin ? longMin : cut > longMax ? longMax : cut
  return BigInt.asIntN(64, cut)
}

/** Orders two decimals by value, whatever their scales: −1, 0 or 1. */
export function compareDecimals(left: JavaNumber, right: JavaNumber): number {
  const scale = Math.max(left.scale, right.scale)
  const a = rescaled(left, scale)
  const b = rescaled(right, scale)
  return a < b ? -1 : a > b ? 1 : 0
}

/** The unscaled value of a decimal at a scale that is not smaller than its own. */
export function rescaled(value: JavaNumber, scale: number): bigint {
  return value.whole * 10n ** BigInt(scale - value.scale)
}

/** Prints a double as `Double.toString` does: `1.0`, `1.0E10`, `NaN`. */
export function doubleText(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity'
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0'
  // Java writes the smallest double with one digit more than it needs.
  if (Math.abs(value) === Number.MIN_VALUE) return value < 0 ? '-4.9E-324' : '4.9E-324'
  return realText(value, value.toExponential())
}

function floatText(value: number): string {
  if (!Number.isFinite(value) || value === 0) return doubleText(value)
  for (let precision = 1; precision < 9; precision++) {
    const short = value.toExponential(precision - 1)
    if (Math.fround(Number(short)) === value) return realText(value, short)
  }
  return realText(value, value.toExponential(8))
}

function realText(value: number, scientific: string): string {
  const [mantissa = '', power = '0'] = scientific.replace(/^-/, '').split('e')
  const digits = mantissa.replace('.', '')
  const exponent = Number(power)
  const sign = value < 0 ? '-' : ''
  if (exponent < -3 || exponent >= 7) {
    return `${sign}${digits.charAt(0)}.${digits.slice(1) || '0'}E${exponent}`
  }
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`
  const padded = digits.padEnd(exponent + 1, '0')
  return `${sign}${padded.slice(0, exponent + 1)}.${padded.slice(exponent + 1) || '0'}`
}

function decimalText(unscaled: bigint, scale: number): string {
  const sign = unscaled < 0n ? '-' : ''
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString()
  if (scale === 0) return sign + digits
  const exponent = digits.length - 1 - scale
  if (scale > 0 && exponent >= -6) {
    const padded = digits.padStart(scale + 1, '0')
    return `${sign}${padded.slice(0, -scale)}.${padded.slice(-scale)}`
  }
  const fraction = digits.length > 1 ? `.${digits.slice(1)}` : ''
  const power = exponent === 0 ? '' : `E${exponent > 0 ? '+' : ''}${exponent}`
  return `${sign}${digits.charAt(0)}${fraction}${power}`
}
