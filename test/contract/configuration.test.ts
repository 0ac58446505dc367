import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { configDocs } from '../../src/config.ts'

test('the committed page of settings is what the schema says: run npm run docs', () => {
  const committed = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8')
  assert.equal(committed, configDocs())
})
