import {
  big,
  compareDecimals,
  decimal,
  double,
  JavaNumber,
  long,
  rescaled,
  toDecimal,
  toReal,
  whole,
} from './numbers.ts'

type Base = 'long' | 'big' | 'float' | 'double' | 'decimal'

function baseOf(left: JavaNumber, right: JavaNumber): Base {
  const types = [left.type, right.type]
  const wholes = left.isWhole && right.isWhole
  if (types.includes('decimal') || (!wholes && types.includes('big'))) return 'decimal'
  if (wholes) return types.includes('big') ? 'big' : 'long'
  return types.includes('double') ? 'double' : 'float'
}

/** Gives a whole result the wider of the two operands' types, or a wider one when it does not fit. */
function fitted(value: bigint, left: JavaNumber, right: JavaNumber): JavaNumber {
  const fit = whole(value)
  if (fit.type !== 'int') return fit
  return left.type === 'long' || right.type === 'long' ? long(value) : fit
}

function real(value: number, base: Base): JavaNumber {
  return base === 'float' ? new JavaNumber('float', 0n, Math.fround(value)) : double(value)
}

/** Adds as Velocity does: the result has the wider type, and grows instead of overflowing. */
export function add(left: JavaNumber, right: JavaNumber): JavaNumber {
  const base = baseOf(left, right)
  if (base === 'long') return fitted(left.whole + right.whole, left, right)
  if (base === 'big') return big(left.whole + right.whole)
  if (base !== 'decimal') return real(toReal(left) + toReal(right), base)
  const [a, b] = [toDecimal(left), toDecimal(right)]
  const scale = Math.max(a.scale, b.scale)
  return decimal(rescaled(a, scale) + rescaled(b, scale), scale)
}

/** Subtracts as Velocity does. */
export function subtract(left: JavaNumber, right: JavaNumber): JavaNumber {
  const base = baseOf(left, right)
  if (base === 'long') return fitted(left.whole - right.whole, left, right)
  if (base === 'big') return big(left.whole - right.whole)
  if (base !== 'decimal') return real(toReal(left) - toReal(right), base)
  const [a, b] = [toDecimal(left), toDecimal(right)]
  const scale = Math.max(a.scale, b.scale)
  return decimal(rescaled(a, scale) - rescaled(b, scale), scale)
}

/** Multiplies as Velocity does. */
export function multiply(left: JavaNumber, right: JavaNumber): JavaNumber {
  const base = baseOf(left, right)
  if (base === 'long') return fitted(left.whole * right.whole, left, right)
  if (base === 'big') return big(left.whole * right.whole)
  if (base !== 'decimal') return real(toReal(left) * toReal(right), base)
  const [a, b] = [toDecimal(left), toDecimal(right)]
  return decimal(a.whole * b.whole, a.scale + b.scale)
}

/** Divides as Velocity does: whole numbers truncate. The divisor must not be zero. */
export function divide(left: JavaNumber, right: JavaNumber): JavaNumber {
  const base = baseOf(left, right)
  if (base === 'long') return fitted(left.whole / right.whole, left, right)
  if (base === 'big') return big(left.whole / right.whole)
  if (base !== 'decimal') return real(toReal(left) / toReal(right), base)
  const [a, b] = [toDecimal(left), toDecimal(right)]
  return divideDecimals(a, b)
}

/** Keeps the dividend's scale and rounds half down, as the engine asks of BigDecimal. */
function divideDecimals(a: JavaNumber, b: JavaNumber): JavaNumber {
  const shift = b.scale
  const top = shift >= 0 ? a.whole * 10n ** BigInt(shift) : a.whole
  const bottom = shift >= 0 ? b.whole : b.whole * 10n ** BigInt(-shift)
  const quotient = top / bottom
  const rest = abs(top % bottom) * 2n
  const away = top < 0n === bottom < 0n ? 1n : -1n
  return decimal(rest > abs(bottom) ? quotient + away : quotient, a.scale)
}

function abs(value: bigint): bigint {
  return value < 0n ? -value : value
}

/** The remainder, with the sign of the dividend; undefined for BigDecimals, which Java refuses. */
export function modulo(left: JavaNumber, right: JavaNumber): JavaNumber | undefined {
  const base = baseOf(left, right)
  if (base === 'long') return fitted(left.whole % right.whole, left, right)
  if (base === 'big') {
    const rest = left.whole % right.whole
    return big(rest < 0n ? rest + right.whole : rest)
  }
  return base === 'decimal' ? undefined : real(toReal(left) % toReal(right), base)
}

/** Orders two numbers of any types: −1, 0 or 1, and 0 when one is not a number. */
export function compare(left: JavaNumber, right: JavaNumber): number {
  const base = baseOf(left, right)
  if (base === 'decimal') return compareDecimals(toDecimal(left), toDecimal(right))
  if (base === 'long' || base === 'big') {
    return left.whole < right.whole ? -1 : left.whole > right.whole ? 1 : 0
  }
  const [a, b] = [toReal(left), toReal(right)]
  return a < b ? -1 : a > b ? 1 : 0
}

/** The number with the other sign. */
export function negate(value: JavaNumber): JavaNumber {
  if (value.type === 'decimal') return decimal(-value.whole, value.scale)
  if (value.isReal) return real(-value.real, value.type === 'float' ? 'float' : 'double')
  if (value.type === 'big') return big(-value.whole)
  return fitted(-value.whole, value, value)
}

/** True for a zero of any type. */
export function isZero(value: JavaNumber): boolean {
  return value.isReal ? value.real === 0 : value.whole === 0n
}

/** True when two numbers have the same type and value, as `equals` compares them in Java. */
export function sameNumber(left: JavaNumber, right: JavaNumber): boolean {
  if (left.type !== right.type) return false
  if (left.isReal) return Object.is(left.real, right.real)
  return left.whole === right.whole && left.scale === right.scale
}

/** Java's hash code of a number, as 32 bits. */
export function numberHash(value: JavaNumber): number {
  if (value.type === 'int') return Number(value.whole)
  if (value.type === 'long') return fold(BigInt.asUintN(64, value.whole))
  if (value.type === 'double') {
    const view = new DataView(new ArrayBuffer(8))
    view.setFloat64(0, value.real)
    return fold(view.getBigUint64(0))
  }
  if (value.type === 'float') {
    const view = new DataView(new ArrayBuffer(4))
    view.setFloat32(0, value.real)
    return view.getInt32(0)
  }
  const magnitude = bigHash(value.whole)
  return value.type === 'big' ? magnitude : (Math.imul(31, magnitude) + value.scale) | 0
}

function fold(bits: bigint): number {
  return Number(BigInt.asIntN(32, bits ^ (bits >> 32n)))
}

function bigHash(value: bigint): number {
  let rest = abs(value)
  const words: number[] = []
  while (rest > 0n) {
    words.push(Number(rest & 0xffffffffn))
    rest >>= 32n
  }
  let hash = 0
  for (const word of words.reverse()) hash = (Math.imul(31, hash) + word) | 0
  return value < 0n ? -hash | 0 : hash
}
