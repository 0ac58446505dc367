import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseJson } from '../json/read.ts'
import { explainPath, noticesOf } from './explain.ts'
import { compilePath } from './path.ts'

const document = parseJson('{"a":{"b":[1,2]},"n":null,"s":"text"}')
const explain = (path: string) => explainPath(compilePath(path), document)

describe('an explanation says where a path stopped and what was there', () => {
  for (const [path, stoppedAt, wanted, found] of [
    ['$.a.x', "$['a']", "['x']", 'object'],
    ['$.x.y', '$', "['x']", 'object'],
    ['$.a.b[7].c', "$['a']['b']", '[7]', 'array'],
    ['$.n.x', "$['n']", "['x']", 'null'],
    ['$.s[0]', "$['s']", '[0]', 'string'],
  ] as const) {
    test(path, () => {
      const explanation = explain(path)
      assert.ok(explanation.outcome === 'notFound')
      const { stop, reason } = explanation
      assert.deepEqual([stop?.stoppedAt, stop?.wanted, stop?.found], [stoppedAt, wanted, found])
      assert.ok(reason.includes(stoppedAt) && reason.includes(found))
    })
  }
})

test('null, one value, a list and an empty list are told apart', () => {
  assert.match(explain('$.n').reason, /leads to null/)
  assert.match(explain('$.s').reason, /one value/)
  assert.match(explain('$.a.b[*]').reason, /list of 2/)
  assert.match(explain('$.a.b[?(@ > 5)]').reason, /matched none/)
})

test('a failure that is not "not found" is passed on with its class', () => {
  const explanation = explain('$.s.sum()')
  assert.ok(explanation.outcome === 'failed')
  assert.equal(explanation.errorClass, 'JsonPathException')
})

test('an index behind a filter is pointed out, one in front of it is not', () => {
  const notices = noticesOf(compilePath('$.a[0][?(@.x)].y[1]'))
  assert.deepEqual(
    notices.map(({ code, position }) => [code, position]),
    [['indexAfterFilter', 16]],
  )
  assert.deepEqual(noticesOf(compilePath('$.a[0].b[*][1]')), [])
})
