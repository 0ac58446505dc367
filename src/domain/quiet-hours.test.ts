import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { zonesOfNumber } from './number-zones.ts'
import { mayDisturb, type QuietHours } from './quiet-hours.ts'

const federal = { window: { fromMinute: 8 * 60, toMinute: 21 * 60 }, stateRules: false }

function at(iso: string): number {
  return Date.parse(iso)
}

test('a number is held to the clock of its area code, or of its country', () => {
  assert.deepEqual(zonesOfNumber('+12125550142'), { zones: ['America/New_York'], state: 'NY' })
  assert.deepEqual(zonesOfNumber('+14165550142'), {
    zones: ['America/Toronto', 'America/Winnipeg'],
  })
  assert.ok(zonesOfNumber('+4930901820').zones.includes('Europe/Berlin'))
  assert.deepEqual(zonesOfNumber('24273'), { zones: ['UTC'] })
})

test('bulk texts may leave from eight to nine where the handset is, in summer and in winter', () => {
  const number = '+12125550142'
  assert.equal(mayDisturb(number, federal, at('2026-01-15T12:59:59Z')).allowed, false)
  assert.equal(mayDisturb(number, federal, at('2026-01-15T13:00:00Z')).allowed, true)
  assert.equal(mayDisturb(number, federal, at('2026-07-15T12:00:00Z')).allowed, true)
  const late = mayDisturb(number, federal, at('2026-01-16T02:00:00Z'))
  assert.deepEqual(late, { allowed: false, zone: 'America/New_York', localTime: '21:00' })
})

test('where an area code lies in two zones the moment must be right in both', () => {
  const florida = '+18505550142'
  assert.equal(mayDisturb(florida, federal, at('2026-01-15T13:30:00Z')).allowed, false)
  assert.equal(mayDisturb(florida, federal, at('2026-01-15T14:30:00Z')).allowed, true)
})

test('narrower windows of states count where they are asked for', () => {
  const texas = '+12145550142'
  const sundayNoonUtc = at('2026-01-18T16:00:00Z') // 10:00 in Dallas
  assert.equal(mayDisturb(texas, federal, sundayNoonUtc).allowed, true)
  assert.equal(mayDisturb(texas, { ...federal, stateRules: true }, sundayNoonUtc).allowed, false)
})

test('a window may go over midnight', () => {
  const night = { window: { fromMinute: 20 * 60, toMinute: 6 * 60 }, stateRules: false }
  assert.equal(mayDisturb('+4930901820', night, at('2026-01-15T22:00:00Z')).allowed, true)
  assert.equal(mayDisturb('+4930901820', night, at('2026-01-15T11:00:00Z')).allowed, false)
})

test('no text leaves where the window or the rule of the state forbids it, wherever the two lie', () => {
  const rhodeIsland = '+14015550101'
  const minutes = fc.integer({ min: 0, max: 1440 })
  const times = fc.integer({ min: 0, max: 7 * 1440 - 1 })
  fc.assert(
    fc.property(minutes, minutes, times, (fromMinute, toMinute, later) => {
      const nowMs = at('2026-01-12T00:00:00Z') + later * 60_000
      const window = { fromMinute, toMinute }
      const may = (quiet: QuietHours) => mayDisturb(rhodeIsland, quiet, nowMs).allowed
      const byState = may({ window: { fromMinute: 0, toMinute: 1440 }, stateRules: true })
      const byWindow = may({ window, stateRules: false })
      assert.equal(may({ window, stateRules: true }), byState && byWindow)
    }),
  )
  const evenings = { window: { fromMinute: 19 * 60, toMinute: 21 * 60 }, stateRules: true }
  const night = at('2026-01-14T08:00:00Z') // three in the morning there
  assert.equal(mayDisturb(rhodeIsland, evenings, night).allowed, false)
})
