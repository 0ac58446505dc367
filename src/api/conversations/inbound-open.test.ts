import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AppError } from '../../errors.ts'
import { customAttributesOf } from './inbound-open.ts'

/** A channel with one attribute of so many characters. */
function channelOf(value: string) {
  const from = { id: 'a', idType: 'Opaque' }
  return { from, time: '', metadata: { customAttributes: { a: value } } }
}

test('attributes of 2048 bytes are taken, and of one byte more refused', () => {
  const around = '{"a":""}'.length
  const most = 'x'.repeat(2048 - around)
  assert.deepEqual(customAttributesOf(channelOf(most)), { a: most })
  // Two bytes each, and half as many characters: bytes are counted.
  for (const value of [`${most}x`, 'ü'.repeat(1021)]) {
    assert.throws(
      () => customAttributesOf(channelOf(value)),
      (error) => error instanceof AppError && error.code === 'bad.request',
    )
  }
  assert.deepEqual(customAttributesOf(channelOf('ü'.repeat(1020))), { a: 'ü'.repeat(1020) })
})
