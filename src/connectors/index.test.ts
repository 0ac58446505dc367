import assert from 'node:assert/strict'
import { existsSync, readdirSync } from 'node:fs'
import { test } from 'node:test'
import { createConnectors } from './index.ts'

const folder = new URL('./', import.meta.url)
const connectors = createConnectors(
  { accept: async ({ deliveryId }) => ({ providerId: deliveryId }) },
  { keep: async ({ deliveryId }) => ({ providerId: deliveryId }) },
  { accept: async ({ deliveryId }) => ({ providerId: deliveryId }) },
)

test('every folder is listed under its own name, and nothing else is', () => {
  const folders = readdirSync(folder, { withFileTypes: true }).filter((one) => one.isDirectory())
  assert.ok(folders.length > 0)
  assert.deepEqual([...connectors.keys()].sort(), folders.map((one) => one.name).sort())
  for (const [name, connector] of connectors) assert.equal(connector.name, name)
})

test('every connector says how it is set up, and keeps samples of what is on the wire', () => {
  for (const name of connectors.keys()) {
    assert.ok(existsSync(new URL(`${name}/README.md`, folder)), name)
    assert.ok(readdirSync(new URL(`${name}/fixtures/`, folder)).length > 0, name)
  }
})

test('each kind of message has a connector that carries it', () => {
  const kinds = new Set([...connectors.values()].map((one) => one.carries))
  assert.deepEqual([...kinds].sort(), ['email', 'fax', 'hook', 'open', 'platform', 'sms'])
})
