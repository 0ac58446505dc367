import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { eventually, startHouse } from '../house.ts'

test('a restart on another port keeps the demo relay working, and the tokens of before', async (t) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'signalbox-'))
  t.after(() => rmSync(dataDir, { recursive: true, force: true }))
  const first = await startHouse({ dataDir })
  const token = await first.userToken(0)
  await first.close()

  const second = await startHouse({ dataDir })
  t.after(() => second.close())
  assert.notEqual(second.url, first.url)
  assert.equal((await second.call('GET', '/api/v2/users/me', { token })).status, 200)
  const sent = await second.call('POST', '/api/v2/conversations/messages/agentless', {
    body: {
      fromAddress: second.credentials.integration.id,
      toAddress: '+12025550188',
      toAddressMessengerType: 'open',
      textBody: 'Through the relay',
    },
  })
  assert.equal(sent.status, 200)
  await eventually('the relayed text is delivered', async () => {
    const details = await second.call(
      'GET',
      `/api/v2/conversations/messages/${sent.body.id}/details`,
    )
    return details.body.status === 'delivery-success'
  })
})

test('a start on a port that is taken says so and ends with 1', async (t) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'signalbox-'))
  t.after(() => rmSync(dataDir, { recursive: true, force: true }))
  const house = await startHouse({})
  t.after(() => house.close())
  const program = new URL('../../bin/signalbox.js', import.meta.url).pathname
  const args = [program, 'serve', '--data-dir', dataDir, '--port', new URL(house.url).port]
  const ended = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 60_000 })
  assert.equal(ended.status, 1, ended.stderr)
  assert.match(ended.stderr, /EADDRINUSE/)
})
