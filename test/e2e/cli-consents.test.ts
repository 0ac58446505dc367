import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { parse } from 'csv-parse/sync'
import { run } from '../../src/cli/main.ts'
import { type House, startHouse } from '../house.ts'

describe('signalbox consents', () => {
  let house: House
  before(async () => {
    house = await startHouse()
  })
  after(() => house.close())

  async function signalbox(...argv: readonly string[]) {
    const written = { out: '', err: '' }
    const code = await run(['consents', ...argv, '--data-dir', house.dataDir], {
      out: (text) => {
        written.out += text
      },
      err: (text) => {
        written.err += text
      },
    })
    return { code, ...written }
  }

  test('writes what is in force so that it can be read back in, and every line with its proof', async () => {
    const sender = house.credentials.sender.address
    const [ann, bob] = ['+12025550181', '+12025550182']
    const text = { from: ann, to: sender, text: 'Stop, "please"', id: 'mo-17' }
    await house.call('PUT', '/api/signalbox/consentpolicies/default', {
      body: { optOutWords: ['stop please'] },
    })
    await house.call('POST', '/api/signalbox/handset/messages', { body: text })
    const note = ['--note', '=on the telephone']
    assert.equal((await signalbox('opt-out', bob, '--sender', sender, ...note)).code, 0)
    assert.equal((await signalbox('opt-in', bob, '--sender', sender)).code, 0)

    const exported = await signalbox('export')
    const rows: Record<string, string>[] = parse(exported.out, { columns: true })
    assert.deepEqual(rows.map(({ handset, status }) => [handset, status]).toSorted(), [
      [ann, 'opted-out'],
      [bob, 'opted-in'],
    ])
    const file = join(house.dataDir, 'ledger.csv')
    writeFileSync(file, exported.out)
    assert.match((await signalbox('import', file)).out, /^2 lines recorded, 0 of them in force/)
    assert.ok(readFileSync(file, 'utf8').startsWith('sender,handset,status,date'))

    const proof = await signalbox('proof', '--handset', ann)
    const [word] = parse<Record<string, string>>(proof.out, { columns: true }).filter(
      ({ source }) => source === 'keyword',
    )
    assert.deepEqual(
      [word?.['kind'], word?.['text'], word?.['reference'], word?.['applied']],
      ['opt-out', 'Stop, "please"', 'mo-17', 'true'],
    )
    const all: Record<string, string>[] = parse((await signalbox('proof')).out, { columns: true })
    assert.equal(all.length, 5)
    assert.ok(all.some((one) => one['note'] === "'=on the telephone" && one['recordedBy'] !== ''))
  })
})
