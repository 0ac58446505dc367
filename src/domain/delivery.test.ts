import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  afterFailure,
  bucketCount,
  bucketOf,
  deliveryStateOf,
  type FailedAttempt,
  joinParts,
  joinStatus,
  type RetryPolicy,
} from './delivery.ts'
import type { MessageStatus } from './message.ts'

const statuses: readonly MessageStatus[] = [
  'queued',
  'sent',
  'published',
  'delivery-failed',
  'failed',
  'delivery-success',
  'received',
  'read',
  'removed',
]
const status = fc.constantFrom(...statuses)

/** Vendor's webhook rule: five retries, five seconds apart. */
const fixed: RetryPolicy = {
  retriesMax: 5,
  delayMs: 5000,
  factor: 1,
  delayMsMax: 5000,
  jitter: 0,
  horizonMs: 3_600_000,
}

function failed(change: Partial<FailedAttempt> = {}): FailedAttempt {
  return {
    failure: 'unavailable',
    attempt: 1,
    acceptedMs: 0,
    expiresMs: 3_600_000,
    nowMs: 1000,
    idempotent: false,
    chance: 0.5,
    ...change,
  }
}

describe('the receipt lattice', () => {
  test('news never moves a message back, in whatever order it comes', () => {
    fc.assert(
      fc.property(fc.array(status, { minLength: 1, maxLength: 8 }), (news) => {
        let known: MessageStatus = 'queued'
        for (const one of news) {
          const next = joinStatus(known, one)
          assert.equal(joinStatus(next, known), next, 'a step up is never undone by what was known')
          known = next
        }
      }),
    )
  })

  test('the order of arrival does not matter to where a message ends', () => {
    fc.assert(
      fc.property(fc.array(status, { maxLength: 6 }), fc.infiniteStream(fc.nat()), (news, dice) => {
        const shuffled = [...news].sort(() => (Number(dice.next().value) % 2 === 0 ? 1 : -1))
        const end = (order: readonly MessageStatus[]) =>
          deliveryStateOf(order.reduce(joinStatus, 'queued'))
        assert.equal(end(news), end(shuffled))
      }),
    )
  })

  test('a repeat tells nothing new', () => {
    fc.assert(
      fc.property(status, status, (a, b) =>
        assert.equal(joinStatus(joinStatus(a, b), b), joinStatus(a, b)),
      ),
    )
  })

  test('delivered outranks failed, and failed outranks sent', () => {
    assert.equal(joinStatus('delivery-failed', 'delivery-success'), 'delivery-success')
    assert.equal(joinStatus('delivery-success', 'delivery-failed'), 'delivery-success')
    assert.equal(joinStatus('sent', 'delivery-failed'), 'delivery-failed')
    assert.equal(joinStatus('delivery-failed', 'sent'), 'delivery-failed')
  })

  test('a text in parts is delivered when all parts are, and failed when one is', () => {
    assert.equal(joinParts(['delivery-success', 'sent'], 2), 'sent')
    assert.equal(joinParts(['delivery-success'], 2), 'sent')
    assert.equal(joinParts(['delivery-success', 'delivery-success'], 2), 'delivery-success')
    assert.equal(joinParts(['delivery-success', 'delivery-failed'], 2), 'delivery-failed')
  })
})

describe('after a failed attempt', () => {
  test('what may have been taken is repeated only where the other side drops doubles', () => {
    assert.deepEqual(afterFailure(failed({ failure: 'uncertain' }), fixed), { next: 'uncertain' })
    assert.deepEqual(afterFailure(failed({ failure: 'uncertain', idempotent: true }), fixed), {
      next: 'retry',
      dueMs: 6000,
    })
  })

  test('what the other side refused is not repeated', () => {
    for (const failure of ['rejected', 'opted_out', 'misconfigured'] as const) {
      assert.deepEqual(afterFailure(failed({ failure, idempotent: true }), fixed), {
        next: 'failed',
      })
    }
  })

  test('five retries, five seconds apart, and no sixth', () => {
    for (const attempt of [1, 2, 3, 4, 5]) {
      assert.deepEqual(afterFailure(failed({ attempt }), fixed), { next: 'retry', dueMs: 6000 })
    }
    assert.deepEqual(afterFailure(failed({ attempt: 6 }), fixed), { next: 'failed' })
  })

  test('no attempt starts after the horizon or after the message expired', () => {
    assert.deepEqual(afterFailure(failed({ expiresMs: 5999 }), fixed), { next: 'failed' })
    assert.deepEqual(afterFailure(failed({ nowMs: 3_595_001 }), fixed), { next: 'failed' })
  })

  test('the wait grows, is bounded, and heeds what the provider asks for', () => {
    const growing = { ...fixed, factor: 2, delayMsMax: 60_000, jitter: 0.2, retriesMax: 100 }
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 30 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (attempt, chance) => {
          const after = afterFailure(failed({ attempt, chance }), growing)
          assert.ok(after.next === 'retry')
          const wait = after.dueMs - 1000
          assert.ok(wait >= 4000 && wait <= 72_000, String(wait))
        },
      ),
    )
    const asked = afterFailure(failed({ retryAfterMs: 30_000, failure: 'throttled' }), fixed)
    assert.deepEqual(asked, { next: 'retry', dueMs: 31_000 })
  })

  test('every answer is final, or later than now', () => {
    fc.assert(
      fc.property(
        fc.record({
          failure: fc.constantFrom(
            'throttled',
            'unreachable',
            'unavailable',
            'uncertain',
            'rejected' as const,
          ),
          attempt: fc.integer({ min: 1, max: 20 }),
          nowMs: fc.integer({ min: 0, max: 4_000_000 }),
          idempotent: fc.boolean(),
        }),
        (change) => {
          const after = afterFailure(failed(change), fixed)
          if (after.next === 'retry') assert.ok(after.dueMs > change.nowMs)
        },
      ),
    )
  })
})

test('senders spread over all buckets, the same way every time', () => {
  const buckets = new Set(
    Array.from({ length: 5000 }, (_, number) => bucketOf(`account|+1202555${number}`)),
  )
  assert.equal(buckets.size, bucketCount)
  assert.equal(bucketOf('account|+12025550142'), bucketOf('account|+12025550142'))
})
