import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { JsonSyntaxError } from './json/read.ts'
import { translateResponse } from './response.ts'

const raw = '{"id":1234567890123456789,"name":"A \\"b\\"","nul":null,"list":[{"n":1}],"rate":10.50}'

function translate(path: string, standIn?: string) {
  const translationMapDefaults = standIn === undefined ? {} : { key: standIn }
  const mapping = { translationMap: { key: path }, translationMapDefaults }
  const { keys, values } = translateResponse(raw, mapping)
  const [key] = keys
  assert.ok(key !== undefined)
  assert.equal(values.get('key'), key.text)
  return key
}

describe('values are JSON text', () => {
  for (const [path, text] of [
    ['$.id', '1234567890123456789'],
    ['name', '"A \\"b\\""'],
    ['$.rate', '10.5'],
    ['$.list', '[{"n":1}]'],
    ['$.list[*].n', '[1]'],
    ['$.list[0]', '{"n":1}'],
  ] as const) {
    test(path, () => {
      const key = translate(path)
      assert.equal(key.text, text)
      assert.equal(key.outcome, 'resolved')
    })
  }
})

test('the default stands in only where the path leads nowhere, and as it is written', () => {
  const key = translate('$.missing', '"none"')
  assert.deepEqual([key.outcome, key.text], ['defaulted', '"none"'])
  assert.match(key.explanation, /\['missing'\] is not there.*default is used/)
  assert.equal(translate('$.missing[*].x', '[]').outcome, 'defaulted')
  assert.match(translate('$.missing', 'none').explanation, /not JSON by itself/)
})

test('null and an empty list are kept, and the explanation says why the default is not used', () => {
  for (const [path, text] of [
    ['$.nul', 'null'],
    ['$.list[?(@.n == 9)]', '[]'],
  ] as const) {
    const key = translate(path, '0')
    assert.deepEqual([key.outcome, key.text], ['resolved', text])
    assert.match(key.explanation, /default does not apply/)
  }
  assert.doesNotMatch(translate('$.id', '0').explanation, /default/)
})

test('without a default the variable stays unset', () => {
  const key = translate('$.nul.x')
  assert.deepEqual([key.outcome, key.text], ['unset', undefined])
  assert.match(key.explanation, /at \$\['nul'\] the response has null/)
})

test('a path that cannot be compiled or read fails, also with a default', () => {
  for (const path of [
    '$.list[(@.length-1)]',
    '$.list.sum()',
    '$.name.nope()',
    '$.name[?(@.x)]',
    '',
  ]) {
    assert.deepEqual(
      [translate(path, '0').outcome, translate(path, '0').text],
      ['failed', undefined],
    )
  }
})

test('an index behind a filter is pointed out', () => {
  assert.equal(translate('$.list[?(@.n)][0]').notices[0]?.code, 'indexAfterFilter')
})

test('a raw result that is no JSON matters only when something is read from it', () => {
  const empty = translateResponse('<xml/>', { translationMap: {}, translationMapDefaults: {} })
  assert.equal(empty.keys.length, 0)
  const mapping = { translationMap: { a: '$.a' }, translationMapDefaults: {} }
  assert.throws(() => translateResponse('<xml/>', mapping), JsonSyntaxError)
})

test('keys and defaults named like prototype members are plain names', () => {
  const translationMap = { constructor: '$.id', toString: '$.missing' }
  const { keys } = translateResponse(raw, { translationMap, translationMapDefaults: {} })
  assert.deepEqual(
    keys.map(({ key, outcome }) => [key, outcome]),
    [
      ['constructor', 'resolved'],
      ['toString', 'unset'],
    ],
  )
})
