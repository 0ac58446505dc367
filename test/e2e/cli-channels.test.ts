import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { run } from '../../src/cli/main.ts'
import { type House, startHouse } from '../house.ts'

describe('signalbox channels and apikeys', () => {
  let house: House
  before(async () => {
    house = await startHouse()
    const { ccid } = house.credentials.digitalChannels
    const service = (name: string, body: object) =>
      house.call('POST', `/nexus/v3/provisioning/services/${ccid}/${name}`, { body })
    await service('SMS', { data: { provider: 'mGage' } })
    const secret = { username: 'acme', password: 'mgage-password' }
    await service('mGageSMS', { url: 'https://mgage.example', secret })
  })
  after(() => house.close())

  async function signalbox(...argv: readonly string[]) {
    const written = { out: '', err: '' }
    const code = await run([...argv, '--data-dir', house.dataDir], {
      out: (text) => {
        written.out += text
      },
      err: (text) => {
        written.err += text
      },
    })
    return { code, ...written }
  }

  function file(text: string): string {
    const path = join(house.dataDir, 'channels.yaml')
    writeFileSync(path, text)
    return path
  }

  const sections = [
    'sections:',
    '  chat.SMS_Main:',
    '    channelId: "24273"',
    '    endpoint: chat.Support',
    '    header:x-company: ACME',
    '',
  ].join('\n')

  test('plan says what is missing and fails, apply makes it so, and then there is no drift', async () => {
    const planned = await signalbox('channels', 'plan', file(sections))
    assert.equal(planned.code, 1)
    assert.match(planned.out, /\+ create chat\.SMS_Main\n {4}channelId: - → 24273/)
    assert.match(planned.out, /header:x-company: - → \*\*\*/)
    assert.equal((await signalbox('channels', 'apply', file(sections))).code, 0)
    const again = await signalbox('channels', 'plan', file(sections))
    assert.deepEqual([again.code, again.out], [0, '= keep   chat.SMS_Main\n'])
    assert.match(
      (await signalbox('channels')).out,
      /chat\.SMS_Main +24273 +chat\.Support +\(default\)/,
    )
    const changed = await signalbox('channels', 'plan', file(sections.replace('ACME', 'Other')))
    assert.deepEqual([changed.code, changed.out.includes('ACME')], [1, false])
  })

  test('plan refuses what apply would, names the section, and changes nothing', async () => {
    const wanted = sections.replaceAll('24273', '24275').replace('SMS_Main', 'SMS_Other')
    const text = wanted.replace('header:x-company: ACME', 'provider: Async')
    for (const verb of ['plan', 'apply']) {
      const refused = await signalbox('channels', verb, file(text))
      assert.equal(refused.code, 1)
      assert.match(
        refused.err,
        /chat\.SMS_Other: provider is Async, but the service Async has no channel/,
      )
    }
    const bare = sections.replace('24273', '24275').replace('SMS_Main', 'SMS_Other')
    assert.equal((await signalbox('channels', 'plan', file(bare))).code, 1)
    assert.equal((await signalbox('channels', 'show', 'chat.SMS_Other')).code, 1)
  })

  test('what is on the server alone is told as drift, and removed only with --prune', async () => {
    const empty = 'sections: {}\n'
    const planned = await signalbox('channels', 'plan', file(empty))
    assert.deepEqual([planned.code, planned.out], [1, '? not in the file: chat.SMS_Main\n'])
    await signalbox('channels', 'apply', file(empty))
    assert.equal((await signalbox('channels', 'show', 'chat.SMS_Main')).code, 0)
    await signalbox('channels', 'apply', file(empty), '--prune')
    assert.equal((await signalbox('channels', 'show', 'chat.SMS_Main')).code, 1)
  })

  test('a file with a mistake says where, and one with a wrong option names it', async () => {
    const broken = await signalbox('channels', 'apply', file('sections:\n  a: [1\n'))
    assert.match(broken.err, /not YAML.*line \d+, column \d+/s)
    const wrong = file(sections.replace('endpoint: chat.Support', 'endpoint: chat.Nobody'))
    const refused = await signalbox('channels', 'apply', wrong)
    assert.match(refused.err, /endpoint names Nobody/)
    const bomb = file('a: &a [x, x]\nb: &b [*a, *a]\nsections: {c: *b}\n')
    assert.match((await signalbox('channels', 'apply', bomb)).err, /has aliases/)
  })

  test('a key is printed once, opens the API, and is revoked', async () => {
    const made = await signalbox(
      'apikeys',
      'create',
      '--name',
      'Portico Cluster API Key',
      '--cluster',
    )
    const key = made.out.trim()
    assert.match(key, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    const { ccid } = house.credentials.digitalChannels
    const read = () =>
      fetch(`${house.url}/nexus/v3/provisioning/services/${ccid}`, {
        headers: { 'x-api-key': key, 'x-ccid': ccid },
      })
    assert.equal((await read()).status, 200)
    const listed = await signalbox('apikeys')
    assert.ok(!listed.out.includes(key))
    const row = listed.out.split('\n').find((line) => line.includes('Portico')) ?? ''
    assert.equal((await signalbox('apikeys', 'revoke', row.split(' ')[0] ?? '')).code, 0)
    assert.equal((await read()).status, 401)
  })
})
