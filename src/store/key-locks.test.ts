import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KeyLocks } from './key-locks.ts'

test('readers share a key, and a writer has it alone', () => {
  const locks = new KeyLocks()
  assert.ok(locks.read('k'))
  assert.ok(locks.read('k'))
  assert.equal(locks.write('k', true), false)
  locks.release('k', 'read')
  assert.ok(locks.write('k', true), 'the last reader may write')
  assert.equal(locks.read('k'), false)
  assert.equal(locks.write('k', false), false)
  assert.ok(locks.write('other', false))
  locks.release('k', 'written')
  assert.ok(locks.read('k'))
})

test('claims get the key in the order in which they were made, before anyone who comes later', async () => {
  const locks = new KeyLocks()
  const order: string[] = []
  assert.ok(locks.read('k'))
  const claims = ['first', 'second'].map(async (name) => {
    await locks.claim('k')
    order.push(name)
  })
  assert.equal(locks.read('k'), false, 'a new reader would keep the claims waiting')
  locks.release('k', 'read')
  await claims[0]
  assert.deepEqual(order, ['first'])
  assert.equal(locks.write('k', false), false)
  locks.release('k', 'claimed')
  await claims[1]
  assert.deepEqual(order, ['first', 'second'])
  locks.release('k', 'claimed')
  assert.equal(locks.claim('k'), undefined, 'a free key is claimed at once')
})
