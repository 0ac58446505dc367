// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are references of the template language
import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { AppError } from '../errors.ts'
import { exportAction, exportedName, exportFileName } from './export.ts'
import { importAction } from './import.ts'

const root = join(import.meta.dirname, '..', '..')
const own = join(root, 'test', 'fixtures', 'actions')
const shared = ['..', '../..']
  .map((up) => join(root, up, 'shared', 'fixtures', 'data-actions'))
  .find((folder) => existsSync(folder))

/** An export with every member that others may lack. */
const lenient = `{
  "name": "Look up", "integrationType": "custom-rest-actions", "actionType": "custom",
  "config": {
    "request": {
      "requestUrlTemplate": "https://x.test/$esc.url(\${input.a})", "requestType": "GET",
      "headers": {"X-A": "\${input.a}"}, "requestTemplate": ""
    },
    "response": {
      "translationMap": {"a": "$.a"}, "translationMapDefaults": {"a": "\\"x\\""},
      "successTemplate": ""
    }
  },
  "contract": {
    "input": {"inputSchema": {"$schema": "http://json-schema.org/draft-04/schema#", "type": "object"}},
    "output": {"successSchema": {"type": "array", "items": {"properties": {"n": {"type": "object"}}}}}
  },
  "secure": false
}`

/** Key order counts: both texts are printed by the same reader. */
function same(text: string): string {
  return JSON.stringify(JSON.parse(text))
}

for (const folder of [own, shared]) {
  if (folder === undefined) continue
  describe(`the actions of ${folder === own ? 'this project' : 'the exports beside it'} come out as they went in`, () => {
    const files = globSync('*.json', { cwd: folder }).filter((file) => file !== 'index.json')
    assert.ok(files.length >= 8)
    for (const file of files) {
      test(file, () => {
        const text = readFileSync(join(folder, file), 'utf8')
        assert.equal(same(exportAction(importAction(text))), same(text))
      })
    }
  })
}

const body = `{
  "zero": {"kept": 1.50},
  "category": "Web", "name": "Look up", "integrationId": "7c1b",
  "contract": {
    "input": {"inputSchema": {"type": "object", "properties": {"n": {"type": "integer", "maximum": 9223372036854775807}}}},
    "output": {"successSchema": {"type": "object", "note": 1e3}, "errorSchema": {"type": "object"}}
  },
  "config": {
    "timeoutSeconds": 5, "extra": [1],
    "request": {"requestType": "POST", "requestUrlTemplate": "https://a.example/", "unknown": null}, "response": {}
  }
}`

test('a body of the create operation is read too, and what it leaves out has the standard values', () => {
  const file = importAction(body)
  assert.equal(file.integrationId, '7c1b')
  assert.equal(file.integrationType, undefined)
  const { config, category, secure } = file.definition
  assert.deepEqual([category, secure, config.timeoutSeconds], ['Web', false, 5])
  assert.deepEqual(config.request.headers, {})
  assert.equal(config.request.requestTemplate, '${input.rawRequest}')
  assert.equal(config.response.successTemplate, '${rawResult}')
})

