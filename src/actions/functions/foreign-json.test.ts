import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readForeignJson } from './foreign-json.ts'

const limits = { bytesMax: 1_000, depthMax: 20 }

test('any JSON within the limits is read as it stands', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
      const json = JSON.stringify(value)
      fc.pre(json.length < 500 && !json.includes('__proto__'))
      assert.deepEqual(readForeignJson(json, limits), { ok: true, value: JSON.parse(json) })
    }),
  )
})

test('long, deep and broken texts are refused in a sentence', () => {
  const cases = [
    [`"${'ü'.repeat(600)}"`, /1202 bytes/],
    [`${'['.repeat(21)}${']'.repeat(21)}`, /deeper than 20/],
    ['{"a":', /not JSON/],
    ['', /not JSON/],
  ] as const
  for (const [json, message] of cases) {
    const read = readForeignJson(json, limits)
    assert.ok(!read.ok)
    assert.match(read.message, message)
  }
  const bracketsInText = JSON.stringify('[{"'.repeat(30))
  assert.ok(readForeignJson(bracketsInText, limits).ok)
})

test('members that would become a prototype are left out, however they are written', () => {
  for (const name of ['__proto__', '\\u005f_proto__', '_\\u005Fproto_\\u005f']) {
    const read = readForeignJson(`{"${name}":{"polluted":1},"a":{"${name}":1}}`, limits)
    assert.ok(read.ok)
    assert.deepEqual(Object.getOwnPropertyNames(read.value), ['a'])
    assert.equal(Reflect.get(Object(read.value), 'polluted'), undefined)
  }
})
