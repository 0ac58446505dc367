import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { jsonFault } from './json-fault.ts'

test('says in which line a comma is missing', () => {
  const text = '{\n\n"url": "http://example.com"\n"data": { },\n"secret": {}}'
  assert.match(
    jsonFault(text) ?? '',
    /^line 4, column 1: a comma is missing at the end of line 3\./,
  )
})

test('tells other mistakes apart', () => {
  for (const [text, said] of [
    ['{"a": 1,}', /comma too many at the end of line 1/],
    ['{"a": [1, 2', /ends too early/],
    ['', /ends too early/],
    ["{'a': 1}", /double quotes/],
    ['{a: 1}', /a name must stand in double quotes/],
    ['{"a" 1}', /missing/],
    ['{"a": nope}', /not JSON/],
  ] as const) {
    assert.match(jsonFault(text) ?? '', said, text)
  }
})

test('finds no fault with JSON, and repeats nothing of what is none', () => {
  fc.assert(fc.property(fc.json(), (text) => jsonFault(text) === undefined))
  const secret = 'kq7Zw9'
  fc.assert(
    fc.property(fc.nat({ max: 40 }), (cut) => {
      const text = `{"password": "${secret}", "x": ["${secret}", 1]}`.slice(0, cut)
      assert.doesNotMatch(jsonFault(text) ?? '', /kq7Zw9/)
    }),
  )
})
