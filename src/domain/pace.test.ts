import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { paced, typingPace } from './pace.ts'

test('no stretch of a minute ever holds more than twelve', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20_000), { maxLength: 60, size: 'max' }), (waits) => {
      let nowMs = 0
      let times: readonly number[] = []
      const taken: number[] = []
      for (const wait of waits) {
        nowMs += wait
        const next = paced(times, nowMs, typingPace)
        if (next === undefined) continue
        times = next
        taken.push(nowMs)
        assert.ok(taken.filter((ms) => ms > nowMs - 60_000).length <= 12)
      }
    }),
  )
})

test('a thirteenth is refused until the first is a minute old', () => {
  const full = Array.from({ length: 12 }, (_, index) => index * 1000)
  assert.equal(paced(full, 59_999, typingPace), undefined)
  assert.equal(paced(full, 60_000, typingPace)?.length, 12)
})
