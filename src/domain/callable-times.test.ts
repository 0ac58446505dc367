import assert from 'node:assert/strict'
import { test } from 'node:test'
import { callableNow } from './callable-times.ts'

const office = [1, 2, 3, 4, 5].map((day) => ({ day, fromMinute: 9 * 60, toMinute: 17 * 60 }))
const eastern = [{ zone: 'US/Eastern', slots: office }]
const newYork = '+12125550123'
const at = (time: string) => Date.parse(time)

test('a contact is written to in the hours of its own weekday and clock', () => {
  // In January New York is five hours behind UTC; the 5th is a Monday.
  assert.equal(callableNow(newYork, eastern, at('2026-01-05T13:59:00Z')), 'later')
  assert.equal(callableNow(newYork, eastern, at('2026-01-05T14:00:00Z')), 'now')
  assert.equal(callableNow(newYork, eastern, at('2026-01-05T21:59:00Z')), 'now')
  assert.equal(callableNow(newYork, eastern, at('2026-01-05T22:00:00Z')), 'later')
  assert.equal(callableNow(newYork, eastern, at('2026-01-04T15:00:00Z')), 'later')
})

test('Sunday is day 7', () => {
  const sunday = [{ zone: 'America/New_York', slots: [{ day: 7, fromMinute: 0, toMinute: 1440 }] }]
  assert.equal(callableNow(newYork, sunday, at('2026-01-04T15:00:00Z')), 'now')
  assert.equal(callableNow(newYork, sunday, at('2026-01-05T15:00:00Z')), 'later')
})

test('a contact of a zone that has no hours is never written to', () => {
  assert.equal(callableNow('+493012345678', eastern, at('2026-01-05T14:00:00Z')), 'never')
  const none = [{ zone: 'America/New_York', slots: [] }]
  assert.equal(callableNow(newYork, none, at('2026-01-05T14:00:00Z')), 'never')
})

test('a number that may be in two zones of the set waits for both', () => {
  const both = [...eastern, { zone: 'America/Chicago', slots: office }]
  const kentucky = '+12705550123'
  assert.equal(callableNow(kentucky, both, at('2026-01-05T14:30:00Z')), 'later')
  assert.equal(callableNow(kentucky, both, at('2026-01-05T15:00:00Z')), 'now')
})
