import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { chunks, inList, number, text, textOrUndefined } from './sql.ts'

test('a list asks for the same values, in few distinct texts', () => {
  fc.assert(
    fc.property(fc.array(fc.string(), { minLength: 1, maxLength: 100 }), (wanted) => {
      const { marks, values } = inList(wanted)
      assert.deepEqual(new Set(values), new Set(wanted))
      assert.equal(marks.split(', ').length, values.length)
      assert.ok(Number.isInteger(Math.log2(values.length)))
      assert.ok(values.length < wanted.length * 2)
    }),
  )
})

test('chunks hold every value once, in order', () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), fc.integer({ min: 1, max: 10 }), (values, size) => {
      const groups = chunks(values, size)
      assert.deepEqual(groups.flat(), values)
      assert.ok(groups.every((group) => group.length > 0 && group.length <= size))
    }),
  )
})

test('a column of another type than expected is an error, not a wrong value', () => {
  const row = { a: 'x', b: 1, c: null }
  assert.equal(text(row, 'a'), 'x')
  assert.equal(number(row, 'b'), 1)
  assert.equal(textOrUndefined(row, 'c'), undefined)
  assert.throws(() => text(row, 'b'), /Column b holds no text/)
  assert.throws(() => number(row, 'a'), /Column a holds no number/)
  assert.throws(() => text(row, 'missing'), /Column missing/)
})
