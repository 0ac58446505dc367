import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

function run(script: string, ...args: readonly string[]) {
  const file = fileURLToPath(new URL(`../../demo/${script}`, import.meta.url))
  return spawnSync(process.execPath, [file, ...args], { encoding: 'utf8', timeout: 15_000 })
}

test('the demo tells its whole story in less than 15 s and finds everything as it should be', () => {
  const told = run('main.ts')
  assert.equal(told.status, 0, `${told.stdout}${told.stderr}`)
  assert.match(told.stdout, /5\. The relay: a text at Kaleyra/)
  assert.match(told.stdout, /0 complaints about 2 texts/)
  assert.match(told.stdout, /Everything is as it should be/)
  assert.doesNotMatch(told.stdout, /✗/)
})

test('the requests that the vendors print are answered as they document', () => {
  for (const args of [[], ['--own']]) {
    const sent = run('seeds.ts', ...args)
    assert.equal(sent.status, 0, `${sent.stdout}${sent.stderr}`)
    assert.match(sent.stdout, /InvalidDestination/)
    assert.match(sent.stdout, /the relay’s payload: the same 16 members/)
    assert.match(sent.stdout, /All are as documented/)
  }
})