test('unknown members, key order and digits survive a change of what is known', () => {
  const file = importAction(body)
  assert.equal(same(exportAction(file)), same(body))
  const { request, ...config } = file.definition.config
  const changed = { ...request, headers: { Accept: 'application/json' } }
  const definition = { ...file.definition, name: 'Other', config: { ...config, request: changed } }
  const text = exportAction({ ...file, definition })
  assert.match(text, /"maximum": 9223372036854775807/)
  assert.match(text, /"extra"/)
  assert.match(text, /"unknown": null,\s*"headers": \{\s*"Accept"/)
  assert.deepEqual(Object.keys(JSON.parse(text)).slice(0, 3), ['zero', 'category', 'name'])
  assert.equal(JSON.parse(text).name, 'Other')
})

test('what a definition has lost is not written again', () => {
  const file = importAction(body)
  const { timeoutSeconds, ...config } = file.definition.config
  assert.equal(timeoutSeconds, 5)
  const { category, ...definition } = { ...file.definition, config }
  assert.equal(category, 'Web')
  const written = JSON.parse(exportAction({ ...file, definition }))
  assert.equal('timeoutSeconds' in written.config, false)
  assert.equal('category' in written, false)
})

test('an action that never was a file is written in the order of the vendor', () => {
  const { source, ...definition } = importAction(body).definition
  assert.equal(source, body)
  const text = exportAction({ definition, kind: 'custom', integrationType: 'custom-rest-actions' })
  const written = JSON.parse(text)
  assert.deepEqual(Object.keys(written), [
    'name',
    'integrationType',
    'actionType',
    'config',
    'contract',
    'secure',
  ])
  assert.deepEqual(written.config.request.headers, {})
})

test('everything that is wrong with a file is told at once', () => {
  const text =
    '{"name":"","actionType":"odd","config":{"request":{"requestType":"HEAD","headers":{"a":[1]}},"response":[],"timeoutSeconds":61},"contract":{"input":{}}}'
  assert.throws(
    () => importAction(text),
    (error: unknown) => {
      assert.ok(error instanceof AppError)
      assert.equal(error.code, 'bad.request')
      assert.deepEqual(error.details.map(({ fieldName }) => fieldName).sort(), [
        'actionType',
        'config.request.headers.a',
        'config.request.requestType',
        'config.response',
        'config.timeoutSeconds',
        'contract.input.inputSchema',
        'contract.output',
        'name',
      ])
      return true
    },
  )
  for (const broken of ['', '[]', '{"a":', 'null'])
    assert.throws(() => importAction(broken), AppError)
})

test('what an export may lack, or say as null or as a number, comes out as it went in', () => {
  const changes: readonly (readonly [from: string, to: string])[] = [
    ['"headers": {', '"headers": null, "oldHeaders": {'],
    ['"headers": {', '"headers": {"X-N": 5, "X-B": true, "X-0": null, '],
    ['"response": {', '"oldResponse": {'],
    ['"translationMapDefaults": {', '"translationMapDefaults": null, "oldDefaults": {'],
    [
      '"translationMapDefaults": {',
      '"translationMapDefaults": {"n": 0, "l": [], "o": {"a": 1.0}, ',
    ],
    ['"successTemplate": ', '"successTemplate": null, "oldTemplate": '],
    ['"requestTemplate": ', '"requestTemplate": null, "oldTemplate": '],
    ['"secure": false', '"secure": null'],
    ['"secure": false', '"category": "C", "integrationId": "i", "selfUri": "/a", "version": 3'],
    ['"successSchema": {', '"errorSchema": null, "successSchemaUri": "/u", "successSchema": {'],
  ]
  for (const [from, to] of changes) {
    const text = lenient.replace(from, to)
    assert.notEqual(text, lenient, from)
    assert.equal(same(exportAction(importAction(text))), same(text), to)
  }
})

test('numbers and JSON among the defaults count as their text', () => {
  const text = lenient.replace(
    'Defaults": {',
    'Defaults": {"n": 10.50, "t": true, "z": null, "l": [1], ',
  )
  const { translationMapDefaults } = importAction(text).definition.config.response
  assert.deepEqual(translationMapDefaults, { n: '10.5', t: 'true', l: '[1]', a: '"x"' })
})

test('a custom-auth action has no time-out of its own', () => {
  const text = body.replace('"zero"', '"actionType": "customAuth", "zero"')
  assert.throws(() => importAction(text), /config\.timeoutSeconds must be absent/)
})

test('exports are named with the time, again and again', () => {
  const date = new Date('2026-02-03T04:05:06Z')
  const name = exportedName('A b', date)
  assert.equal(name, 'A b - Exported 2026-02-03 @ 4:05')
  const file = importAction(body)
  const renamed = { ...file, definition: { ...file.definition, name: 'A b/c: d' } }
  assert.equal(exportFileName(renamed), 'A-bc-d.custom.json')
})
