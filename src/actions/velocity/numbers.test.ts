import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { add, compare, divide, modulo, multiply, negate, subtract } from './arithmetic.ts'
import { decimal, double, int, jsonNumber, long, numberLiteral, toInt, whole } from './numbers.ts'

test('doubles print as Java prints them', () => {
  const table: readonly (readonly [number, string])[] = [
    [1, '1.0'],
    [-0, '-0.0'],
    [0.001, '0.001'],
    [0.0001, '1.0E-4'],
    [1234567.5, '1234567.5'],
    [12345678, '1.2345678E7'],
    [1e21, '1.0E21'],
    [-1.5e-7, '-1.5E-7'],
    [Number.NaN, 'NaN'],
    [Number.POSITIVE_INFINITY, 'Infinity'],
  ]
  for (const [value, expected] of table) assert.equal(double(value).toString(), expected)
})

test('decimals keep their scale', () => {
  assert.equal(decimal(150n, 2).toString(), '1.50')
  assert.equal(decimal(5n, -3).toString(), '5E+3')
  assert.equal(decimal(1n, 8).toString(), '1E-8')
  assert.equal(add(decimal(15n, 1), int(1)).toString(), '2.5')
  assert.equal(divide(decimal(10n, 0), decimal(4n, 0)).toString(), '2')
})

test('whole results have the wider type and grow instead of overflowing', () => {
  assert.equal(add(int(2_147_483_647), int(1)).type, 'long')
  assert.equal(add(int(1), long(1)).type, 'long')
  assert.equal(multiply(long(2n ** 62n), int(4)).type, 'big')
  assert.equal(negate(int(-(2 ** 31))).toString(), '2147483648')
  assert.equal(divide(int(-7), int(2)).toString(), '-3')
  assert.equal(modulo(int(-7), int(3))?.toString(), '-1')
})

test('JSON numbers keep all their digits', () => {
  const table: readonly (readonly [string, string, string])[] = [
    ['5', '5', 'int'],
    ['12345678901', '12345678901', 'long'],
    ['9223372036854775808', '9223372036854775808', 'big'],
    ['1.10', '1.1', 'double'],
    ['1e2', '100.0', 'double'],
    ['0.1234567890123456789', '0.1234567890123456789', 'decimal'],
  ]
  for (const [text, printed, type] of table) {
    assert.equal(jsonNumber(text).toString(), printed)
    assert.equal(jsonNumber(text).type, type)
  }
})

test('casts to int cut bits from whole numbers and stop doubles at the ends', () => {
  assert.equal(toInt(long(2n ** 32n + 5n)), 5)
  assert.equal(toInt(double(1e20)), 2_147_483_647)
  assert.equal(toInt(double(-1.9)), -1)
})

test('whole arithmetic agrees with exact integers', () => {
  const number = fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n })
  fc.assert(
    fc.property(number, number, (a, b) => {
      const [x, y] = [whole(a), whole(b)]
      assert.equal(add(x, y).whole, a + b)
      assert.equal(subtract(x, y).whole, a - b)
      assert.equal(multiply(x, y).whole, a * b)
      assert.equal(compare(x, y), a < b ? -1 : a > b ? 1 : 0)
      assert.equal(numberLiteral(a.toString()).whole, a)
    }),
    { numRuns: 300 },
  )
})
