import { hashOf, toText } from './java-semantics.ts'
import type { Budget } from './limits.ts'
import { JavaNumber, toReal } from './numbers.ts'
import { classNameOf, JavaChar, JavaException, type Value } from './values.ts'

interface Spec {
  readonly flags: string
  readonly width: number
  readonly precision: number | undefined
  readonly conversion: string
}

const specPattern = /%(?:(\d+)\$)?([-#+ 0,(]*)(\d{1,5})?(?:\.(\d{1,4}))?([a-zA-Z%])/y

/**
 * Fills a format text as `String.format` does, for the conversions `s c b h d x o f e g n %` and the upper
 * case of those that have one.
 */
export function formatText(format: string, args: readonly Value[], budget: Budget): string {
  let out = ''
  let ordinary = 0
  for (let at = 0; at < format.length; ) {
    if (format.charAt(at) !== '%') {
      out += format.charAt(at)
      at++
      continue
    }
    specPattern.lastIndex = at
    const found = specPattern.exec(format)
    if (found === null) unknown(format.charAt(at + 1) === '' ? '%' : format.charAt(at + 1))
    const [whole, position, flags = '', width = '0', precision, conversion = ''] = found
    at += whole.length
    const spec: Spec = {
      flags,
      width: Number(width),
      precision: precision === undefined ? undefined : Number(precision),
      conversion,
    }
    if (conversion === '%') out += padded('%', spec)
    else if (conversion === 'n') out += '\n'
    else {
      const index = position === undefined ? ordinary++ : Number(position) - 1
      const arg = args[index]
      if (arg === undefined) {
        throw new JavaException(
          'java.util.MissingFormatArgumentException',
          `Format specifier '${whole}'`,
        )
      }
      out += converted(spec, arg, budget)
    }
    budget.fits(out.length)
    budget.step()
  }
  return budget.text(out)
}

function unknown(conversion: string): never {
  throw new JavaException(
    'java.util.UnknownFormatConversionException',
    `Conversion = '${conversion}'`,
  )
}

function padded(text: string, spec: Spec): string {
  return spec.flags.includes('-') ? text.padEnd(spec.width) : text.padStart(spec.width)
}

function converted(spec: Spec, arg: Value, budget: Budget): string {
  const text = body(spec, arg, budget)
  return spec.conversion === spec.conversion.toUpperCase() ? text.toUpperCase() : text
}

function body(spec: Spec, arg: Value, budget: Budget): string {
  const { conversion, precision } = spec
  switch (conversion.toLowerCase()) {
    case 's':
      return padded(toText(arg, budget).slice(0, precision), spec)
    case 'b':
      return padded(String(typeof arg === 'boolean' ? arg : arg !== null), spec)
    case 'c':
      if (arg === null || arg instanceof JavaChar) return padded(toText(arg, budget), spec)
      return padded(characterOf(spec, arg), spec)
    case 'h':
      return padded(arg === null ? 'null' : (hashOf(arg, budget) >>> 0).toString(16), spec)
    case 'd':
    case 'x':
    case 'o':
      if (arg === null) return padded('null', spec)
      if (!(arg instanceof JavaNumber) || !arg.isWhole) return mismatch(spec, arg)
      return wholeNumber(spec, arg)
    case 'f':
    case 'e':
    case 'g':
      if (arg === null) return padded('null', spec)
      if (!(arg instanceof JavaNumber) || arg.isWhole) return mismatch(spec, arg)
      return signed(realDigits(spec, arg), toReal(arg) < 0, spec)
    default:
      return unknown(conversion)
  }
}

function mismatch(spec: Spec, arg: Exclude<Value, null>): never {
  throw new JavaException(
    'java.util.IllegalFormatConversionException',
    `${spec.conversion} != ${classNameOf(arg)}`,
  )
}

/** `%c` takes an Integer as a code point. */
function characterOf(spec: Spec, arg: Exclude<Value, null>): string {
  if (!(arg instanceof JavaNumber) || arg.type !== 'int') return mismatch(spec, arg)
  if (arg.whole >= 0n && arg.whole <= 0x10ffffn) return String.fromCodePoint(Number(arg.whole))
  const code = `0x${BigInt.asUintN(32, arg.whole).toString(16)}`
  throw new JavaException('java.util.IllegalFormatCodePointException', `Code point = ${code}`)
}

function wholeNumber(spec: Spec, arg: JavaNumber): string {
  if (spec.conversion.toLowerCase() !== 'd') {
    const bits = arg.type === 'int' ? 32 : 64
    const raw = arg.type === 'big' ? arg.whole : BigInt.asUintN(bits, arg.whole)
    const text = raw.toString(spec.conversion === 'o' ? 8 : 16)
    return spec.flags.includes('0') ? text.padStart(spec.width, '0') : padded(text, spec)
  }
  const negative = arg.whole < 0n
  return signed((negative ? -arg.whole : arg.whole).toString(), negative, spec)
}

function realDigits(spec: Spec, arg: JavaNumber): string {
  const places = spec.precision ?? 6
  const conversion = spec.conversion.toLowerCase()
  if (conversion === 'g') return generalDigits(arg, Math.max(places, 1))
  return conversion === 'e' ? scientificDigits(arg, places) : roundedHalfUp(arg, places)
}

/** `%g`: so many digits in all, without an exponent from 0.0001 up to 10 to the number of digits. */
function generalDigits(arg: JavaNumber, digits: number): string {
  const size = Math.abs(toReal(arg))
  if (size === 0) return roundedHalfUp(arg, digits - 1)
  const [, power = '0'] = size.toExponential(Math.min(digits - 1, 100)).split('e')
  const exponent = Number(power)
  if (exponent < -4 || exponent >= digits) return scientificDigits(arg, digits - 1)
  return roundedHalfUp(arg, digits - 1 - exponent)
}

function scientificDigits(arg: JavaNumber, places: number): string {
  const [mantissa = '', power = '0'] = Math.abs(toReal(arg))
    .toExponential(Math.min(places, 100))
    .split('e')
  const exponent = Math.abs(Number(power)).toString().padStart(2, '0')
  return `${mantissa}e${power.startsWith('-') ? '-' : '+'}${exponent}`
}

/** The digits of a number's size rounded to so many places, halves away from zero. */
export function roundedHalfUp(value: JavaNumber, places: number): string {
  const text = value.toString().replace('-', '')
  if (!/\d/.test(text)) return text
  const [mantissa = '', power = '0'] = text.split('E')
  const [before = '0', after = ''] = mantissa.split('.')
  const shift = Number(power) - after.length + places
  const unscaled = BigInt(before + after)
  const scaled =
    shift >= 0 ? unscaled * 10n ** BigInt(shift) : halfUp(unscaled, 10n ** BigInt(-shift))
  const digits = scaled.toString().padStart(places + 1, '0')
  return places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`
}

function halfUp(value: bigint, divisor: bigint): bigint {
  return (value * 2n + divisor) / (divisor * 2n)
}

function signed(digits: string, negative: boolean, spec: Spec): string {
  const { flags, width } = spec
  const [before = '', ...after] = digits.split('.')
  const grouped = flags.includes(',') ? before.replace(/\B(?=(?:\d{3})+$)/g, ',') : before
  const text = [grouped, ...after].join('.')
  const sign = negative ? '-' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : ''
  if (negative && flags.includes('(')) return padded(`(${text})`, spec)
  if (flags.includes('0')) return sign + text.padStart(width - sign.length, '0')
  return padded(sign + text, spec)
}
