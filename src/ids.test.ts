import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createIds, isUuid } from './ids.ts'

test('ids made within one millisecond are UUIDs, unique and in order', () => {
  const ids = createIds(() => 1_700_000_000_000)
  const made = Array.from({ length: 10_000 }, () => ids.uuid())
  assert.ok(made.every(isUuid))
  assert.deepEqual([...new Set(made)].sort(), made)
})

test('ids stay in order when the clock steps back', () => {
  let now = 1_700_000_000_000
  const ids = createIds(() => now)
  const before = ids.uuid()
  now -= 60_000
  assert.ok(ids.uuid() > before)
})

test('a message id is 32 hexadecimal digits', () => {
  assert.match(createIds(() => 1).messageId(), /^[0-9a-f]{32}$/)
})

test('ids hold their time and the randomness that was given, and nothing else', () => {
  let now = 0x0123_4567_89ab
  const ids = createIds(
    () => now,
    (length) => new Uint8Array(length).map((_, at) => at % 10),
  )
  assert.equal(ids.uuid(), '01234567-89ab-7001-8203-040506070809')
  assert.equal(ids.uuid(), '01234567-89ab-7002-8203-040506070809')
  assert.equal(ids.messageId(), '0123456789ab70038203040506070809')
  now += 1
  assert.equal(ids.uuid(), '01234567-89ac-7001-8203-040506070809')
})

test('ids are unique beyond the randomness that is drawn at once, whatever the form', () => {
  let now = 1_700_000_000_000
  const ids = createIds(() => now++)
  const made = Array.from({ length: 2000 }, (_, at) =>
    at % 2 === 0 ? ids.uuid().replaceAll('-', '') : ids.messageId(),
  )
  assert.deepEqual([...new Set(made)].sort(), made)
})
