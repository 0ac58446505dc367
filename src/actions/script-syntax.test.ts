import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scriptFault } from './script-syntax.ts'

test('a script that can be read has no fault and is not run', () => {
  const code = 'globalThis.wasRun = true\nfunction execute(context, callback) { callback({}) }'
  assert.equal(scriptFault(code), undefined)
  assert.ok(!('wasRun' in globalThis))
})

test('a script that cannot be read is told with its line', () => {
  const fault = scriptFault('function execute(context, callback) {\n  const = 1\n}')
  assert.match(fault?.message ?? '', /Unexpected token/)
  assert.equal(fault?.line, 2)
})

test('a script that nests too deeply for a reader is refused like any other', () => {
  assert.notEqual(scriptFault('('.repeat(200_000)), undefined)
})
