import assert from 'node:assert/strict'
import { test } from 'node:test'
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
