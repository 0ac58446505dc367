import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createConfig, lintFromString } from '@redocly/openapi-core'
import { operations } from '../../src/api/index.ts'
import { openApiText } from '../../src/api/openapi.ts'

test('every parameter of a path is declared, and nothing else', () => {
  const document = JSON.parse(openApiText(operations))
  for (const [path, methods] of Object.entries<
    Record<string, { parameters: { name: string; in: string }[] }>
  >(document.paths)) {
    const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).toSorted()
    for (const [method, operation] of Object.entries(methods)) {
      const declared = operation.parameters
        .filter((one) => one.in === 'path')
        .map(({ name }) => name)
      assert.deepEqual(declared.toSorted(), inPath, `${method} ${path}`)
    }
  }
})

test('the document passes the recommended rules of a public linter', async () => {
  const config = await createConfig({
    extends: ['recommended'],
    rules: {
      // The vendor's own paths are: …/messages/cachedmedia/{id} and …/messages/{messageId}/details.
      'no-ambiguous-paths': 'off',
    },
  })
  const lint = (source: string) => lintFromString({ source, absoluteRef: 'openapi.json', config })
  const text = openApiText(operations)
  const problems = (await lint(text)).map(
    ({ ruleId, message, location: [at] }) => `${ruleId}: ${message} ${at?.pointer}`,
  )
  assert.deepEqual(problems, [])
  const broken = await lint(text.replace('"openapi": "3.1.0",', '"openapi": "3.1.0", "path": {},'))
  assert.ok(broken.length > 0, 'the linter finds what is wrong')
})
