import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Level, type Rate, takeSegments } from './throttle.ts'

const startMs = 1_790_000_000_000

/** Sends as fast as the rate lets it; when each text went, and its segments. */
function sendAll(
  rate: Rate,
  texts: readonly number[],
): readonly { atMs: number; segments: number }[] {
  let level: Level | undefined
  let nowMs = startMs
  const sent: { atMs: number; segments: number }[] = []
  for (const segments of texts) {
    for (;;) {
      const taken = takeSegments(rate, level, { segments, nowMs })
      if ('level' in taken) {
        level = taken.level
        sent.push({ atMs: nowMs, segments })
        break
      }
      assert.ok(taken.untilMs > nowMs, 'the time to ask again is later than now')
      nowMs = taken.untilMs
    }
  }
  return sent
}

const anyRate = fc.record({
  segmentsPerSecond: fc.constantFrom(0.1, 0.5, 1, 3, 20, 100, 1000, 1500),
  burstSegments: fc.option(fc.integer({ min: 1, max: 20 }), { nil: undefined }),
})
const anyTexts = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 80 })

test('no stretch of time carries more than the rate, the burst and one text', () => {
  fc.assert(
    fc.property(anyRate, anyTexts, ({ segmentsPerSecond, burstSegments }, texts) => {
      const rate =
        burstSegments === undefined ? { segmentsPerSecond } : { segmentsPerSecond, burstSegments }
      const burst = Math.max(1, burstSegments ?? Math.ceil(segmentsPerSecond))
      const sent = sendAll(rate, texts)
      for (let from = 0; from < sent.length; from += 1) {
        let sum = 0
        for (let to = from; to < sent.length; to += 1) {
          sum += sent[to]?.segments ?? 0
          const seconds = ((sent[to]?.atMs ?? 0) - (sent[from]?.atMs ?? 0) + 1) / 1000
          assert.ok(sum <= segmentsPerSecond * seconds + burst + 6, `${sum} in ${seconds} s`)
        }
      }
    }),
  )
})

test('a sender that always has something to send gets its full rate', () => {
  const sent = sendAll({ segmentsPerSecond: 20, burstSegments: 1 }, Array(200).fill(1))
  const seconds = ((sent.at(-1)?.atMs ?? 0) - startMs) / 1000
  assert.ok(Math.abs(seconds - 199 / 20) < 0.3, `${seconds} s`)
})

test('a bucket that was emptied to the last segment is empty, however its level was rounded', () => {
  const texts = [3, 5, 1, 1, 2, 4, 4, 2, 2]
  const sent = sendAll({ segmentsPerSecond: 1500, burstSegments: 16 }, texts)
  assert.deepEqual(
    sent.map(({ atMs }) => atMs - startMs),
    [0, 0, 0, 0, 0, 0, 3, 5, 6],
  )
})

test('a rate below one a second waits its seconds', () => {
  const sent = sendAll({ segmentsPerSecond: 0.1 }, [1, 1, 1])
  assert.deepEqual(
    sent.map(({ atMs }) => atMs - startMs),
    [0, 10_000, 20_000],
  )
})

test('a text larger than the burst goes whole when the bucket is full', () => {
  const sent = sendAll({ segmentsPerSecond: 1, burstSegments: 2 }, [5, 5])
  assert.deepEqual(
    sent.map(({ atMs }) => atMs - startMs),
    [0, 5000],
  )
})

test('a daily cap waits for the next day where the day begins', () => {
  const rate: Rate = { segmentsPerSecond: 100, segmentsPerDayMax: 3, dayOffsetMinutes: -480 }
  const sent = sendAll(rate, [1, 1, 1, 1])
  const waitedUntil = sent.at(-1)?.atMs ?? 0
  assert.equal(waitedUntil % 86_400_000, 480 * 60_000)
  assert.ok(waitedUntil > startMs && waitedUntil - startMs <= 86_400_000)
})

test('a clock that was set back holds nobody up: the bucket counts as full, once', () => {
  const rate = { segmentsPerSecond: 1, burstSegments: 2 }
  const [first, earlierMs] = [startMs, startMs - 3_600_000]
  const before = takeSegments(rate, undefined, { segments: 2, nowMs: first })
  assert.ok('level' in before)
  const after = takeSegments(rate, before.level, { segments: 2, nowMs: earlierMs })
  assert.ok('level' in after)
  assert.deepEqual(takeSegments(rate, after.level, { segments: 1, nowMs: earlierMs }), {
    untilMs: earlierMs + 1000,
  })
})
