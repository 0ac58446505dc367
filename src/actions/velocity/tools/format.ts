import { roundedHalfUp } from '../format.ts'
import { double, type JavaNumber, parseDecimal, toReal, whole } from '../numbers.ts'
import { type Methods, Tool } from '../values.ts'
import { localeNumber } from './locale-number.ts'

interface Pattern {
  readonly prefix: string
  readonly suffix: string
  readonly wholeMin: number
  readonly fractionMin: number
  readonly fractionMax: number
  readonly grouping: number
  readonly percent: boolean
}

/** Reads a pattern of Java's `DecimalFormat`, without exponents. */
function patternOf(text: string): Pattern {
  const found = /[#0,.]+/.exec(text)
  const body = found?.[0] ?? ''
  const start = found?.index ?? text.length
  const [before = '', after = ''] = body.split('.')
  const unquoted = (part: string): string => part.replace(/'([^']*)'/g, '$1')
  const suffix = unquoted(text.slice(start + body.length))
  const zeros = body.includes('0')
  const pointed = body.includes('.') && !zeros
  return {
    prefix: unquoted(text.slice(0, start)),
    suffix,
    wholeMin: pointed && before !== '' ? 1 : before.replace(/[^0]/g, '').length,
    fractionMin: pointed && before === '' ? 1 : after.replace(/[^0]/g, '').length,
    fractionMax: body === '' ? 3 : after.length,
    grouping: before.includes(',') ? before.length - before.lastIndexOf(',') - 1 : 0,
    percent: suffix.includes('%'),
  }
}

const named: Readonly<Record<string, string>> = {
  default: '#,##0.###',
  number: '#,##0.###',
  integer: '#,##0',
  percent: '#,##0%',
  currency: '\u00a4#,##0.00',
}

/** Prints a number by a `DecimalFormat` pattern, rounding halves to the even neighbour. */
function formatted(pattern: string, value: JavaNumber): string {
  const [positive = '', negative] = (named[pattern] ?? pattern).split(';')
  const shape = patternOf(positive)
  const real = toReal(value)
  const scaled = shape.percent ? parseDecimal(double(real * 100).toString()) : value
  const digits = halfEven(scaled ?? value, shape.fractionMax)
  const [before = '', after = ''] = digits.split('.')
  const fraction = after.replace(/0+$/, '').padEnd(shape.fractionMin, '0')
  const stripped = before.replace(/^0+/, '').padStart(shape.wholeMin, '0')
  const integer = stripped === '' && fraction === '' ? '0' : stripped
  const grouped =
    shape.grouping > 0
      ? integer.replace(new RegExp(`\\B(?=(?:\\d{${shape.grouping}})+$)`, 'g'), ',')
      : integer
  const text = fraction === '' ? grouped : `${grouped}.${fraction}`
  if (real >= 0) return shape.prefix + text + shape.suffix
  if (negative === undefined) return `-${shape.prefix}${text}${shape.suffix}`
  const other = patternOf(negative)
  return other.prefix + text + other.suffix
}

/** Rounds a double by its exact value: 1.015 is a little less than it prints as. */
function halfEvenReal(value: number, places: number): string {
  const [before = '', fraction = ''] = value.toFixed(100).split('.')
  const kept = fraction.slice(0, places)
  const tie = /^50*$/.test(fraction.slice(places))
  if (!tie || Number((before + kept).at(-1)) % 2 === 1) return value.toFixed(places)
  return places === 0 ? before : `${before}.${kept}`
}

function halfEven(value: JavaNumber, places: number): string {
  const real = Math.abs(toReal(value))
  if (value.isReal && real < 2 ** 53) return halfEvenReal(real, places)
  const up = roundedHalfUp(value, places)
  const exact = value.toString().replace('-', '')
  const fraction = /^\d+\.(\d+)$/.exec(exact)?.[1] ?? ''
  const tie = /^50*$/.test(fraction.slice(places)) && fraction.length > places
  if (!tie) return up
  const kept = fraction.slice(0, places)
  const last = places === 0 ? exact.split('.')[0]?.at(-1) : kept.at(-1)
  if (Number(last) % 2 === 1) return up
  const before = exact.split('.')[0] ?? '0'
  return places === 0 ? before : `${before}.${kept}`
}

function byName(name: string): Methods<Tool>[string] {
  return (_, args) => {
    const number = localeNumber(args.value(0), args)
    return number === undefined ? null : formatted(name, number)
  }
}

/** `$number`: Apache's `NumberTool`, with the patterns of the root locale. */
export const numberTool = new Tool('org.apache.velocity.tools.generic.NumberTool', {
  'format(Object)': byName('default'),
  'format(String,Object)': (_, args) => {
    const number = localeNumber(args.value(1), args)
    return number === undefined ? null : formatted(args.text(0).slice(0, 100), number)
  },
  'number(Object)': byName('number'),
  'integer(Object)': byName('integer'),
  'percent(Object)': byName('percent'),
  'currency(Object)': byName('currency'),
  'toNumber(Object)': (_, args) => localeNumber(args.value(0), args) ?? null,
})

const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ')

/** Prints a moment in UTC by a pattern of Java's `SimpleDateFormat`, as far as figures go. */
function dateText(pattern: string, now: Date): string {
  const parts: Readonly<Record<string, number>> = {
    y: now.getUTCFullYear(),
    M: now.getUTCMonth() + 1,
    d: now.getUTCDate(),
    H: now.getUTCHours(),
    h: ((now.getUTCHours() + 11) % 12) + 1,
    m: now.getUTCMinutes(),
    s: now.getUTCSeconds(),
    S: now.getUTCMilliseconds(),
  }
  return pattern.replace(/'([^']*)'|([a-zA-Z])\2*/g, (run: string, quoted: string | undefined) => {
    if (quoted !== undefined) return quoted === '' ? "'" : quoted
    const letter = run.charAt(0)
    if (letter === 'M' && run.length >= 3) return months[now.getUTCMonth()] ?? ''
    if (letter === 'E') return weekdays[now.getUTCDay()] ?? ''
    if (letter === 'a') return now.getUTCHours() < 12 ? 'AM' : 'PM'
    if (letter === 'Z') return '+0000'
    if (letter === 'X') return 'Z'
    if (letter === 'z') return 'UTC'
    const value = parts[letter]
    if (value === undefined) return run
    const year = letter === 'y' && run.length === 2
    return String(year ? value % 100 : value).padStart(run.length, '0')
  })
}

/**
 * `$date`: the part of Apache's `DateTool` that prints the present moment, in UTC. The vendor names
 * no such tool, so it is offered only where a caller puts it into a context. `now` gives epoch ms.
 */
export function dateTool(now: () => number): Tool {
  const get: Methods<Tool>[string] = (_, args) =>
    dateText(args.text(0).slice(0, 200), new Date(now()))
  return new Tool('org.apache.velocity.tools.generic.DateTool', {
    'get(String)': get,
    'format(String)': get,
    'getYear()': () => whole(BigInt(new Date(now()).getUTCFullYear())),
    'getMonth()': () => whole(BigInt(new Date(now()).getUTCMonth())),
    'getDay()': () => whole(BigInt(new Date(now()).getUTCDate())),
  })
}
