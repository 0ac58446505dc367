import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { run } from '../../src/cli/main.ts'
import { watchActions } from '../../src/cli/watch-actions.ts'
import { eventually, type House, startHouse } from '../house.ts'

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
    assert.equal(err.match(/config\.response\.successTemplate/g)?.length, 1, 'told once')
    assert.equal((await signalbox('lint', join(house.dataDir, 'nothing.json'))).code, 1)
    assert.equal((await signalbox('dance', '--data-dir', house.dataDir)).code, 2)
  })

  test('does the saved cases of a folder without a server, and fails with what differs', async () => {
    const cases = fileURLToPath(new URL('../fixtures/actions/cases', import.meta.url))
    const passing = await signalbox('test', cases)
    assert.deepEqual([passing.code, passing.err], [0, ''])
    assert.match(passing.out, /3 of 3 cases pass/)
    const folder = join(house.dataDir, 'cases')
    mkdirSync(folder)
    writeFileSync(join(folder, 'text.json'), readFileSync(exported))
    const file = join(folder, 'text.cases.json')
    writeFileSync(
      file,
      '{"action":"text.json","cases":[{"name":"none","input":{},"expect":{"output":{}}}]}',
    )
    const failing = await signalbox('test', file)
    assert.equal(failing.code, 1)
    assert.match(failing.err, /FAILED none\n +output: expected \{\}, got nothing/)
    writeFileSync(file, 'action: [')
    assert.equal((await signalbox('test', file)).code, 1)
  })

  test('watches a folder: lints and does its cases after each change', async () => {
    const folder = join(house.dataDir, 'watched')
    mkdirSync(folder)
    writeFileSync(join(folder, 'text.json'), readFileSync(exported))
    const written = { out: '', err: '' }
    const stop = new AbortController()
    const done = watchActions(
      folder,
      {
        out: (text) => {
          written.out += text
        },
        err: (text) => {
          written.err += text
        },
      },
      stop.signal,
    )
    await eventually(
      'the first look',
      async () => written.out.includes('unescaped') || written.out.includes('warning'),
    )
    // biome-ignore lint/suspicious/noTemplateCurlyInString: this is a reference of the template language
    const broken = readFileSync(exported, 'utf8').replace('${rawResult}', '#if(')
    writeFileSync(join(folder, 'text.json'), broken)
    await eventually('the second look', async () => written.err.includes('would fail'))
    stop.abort()
    await done
    const none = await signalbox('watch', join(house.dataDir, 'nowhere'))
    assert.deepEqual([none.code, /is no folder/.test(none.err)], [1, true])
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
    const failing = await signalbox('test', id, '--input', 'To=+12025550177', ...at)
    assert.equal(failing.code, 1, 'a test that fails stops a build')
    assert.match(failing.err, /3 +FAILED .*\n\n.*missing required properties/)
    assert.match(tested.out, /\n4\. A token of the organization/, 'the steps tell why')
    const back = await signalbox('export', id, ...at)
    assert.equal(JSON.parse(back.out).integrationType, 'purecloud-data-actions')
  })

  test('keeps every digit of what a file holds and of what an action answers', async () => {
    const file = join(house.dataDir, 'digits.json')
    const text = readFileSync(exported, 'utf8')
    const wide = text.replace(/"To": \{/, '"To": { "maximum": 12345678901234567890,')
    assert.notEqual(wide, text)
    const answer = wide.replace(/"requestTemplate": ".*"/, '"requestTemplate": "{}"')
    writeFileSync(
      file,
      answer
        .replace(/"requestUrlTemplate": ".*?"/, '"requestUrlTemplate": "/api/v2/users"')
        .replace(/"requestType": ".*?"/, '"requestType": "GET"')
        // biome-ignore lint/suspicious/noTemplateCurlyInString: this is a reference of the template language
        .replace('${rawResult}', '{\\"n\\": 12345678901234567891}'),
    )
    const at = ['--data-dir', house.dataDir]
    const imported = await signalbox('import', file, '--publish', ...at)
    const id = /custom_-_[\w-]+/.exec(imported.out)?.[0] ?? assert.fail(imported.err)
    assert.match((await signalbox('export', id, ...at)).out, /"maximum": 12345678901234567890,/)
    const inputs = ['--body', '{"To":"x","Message":"y"}', ...at]
    assert.match((await signalbox('run', id, ...inputs)).out, /"n": 12345678901234567891\n/)
    assert.match((await signalbox('test', id, ...inputs)).out, /"n": 12345678901234567891\n/)
    assert.equal((await signalbox('run', id, '--body', '[1]', ...at)).code, 2)
  })
})
