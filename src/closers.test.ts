import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Closers } from './closers.ts'

test('closes the last part first, each once, and says which one it waits for', async () => {
  const told: unknown[] = []
  const closers = new Closers({ error: (_message, fields) => told.push(fields) })
  const seen: (string | undefined)[] = []
  const slow = Promise.withResolvers<void>()
  closers.add('store', () => void seen.push(closers.closing))
  closers.add('HTTP', () => slow.promise)
  const failure = new Error('was not open')
  closers.add('timers', () => {
    seen.push(closers.closing)
    throw failure
  })
  assert.equal(closers.closing, undefined)
  const closing = closers.close()
  const again = closers.close()
  await new Promise(setImmediate)
  assert.equal(closers.closing, 'HTTP')
  slow.resolve()
  await Promise.all([closing, again])
  assert.deepEqual(seen, ['timers', 'store'])
  assert.deepEqual(told, [{ part: 'timers', error: failure }])
  assert.equal(closers.closing, undefined)
})
