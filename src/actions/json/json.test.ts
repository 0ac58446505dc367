import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { compareDecimals, decimalText, decimalToInt32, parseDecimal } from './decimal.ts'
import { javaText } from './java-text.ts'
import { doubleText } from './number.ts'
import { fromPlain, toPlain } from './plain.ts'
import { JsonSyntaxError, parseJson } from './read.ts'
import { parsePermissiveJson } from './read-permissive.ts'
import { writeJson } from './write.ts'

const reprint = (text: string) => writeJson(parseJson(text))
const reprintPermissive = (text: string) => writeJson(parsePermissiveJson(text))

describe('numbers are printed with the digits that Java prints', () => {
  for (const [text, printed] of [
    ['9223372036854775808', '9223372036854775808'],
    ['-12345678901234567890123', '-12345678901234567890123'],
    ['-0', '0'],
    ['10.50', '10.5'],
    ['0.1000', '0.1'],
    ['0.1000000000000000000', '0.1000000000000000000'],
    ['1e5', '100000.0'],
    ['1E7', '1.0E7'],
    ['1e-3', '0.001'],
    ['1e-4', '1.0E-4'],
    ['1234567.5', '1234567.5'],
    ['-0.0', '-0.0'],
    ['1e400', 'null'],
    ['123456789012345678.5e10', '1.234567890123456785E+27'],
  ] as const) {
    test(text, () => assert.equal(reprint(text), printed))
  }
})

test('whole numbers and long decimals keep every digit through reading and printing', () => {
  fc.assert(
    fc.property(fc.bigInt(), fc.nat(), (whole, fraction) => {
      assert.equal(reprint(`[${whole}]`), `[${whole}]`)
      // behind zeros alone Java would print an exponent
      const decimal = `${whole < 0n ? -whole : whole}.1${fraction}00000000000000000001`
      assert.equal(reprint(decimal), decimal)
    }),
  )
})

test('doubles keep their value, and any JSON its meaning', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = JSON.stringify(value)
      assert.deepEqual(JSON.parse(reprint(text)), JSON.parse(text))
    }),
  )
  assert.equal(doubleText(Number.MIN_VALUE), '4.9E-324')
})

test('decimals are compared by value and cut to 32 bits, however large their exponent is', () => {
  const decimal = (text: string) => {
    const parsed = parseDecimal(text)
    assert.ok(parsed !== undefined)
    return parsed
  }
  const order = (left: string, right: string) =>
    Math.sign(compareDecimals(decimal(left), decimal(right)))
  assert.equal(order('1.0', '1.00'), 0)
  assert.equal(order('1e999999999', '1'), 1)
  assert.equal(order('-1e999999999', '1e-999999999'), -1)
  assert.equal(order('-2', '-10'), 1)
  assert.equal(decimalText(decimal('0.00000012')), '1.2E-7')
  assert.equal(decimalText(decimal('1e3')), '1E+3')
  assert.equal(decimalToInt32(decimal('4294967298.9')), 2)
  assert.equal(decimalToInt32(decimal('1e999999999')), 0)
  assert.equal(parseDecimal(' 1'), undefined)
  assert.equal(parseDecimal('.'), undefined)
})

test('what is not JSON is refused with the place', () => {
  for (const [text, position] of [
    ['', 0],
    ['{"a":1,}', 7],
    ['[1 2]', 3],
    ['"a\nb"', 2],
    ["['a']", 1],
    ['01', 1],
    ['nul', 0],
    ['[1]]', 3],
  ] as const) {
    assert.throws(() => parseJson(text), { name: 'JsonSyntaxError', position }, text)
  }
  assert.throws(() => parseJson('['.repeat(401)), JsonSyntaxError)
})

test('the permissive reader takes what JSON-smart takes', () => {
  for (const [text, printed] of [
    ["['a', b c ,'d\"']", '["a","b c","d\\""]'],
    ['{a:1,b:x,}', '{"a":1,"b":"x"}'],
    ['[1,,2,]', '[1,2]'],
    ['[007,-1.50,1.,+1]', '[7,-1.5,1.0,"+1"]'],
    ['[1x,nullx,NaN]', '["1x","nullx",NaN]'],
    ['[1] rest', '[1]'],
    ["'a\\x41\\u0042\\q'", '"aAB"'],
  ] as const) {
    assert.equal(reprintPermissive(text), printed)
  }
  for (const text of ['[', '[1e+]', '{a}', '{"a":}', "['a]", '[:]']) {
    assert.throws(() => parsePermissiveJson(text), JsonSyntaxError, text)
  }
})

test('strings are escaped as JSON-smart does, slashes stay bare', () => {
  assert.equal(reprint('"a/\\u0001\\u2019\\u007f\\"\\\\é"'), '"a/\\u0001\\u2019\\u007F\\"\\\\é"')
})

test('values print as Java prints them in messages', () => {
  const value = parseJson('{"a":"x/y","b":["x/y",null],"c":{"d":null,"e":1e9}}')
  assert.equal(javaText(value), '{a=x/y, b=["x\\/y",null], c={d=null, e=1.0E9}}')
})

test('plain values lose no digits and reach no prototype', () => {
  const plain = toPlain(parseJson('{"__proto__":{"x":1},"id":12345678901234567890,"n":1.5}'))
  assert.ok(plain !== null && typeof plain === 'object')
  assert.equal(Object.getPrototypeOf(plain), null)
  assert.equal(Reflect.get(plain, 'id'), 12345678901234567890n)
  assert.equal(toPlain(parseJson('0.1000000000000000000')), '0.1000000000000000000')
  assert.equal(
    writeJson(fromPlain(plain)),
    '{"__proto__":{"x":1},"id":12345678901234567890,"n":1.5}',
  )
  assert.throws(() => fromPlain({ f: () => 1 }), TypeError)
})
