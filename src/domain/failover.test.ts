import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { detourOf, homeAccountOf, isSurelyNotTaken, type Tried } from './failover.ts'

const failed = (accountId: string, failure: string): Tried => ({
  accountId,
  outcome: 'failed',
  failure,
})

function detour(tried: readonly Tried[], more: { fallback?: string; isExhausted?: boolean } = {}) {
  const { fallback, isExhausted = true } = more
  return detourOf({ tried, attempts: tried.length, home: 'a', fallback, isExhausted })
}

test('a lane is named for the account that a text was queued for', () => {
  assert.equal(homeAccountOf({ lane: 'a|+12025550155|+12025550101' }), 'a')
})

test('an account that takes nothing hands over at once, a throttled one when its budget is used up', () => {
  for (const failure of ['unreachable', 'unavailable', 'misconfigured']) {
    for (const isExhausted of [true, false]) {
      const given = { fallback: 'b', isExhausted }
      assert.deepEqual(detour([failed('a', failure)], given), { to: 'b' }, failure)
    }
  }
  const throttled = [failed('a', 'throttled')]
  assert.deepEqual(detour(throttled, { fallback: 'b' }), { to: 'b' })
  assert.equal(detour(throttled, { fallback: 'b', isExhausted: false }), undefined)
})

test('what is the fault of the text goes to no other account', () => {
  for (const failure of ['rejected', 'opted_out', 'uncertain']) {
    assert.equal(detour([failed('a', failure)], { fallback: 'b' }), undefined, failure)
  }
})

test('one attempt in doubt, or one whose end is not known, keeps the text where it is', () => {
  const last = failed('a', 'unreachable')
  const doubt: Tried = { accountId: 'a', outcome: 'retry', failure: 'uncertain' }
  assert.equal(detour([doubt, last], { fallback: 'b' }), undefined)
  const given = { tried: [last], home: 'a', fallback: 'b', isExhausted: true }
  assert.equal(detourOf({ ...given, attempts: 2 }), undefined)
})

test('when all were asked the round begins again, where one of them may recover', () => {
  const both = [failed('a', 'unreachable'), failed('b', 'misconfigured')]
  const again = { to: 'a', waitsFor: 'unreachable' }
  assert.deepEqual(detour(both), again)
  assert.deepEqual(detour(both, { fallback: 'a' }), again)
  assert.deepEqual(detour([...both, failed('c', 'unavailable')], { fallback: 'b' }), again)
  assert.deepEqual(detour([...both, failed('a', 'unreachable')], { fallback: 'b' }), { to: 'b' })
  const wrong = [failed('a', 'misconfigured'), failed('b', 'misconfigured')]
  assert.equal(detour(wrong), undefined)
})

const outcomes = ['sent', 'retry', 'failed', 'uncertain'] as const
const failures = [
  'throttled',
  'unreachable',
  'unavailable',
  'misconfigured',
  'rejected',
  'opted_out',
  'uncertain',
] as const
const anAttempt: fc.Arbitrary<Tried> = fc.record({
  accountId: fc.constantFrom('a', 'b', 'c'),
  outcome: fc.constantFrom(...outcomes),
  failure: fc.constantFrom(...failures),
})

test('after any history, no text that one account may have taken goes to another', () => {
  fc.assert(
    fc.property(
      fc.array(anAttempt, { minLength: 1, maxLength: 6 }),
      fc.nat({ max: 2 }),
      fc.constantFrom(undefined, 'a', 'b', 'c'),
      fc.boolean(),
      (tried, lost, fallback, isExhausted) => {
        const attempts = tried.length + lost
        const next = detourOf({ tried, attempts, home: 'a', fallback, isExhausted })
        if (next === undefined) return
        assert.equal(lost, 0)
        assert.ok(isSurelyNotTaken(tried, attempts))
        for (const { outcome, failure } of tried) {
          assert.ok(outcome !== 'sent' && outcome !== 'uncertain' && failure !== 'uncertain')
        }
        assert.notEqual(next.to, tried.at(-1)?.accountId === 'a' ? 'a' : undefined)
      },
    ),
    { numRuns: 2000 },
  )
})
