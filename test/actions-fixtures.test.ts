import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { fixtureFolders, holds, tryFixtures } from '../scripts/actions-fixtures.ts'
import { countVectors, recordedVectors } from '../scripts/vectors.ts'

for (const folder of fixtureFolders) {
  test(`every action of ${folder.includes('shared') ? 'the exports beside the project' : 'this project'} is exported equal and runs against a stand-in`, async () => {
    const outcomes = await tryFixtures(folder)
    assert.ok(outcomes.length >= 8, 'too few actions to prove anything')
    const failures = outcomes.filter((one) => !holds(one) && one.exception === undefined)
    assert.deepEqual(
      failures.map(({ file, problem }) => `${file}: ${problem}`),
      [],
    )
  })
}

describe('all vectors are equal', () => {
  const folders = recordedVectors === undefined ? [undefined] : [undefined, recordedVectors]
  for (const folder of folders) {
    const whose = folder === undefined ? 'own' : 'recorded'
    for (const { title, total, different } of countVectors(folder)) {
      test(`${title}, ${whose}`, () => {
        assert.ok(total > 50, 'too few vectors to prove anything')
        assert.deepEqual(different, [])
      })
    }
  }
})

test('a file that is no action, or whose reply cannot fit, does not count as held', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'actions-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const own = join(import.meta.dirname, 'fixtures', 'actions', 'open-text.json')
  const text = readFileSync(own, 'utf8')
  writeFileSync(join(folder, 'broken.json'), text.slice(0, -20))
  writeFileSync(join(folder, 'no-url.json'), text.replace('/api/v2/conversations', 'api'))
  writeFileSync(join(folder, 'whole.json'), text)
  const outcomes = await tryFixtures(folder)
  assert.deepEqual(
    outcomes.map((one) => [one.file, one.isEqual, holds(one)]),
    [
      ['broken.json', false, false],
      ['no-url.json', true, false],
      ['whole.json', true, true],
    ],
  )
})
