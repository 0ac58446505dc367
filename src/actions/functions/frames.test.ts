import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readChildMessage } from './child-message.ts'
import { createFrameReader, encodeFrame } from './frames.ts'

test('messages come out whole however the stream is cut', () => {
  const messages = fc.array(fc.record({ text: fc.string({ unit: 'binary' }), n: fc.integer() }))
  fc.assert(
    fc.property(messages, fc.integer({ min: 1, max: 40 }), (sent, size) => {
      const whole = Buffer.concat(sent.map(encodeFrame))
      const reader = createFrameReader(100_000)
      const got: unknown[] = []
      for (let at = 0; at < whole.length; at += size) {
        got.push(...reader.push(whole.subarray(at, at + size)))
      }
      assert.deepEqual(got, JSON.parse(JSON.stringify(sent)))
    }),
  )
})

test('a length beyond the limit and a text that is no JSON are refused at once', () => {
  const long = Buffer.alloc(4)
  long.writeUInt32BE(1_001)
  assert.throws(() => createFrameReader(1_000).push(long), /longer/)
  const broken = Buffer.from([0, 0, 0, 1, 0x7b])
  assert.throws(() => createFrameReader(1_000).push(broken), SyntaxError)
})

test('whatever a child says becomes a known message with fields of the right kind, or nothing', () => {
  const field = fc.oneof(fc.jsonValue(), fc.constantFrom('console', 'request', 'result', 'failure'))
  const message = fc.dictionary(
    fc.constantFrom(
      'type',
      'run',
      'request',
      'method',
      'url',
      'headers',
      'body',
      'json',
      'level',
      'text',
    ),
    field,
  )
  fc.assert(
    fc.property(fc.oneof(message, fc.jsonValue()), (said) => {
      const read = readChildMessage(said)
      if (read?.type === 'request') assert.ok(Buffer.isBuffer(read.body))
      if (read?.type === 'console') assert.equal(typeof read.text, 'string')
      if (read?.type === 'result') assert.equal(typeof read.json, 'string')
    }),
  )
  const request = { type: 'request', run: 1, request: 2, method: 'GET', url: 'u', body: 'aGk=' }
  const headers = JSON.parse('{"a":"1","b":2,"__proto__":"x"}')
  const read = readChildMessage({ ...request, encoding: 'base64', headers })
  assert.ok(read?.type === 'request')
  assert.equal(String(read.body), 'hi')
  assert.deepEqual(read.headers, { a: '1' })
  const failure = readChildMessage({ type: 'failure', run: 1, failure: 'constructor', line: -1 })
  assert.deepEqual(failure, {
    type: 'failure',
    run: 1,
    problem: { failure: 'error', message: 'The function failed.' },
    isLast: false,
  })
})
