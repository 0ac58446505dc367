import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

test('the demo tells its whole story in less than 15 s and finds everything as it should be', () => {
  const main = fileURLToPath(new URL('../../demo/main.ts', import.meta.url))
  const run = spawnSync(process.execPath, [main], { encoding: 'utf8', timeout: 15_000 })
  assert.equal(run.status, 0, `${run.stdout}${run.stderr}`)
  assert.match(run.stdout, /5\. The relay: a text at Kaleyra/)
  assert.match(run.stdout, /0 complaints about 2 texts/)
  assert.match(run.stdout, /Everything is as it should be/)
  assert.doesNotMatch(run.stdout, /✗/)
})
