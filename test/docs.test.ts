import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { operations } from '../src/api/index.ts'

test('links between pages lead somewhere', () => {
  const files = [
    'README.md',
    ...globSync('docs/**/*.md'),
    ...globSync('src/connectors/*/README.md'),
  ]
  assert.ok(files.length > 5)
  for (const file of files) {
    const text = readFileSync(file, 'utf8')
    for (const [, target = ''] of text.matchAll(/\]\((?!https?:|#)([^)#]+)[^)]*\)/g)) {
      assert.ok(existsSync(join(dirname(file), target)), `${file} links to ${target}`)
    }
  }
})

test('pages name only operations that are there', () => {
  const known = new Set<string>(operations.map(({ id }) => id))
  for (const file of ['README.md', ...globSync('docs/*.md')]) {
    const text = readFileSync(file, 'utf8')
    for (const [, id = ''] of text.matchAll(/signalbox(?:\.js)? api (\w+)/g)) {
      assert.ok(known.has(id), `${file} names ${id}`)
    }
  }
})
