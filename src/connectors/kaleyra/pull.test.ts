import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type StandInAnswer, startStandIn } from '../stand-in.ts'
import { createTestIo } from '../test-io.ts'
import { pullStatus } from './pull.ts'
import type { KaleyraSettings } from './settings.ts'

async function pull(
  answer: StandInAnswer,
  change: Partial<KaleyraSettings> = {},
  providerIds: readonly string[] = [],
) {
  const standIn = await startStandIn(() => answer)
  const io = createTestIo()
  const settings = {
    sid: 'HX0000IN',
    apiKey: 'key-of-account',
    callbackSecret: 'callback-secret',
    baseUrl: standIn.url,
    ...change,
  }
  const outcome = await pullStatus({ deliveryId: 'd-1', providerIds }, settings, io).catch(
    (error: unknown) => error,
  )
  await io.close()
  await standIn.close()
  return { outcome, seen: standIn.seen }
}

const delivered = { status: 200, body: '{"data":[{"message_id":"k:0","status":"Delivered"}]}' }

test('asks by the ids that Kaleyra gave, with the account’s key', async () => {
  const { outcome, seen } = await pull(delivered, {}, ['k:0', 'k:1'])
  assert.equal(seen[0]?.path, '/v1/HX0000IN/sms/status')
  assert.equal(seen[0]?.query.get('message_ids'), 'k:0,k:1')
  assert.equal(seen[0]?.headers['api-key'], 'key-of-account')
  assert.deepEqual(outcome, [
    { type: 'receipt', providerId: 'k:0', status: 'Delivered', final: true },
  ])
})

test('asks nothing without ids, unless the account can be asked by our own tag', async () => {
  assert.deepEqual(await pull(delivered), { outcome: [], seen: [] })
  const { seen } = await pull(delivered, { statusBy: 'ref' })
  assert.equal(seen[0]?.query.get('ref'), 'd-1')
})

test('a text that Kaleyra does not know, or a status that is not documented, says nothing', async () => {
  assert.deepEqual((await pull({ status: 404 }, {}, ['k:0'])).outcome, [])
  const strange = { status: 200, body: '{"data":[{"message_id":"k:0","status":"Musing"}]}' }
  assert.deepEqual((await pull(strange, {}, ['k:0'])).outcome, [])
})

test('a provider that cannot be asked now is no answer', async () => {
  const { outcome } = await pull({ status: 503 }, {}, ['k:0'])
  assert.ok(outcome instanceof Error && 'failure' in outcome && outcome.failure === 'unavailable')
})
