import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isoTime } from './clock.ts'

const farthestMs = 8.64e15

test('a time is written as the language writes it, before and after 1970 and by parts of a millisecond', () => {
  const time = fc.oneof(
    fc.integer({ min: 0, max: 4e12 }),
    fc.integer({ min: -2000, max: 2000 }),
    fc.double({ min: -farthestMs, max: farthestMs, noNaN: true }),
  )
  fc.assert(
    fc.property(time, fc.integer({ min: 0, max: 1500 }), (ms, laterMs) => {
      assert.equal(isoTime(ms), new Date(ms).toISOString())
      const later = Math.min(ms + laterMs, farthestMs)
      assert.equal(isoTime(later), new Date(later).toISOString())
    }),
  )
})

test('what is no time is refused, and the next one is written all the same', () => {
  assert.equal(isoTime(1234), '1970-01-01T00:00:01.234Z')
  for (const ms of [Number.NaN, Number.POSITIVE_INFINITY, farthestMs + 1000]) {
    assert.throws(() => isoTime(ms), RangeError)
  }
  assert.equal(isoTime(1235), '1970-01-01T00:00:01.235Z')
})
