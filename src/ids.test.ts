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
