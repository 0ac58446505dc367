import { toText } from '../java-semantics.ts'
import { double, JavaNumber, long } from '../numbers.ts'
import type { Arguments, Value } from '../values.ts'

/**
 * A value as the number that Apache's tools take it for: numbers as they are, of a text what Java's
 * `NumberFormat` of the root locale reads at its start, so that `1,234.5 EUR` is 1234.5 and `5.0` is a
 * Long. Undefined where a text starts with no number, and for every other value.
 */
export function localeNumber(value: Value, args: Arguments): JavaNumber | undefined {
  if (value instanceof JavaNumber) return value
  return value === null ? undefined : fromText(toText(value, args.budget))
}

function fromText(text: string): JavaNumber | undefined {
  if (text.startsWith('NaN')) return double(Number.NaN)
  const found = /^(-?)(?:(∞)|([\d,]*)(?:\.(\d*))?(?:E(-?\d+))?)/.exec(text)
  const [, sign = '', infinity, grouped = '', fraction = '', exponent = '0'] = found ?? []
  if (infinity !== undefined) return double(Number(`${sign}Infinity`))
  const digits = grouped.replaceAll(',', '')
  if (digits + fraction === '') return undefined
  const real = Number(`${sign}${digits}.${fraction}e${exponent}`)
  if (!Number.isInteger(real) || Object.is(real, -0)) return double(real)
  const isPlain = exponent === '0' && digits.length <= 19
  const exact = isPlain ? BigInt(`${sign}${digits === '' ? '0' : digits}`) : BigInt(real)
  return BigInt.asIntN(64, exact) === exact ? long(exact) : double(real)
}
