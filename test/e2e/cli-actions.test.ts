import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { run } from '../../src/cli/main.ts'
import { type House, startHouse } from '../house.ts'

const exported = fileURLToPath(new URL('../fixtures/actions/open-text.json', import.meta.url))

async function signalbox(...argv: readonly string[]) {
  const written = { out: '', err: '' }
  const code = await run(['actions', ...argv], {
    out: (text) => {
      written.out += text
    },
    err: (text) => {
      written.err += text
    },
  })
  return { code, ...written }
}

describe('signalbox actions', () => {
  let house: House
  before(async () => {
    house = await startHouse()
  })
  after(() => house.close())

  test('names the traps in a file without a server', async () => {
    const { code, out } = await signalbox('lint', exported)
    assert.equal(code, 0)
    assert.match(out, /warning +config\.request\.requestTemplate:\d+:\d+ .*Message/)
  })

  test('fails when an action in a file cannot run', async () => {
    const file = join(house.dataDir, 'broken.json')
    // biome-ignore lint/suspicious/noTemplateCurlyInString: this is a reference of the template language
    writeFileSync(file, readFileSync(exported, 'utf8').replace('${rawResult}', '#if('))
    const { code, err } = await signalbox('lint', file)
    assert.equal(code, 1)
    assert.match(err, /config\.response\.successTemplate/)
    assert.equal((await signalbox('lint', join(house.dataDir, 'nothing.json'))).code, 1)
    assert.equal((await signalbox('dance', '--data-dir', house.dataDir)).code, 2)
  })

  test('imports, lists, tests, runs and exports', async () => {
    const file = join(house.dataDir, 'text.json')
    const text = readFileSync(exported, 'utf8')
    writeFileSync(file, text.replace('{id of the integration}', house.credentials.integration.id))
    const at = ['--data-dir', house.dataDir]
    const imported = await signalbox('import', file, '--publish', ...at)
    const id = /custom_-_[\w-]+/.exec(imported.out)?.[0] ?? assert.fail(imported.err)
    const listed = await signalbox('list', '--name', 'open channel', ...at)
    assert.match(listed.out, new RegExp(`${id} .*Send a text through an open channel`))
    const inputs = ['--input', 'To=+12025550177', '--body', '{"Message":"Hello"}']
    const tested = await signalbox('test', id, ...inputs, ...at)
    assert.match(tested.out, /8 +ok .*Execute/, tested.out)
    const done = await signalbox('run', id, ...inputs, ...at)
    assert.equal(JSON.parse(done.out).toAddress, '+12025550177', done.err)
    const refused = await signalbox('run', id, '--input', 'To=x', ...at)
    assert.equal(refused.code, 1)
    assert.match(refused.err, /Message/)
    const back = await signalbox('export', id, ...at)
    assert.equal(JSON.parse(back.out).integrationType, 'purecloud-data-actions')
  })
})
