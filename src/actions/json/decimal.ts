/** A decimal number kept exactly: `unscaled` × 10^-`scale`, as Java's `BigDecimal` keeps it. */
export interface Decimal {
  readonly unscaled: bigint
  readonly scale: number
}

const decimalPattern = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,10}))?$/

/** More digits than this in one number are refused: nothing real has them and arithmetic on them is slow. */
const digitsMax = 10_000

/**
 * Reads a decimal literal exactly (`-12.340e5`), or gives undefined where Java's `new BigDecimal(text)`
 * would refuse it. Blanks are refused, as in Java.
 */
export function parseDecimal(text: string): Decimal | undefined {
  if (text.length > digitsMax) return undefined
  const parts = decimalPattern.exec(text)
  if (parts === null) return undefined
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = parts
  const digits = whole + fraction
  if (digits === '') return undefined
  const scale = fraction.length - Number(exponent)
  if (Math.abs(scale) > 2_147_483_647) return undefined
  const magnitude = BigInt(digits)
  return { unscaled: sign === '-' ? -magnitude : magnitude, scale }
}

/** Orders two decimals by value (`1.0` equals `1.00`): negative, zero or positive. */
export function compareDecimals(left: Decimal, right: Decimal): number {
  const leftSign = signOf(left.unscaled)
  const rightSign = signOf(right.unscaled)
  if (leftSign !== rightSign) return leftSign - rightSign
  if (leftSign === 0) return 0
  // Sizes first, so that 1e999999999 against 1 is never written out in digits.
  const size = magnitudeOf(left) - magnitudeOf(right)
  if (size !== 0) return size < 0 ? -leftSign : leftSign
  const scale = Math.max(left.scale, right.scale)
  const difference =
    left.unscaled * 10n ** BigInt(scale - left.scale) -
    right.unscaled * 10n ** BigInt(scale - right.scale)
  return signOf(difference)
}

/** Prints a decimal as Java's `BigDecimal.toString()`: plain, or `1.23E+7` where the scale asks for it. */
export function decimalText({ unscaled, scale }: Decimal): string {
  const sign = unscaled < 0n ? '-' : ''
  const digits = digitsOf(unscaled)
  if (scale === 0) return sign + digits
  const exponent = digits.length - 1 - scale
  if (scale > 0 && exponent >= -6) {
    const padded = digits.padStart(scale + 1, '0')
    const point = padded.length - scale
    return `${sign}${padded.slice(0, point)}.${padded.slice(point)}`
  }
  const head = digits.length > 1 ? `${digits.slice(0, 1)}.${digits.slice(1)}` : digits
  if (exponent === 0) return sign + head
  return `${sign}${head}E${exponent > 0 ? '+' : ''}${exponent}`
}

/** Cuts a decimal to a 32-bit integer as Java's `BigDecimal.intValue()` does (drop fraction, wrap). */
export function decimalToInt32({ unscaled, scale }: Decimal): number {
  if (scale > digitsMax || unscaled === 0n) return 0
  if (scale < -32) return 0 // a multiple of 2^32, as 10^32 is
  const whole = scale >= 0 ? unscaled / 10n ** BigInt(scale) : unscaled * 10n ** BigInt(-scale)
  return Number(BigInt.asIntN(32, whole))
}

function signOf(value: bigint): number {
  if (value === 0n) return 0
  return value < 0n ? -1 : 1
}

function digitsOf(value: bigint): string {
  return (value < 0n ? -value : value).toString()
}

function magnitudeOf(value: Decimal): number {
  return digitsOf(value.unscaled).length - value.scale
}
