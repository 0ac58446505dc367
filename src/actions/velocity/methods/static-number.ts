import { compare } from '../arithmetic.ts'
import { double, int, type JavaNumber, long, parseDecimal, toReal } from '../numbers.ts'
import { type Arguments, JavaException, type Methods } from '../values.ts'

type Whole = 'int' | 'long'

const bitsOf: Readonly<Record<Whole, number>> = { int: 32, long: 64 }

function made(type: Whole, value: number | bigint): JavaNumber {
  return type === 'int' ? int(value) : long(value)
}

function notANumber(message: string): never {
  throw new JavaException('java.lang.NumberFormatException', message)
}

/** The argument's text; a missing one fails as the parsers of Java fail. */
function given(args: Arguments): string {
  return args.value(0) === null ? notANumber('Cannot parse null string: null') : args.text(0)
}

function parseWhole(type: Whole, args: Arguments, radix: number): JavaNumber {
  const text = given(args)
  const found = /^([+-]?)([0-9a-z]+)$/i.exec(text)
  const digits = [...(found?.[2] ?? '')].map((digit) => Number.parseInt(digit, 36))
  const under = radix === 10 ? '' : ` under radix ${radix}`
  const message = `For input string: "${text}"${under}`
  if (digits.length === 0 || digits.length > 200) notANumber(message)
  if (digits.some((digit) => digit >= radix)) notANumber(message)
  const size = digits.reduce((sum, digit) => sum * BigInt(radix) + BigInt(digit), 0n)
  const value = found?.[1] === '-' ? -size : size
  if (BigInt.asIntN(bitsOf[type], value) !== value) notANumber(message)
  return made(type, value)
}

function parseUnsigned(type: Whole, args: Arguments): JavaNumber {
  const text = given(args)
  if (text.startsWith('-')) {
    notANumber(`Illegal leading minus sign on unsigned string ${text}.`)
  }
  if (!/^\+?\d{1,20}$/.test(text)) notANumber(`For input string: "${text}"`)
  const value = BigInt(text)
  if (BigInt.asUintN(bitsOf[type], value) !== value) {
    notANumber(`String value ${text} exceeds range of unsigned ${type}.`)
  }
  return made(type, BigInt.asIntN(bitsOf[type], value))
}

function radixOf(args: Arguments, at: number): number {
  const radix = args.int(at)
  if (radix >= 2 && radix <= 36) return radix
  const bound = radix < 2 ? 'less than Character.MIN_RADIX' : 'greater than Character.MAX_RADIX'
  return notANumber(`radix ${radix} ${bound}`)
}

function ones(value: bigint): number {
  let count = 0
  for (let rest = value; rest > 0n; rest >>= 1n) count += Number(rest & 1n)
  return count
}

/**
 * The static methods of `Integer` and `Long`. Templates reach them through any number, the usual idiom being
 * `#set($Integer = 0)$Integer.parseInt($text)`.
 */
export function wholeClassMethods(type: Whole): Methods<JavaNumber> {
  const name = type === 'int' ? 'Int' : 'Long'
  const unsigned = (args: Arguments) => BigInt.asUintN(bitsOf[type], args.number(0).whole)
  const signed = (args: Arguments) => compare(args.number(0), int(0))
  return {
    [`parse${name}(String)`]: (_, args) => parseWhole(type, args, 10),
    [`parse${name}(String,int)`]: (_, args) => parseWhole(type, args, radixOf(args, 1)),
    'valueOf(String)': (_, args) => parseWhole(type, args, 10),
    'valueOf(String,int)': (_, args) => parseWhole(type, args, radixOf(args, 1)),
    [`valueOf(${type})`]: (_, args) => args.number(0),
    [`toString(${type})`]: (_, args) => args.number(0).toString(),
    [`toString(${type},int)`]: (_, args) => {
      const radix = args.int(1)
      return args.number(0).whole.toString(radix >= 2 && radix <= 36 ? radix : 10)
    },
    [`toHexString(${type})`]: (_, args) => unsigned(args).toString(16),
    [`toOctalString(${type})`]: (_, args) => unsigned(args).toString(8),
    [`toBinaryString(${type})`]: (_, args) => unsigned(args).toString(2),
    [`compare(${type},${type})`]: (_, args) => int(compare(args.number(0), args.number(1))),
    [`max(${type},${type})`]: (_, args) => larger(args),
    [`min(${type},${type})`]: (_, args) => smaller(args),
    [`sum(${type},${type})`]: (_, args) => made(type, args.number(0).whole + args.number(1).whole),
    [`signum(${type})`]: (_, args) => int(signed(args)),
    [`numberOfLeadingZeros(${type})`]: (_, args) =>
      int(bitsOf[type] - (unsigned(args) === 0n ? 0 : unsigned(args).toString(2).length)),
    [`numberOfTrailingZeros(${type})`]: (_, args) => {
      const zeros = /0*$/.exec(unsigned(args).toString(2))?.[0].length ?? 0
      return int(unsigned(args) === 0n ? bitsOf[type] : zeros)
    },
    [`highestOneBit(${type})`]: (_, args) => {
      const length = unsigned(args).toString(2).length
      return made(type, unsigned(args) === 0n ? 0n : 1n << BigInt(length - 1))
    },
    [`parseUnsigned${name}(String)`]: (_, args) => parseUnsigned(type, args),
    [`bitCount(${type})`]: (_, args) => int(ones(unsigned(args))),
    [`hashCode(${type})`]: (_, args) => int(args.number(0).whole ^ (args.number(0).whole >> 32n)),
  }
}

function larger(args: Arguments): JavaNumber {
  return compare(args.number(0), args.number(1)) < 0 ? args.number(1) : args.number(0)
}

function smaller(args: Arguments): JavaNumber {
  return compare(args.number(0), args.number(1)) > 0 ? args.number(1) : args.number(0)
}

function parseReal(args: Arguments): JavaNumber {
  if (args.value(0) === null) throw new JavaException('java.lang.NullPointerException', undefined)
  const text = args.text(0).trim()
  if (text === '') notANumber('empty String')
  const special = /^([+-]?)(NaN|Infinity)$/.exec(text)
  if (special !== null) return double(Number(text))
  const number = parseDecimal(text.replace(/(?<=[\d.])[dDfF]$/, ''))
  return number === undefined
    ? notANumber(`For input string: "${args.text(0)}"`)
    : double(toReal(number))
}

/** The static methods of `Double`. */
export const realClassMethods: Methods<JavaNumber> = {
  'parseDouble(String)': (_, args) => parseReal(args),
  'valueOf(String)': (_, args) => parseReal(args),
  'valueOf(double)': (_, args) => args.number(0),
  'toString(double)': (_, args) => args.number(0).toString(),
  'compare(double,double)': (_, args) => int(compare(args.number(0), args.number(1))),
  'max(double,double)': (_, args) => larger(args),
  'min(double,double)': (_, args) => smaller(args),
  'sum(double,double)': (_, args) => double(toReal(args.number(0)) + toReal(args.number(1))),
  'isNaN(double)': (_, args) => Number.isNaN(args.number(0).real),
  'isInfinite(double)': (_, args) => Math.abs(args.number(0).real) === Number.POSITIVE_INFINITY,
  'isFinite(double)': (_, args) => Number.isFinite(args.number(0).real),
}
