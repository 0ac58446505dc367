import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { OutboundSms, WebhookRequest } from '../../src/connectors/connector.ts'
import { kaleyra } from '../../src/connectors/kaleyra/index.ts'
import type { KaleyraSettings } from '../../src/connectors/kaleyra/settings.ts'
import { startStandIn } from '../../src/connectors/stand-in.ts'
import { createTestIo } from '../../src/connectors/test-io.ts'
import { startKaleyraStandIn } from './kaleyra.ts'

const account = { apiKey: 'key-of-account', sid: 'HX0000IN', callbackSecret: 'callback-secret' }
const message: OutboundSms = {
  kind: 'sms',
  from: '+12025550155',
  to: '+12025550101',
  text: 'Hello',
  media: [],
  purpose: 'agent',
}

/** A stand-in, and a server in our place that reads what it posts. */
async function both(t: TestContext) {
  const provider = await startKaleyraStandIn(account)
  const received: unknown[] = []
  const house = await startStandIn(({ method, path, query, headers, body }) => {
    const call = { method, path: path.slice('/hook/'.length), headers, body }
    const request: WebhookRequest = { ...call, query: Object.fromEntries(query) }
    const { events, reply } = kaleyra.receive(request, account)
    received.push(...events)
    return reply
  })
  const io = createTestIo({ timeoutMsMax: 400, callbackUrl: `${house.url}/hook` })
  t.after(async () => {
    await io.close()
    await provider.close()
    await house.close()
  })
  return {
    provider,
    received,
    hook: `${house.url}/hook`,
    send: (change: Partial<OutboundSms> = {}, settings: Partial<KaleyraSettings> = {}) =>
      kaleyra.send(
        { ...message, ...change, deliveryId: 'd-1', attempt: 1 },
        { ...account, baseUrl: provider.url, ...settings },
        io,
      ),
  }
}

test('the stand-in has nothing to complain about in what the connector sends', async (t) => {
  const { provider, send } = await both(t)
  const variants: readonly Partial<KaleyraSettings>[] = [
    {},
    { encoding: 'json' },
    { endpoint: 'messages', stripPlus: true, type: 'OTP', templateId: '1007' },
    { encoding: 'json', callback: 'profile', callbackProfileId: 'IN_profile' },
    { callback: 'none' },
  ]
  for (const settings of variants) await send({ text: 'Grüße 🍕 & +1 = “x”' }, settings)
  assert.deepEqual(provider.complaints, [])
  assert.equal(provider.sent.length, variants.length)
  assert.equal(provider.sent[0]?.body, 'Grüße 🍕 & +1 = “x”')
  assert.equal(provider.sent[0]?.to, '+12025550101')
})

test('reports come back as receipts of the delivery, and a text as a message', async (t) => {
  const { provider, received, hook, send } = await both(t)
  const { providerIds } = await send()
  const [providerId] = providerIds
  assert.equal(await provider.reportSent('d-1'), 200)
  assert.equal(await provider.reportDelivered('d-1'), 200)
  assert.equal(await provider.reportUndelivered('d-1', 'INV-NUMBER'), 200)
  const ends = { from: '+12025550101', to: '+12025550155' }
  const text = { url: hook, token: account.callbackSecret, ...ends, text: 'Yes 🍕', id: 'mo-1' }
  assert.equal(await provider.sendMessage(text), 200)
  const base = { type: 'receipt', providerId, deliveryId: 'd-1' }
  const failed = { status: 'Failed', final: true, reason: 'InvalidDestination', code: 'INV-NUMBER' }
  const sms = { type: 'sms', providerId: 'mo-1', ...ends, text: 'Yes 🍕', media: [] }
  assert.deepEqual(received.map(withoutTime), [
    { ...base, status: 'Sent', final: false },
    { ...base, status: 'Delivered', final: true },
    { ...base, ...failed },
    sms,
  ])
})

function withoutTime(event: unknown): unknown {
  assert.ok(typeof event === 'object' && event !== null && 'timeMs' in event)
  const { timeMs, ...rest } = event
  assert.equal(typeof timeMs, 'number')
  return rest
}

test('a text sent twice is taken twice, so the connector must not claim otherwise', async (t) => {
  const { provider, send } = await both(t)
  await send()
  await send()
  assert.equal(provider.sent.length, 2)
  assert.equal(kaleyra.idempotent, false)
})

test('faults are met once each, and only a cut or a silence has taken the text', async (t) => {
  const { provider, send } = await both(t)
  provider.failNext('throttle')
  await assert.rejects(send(), { failure: 'throttled', retryAfterMs: 1000 })
  provider.failNext('error', 2)
  await assert.rejects(send(), { failure: 'uncertain' })
  await assert.rejects(send(), { failure: 'uncertain' })
  assert.equal(provider.sent.length, 0)
  for (const fault of ['cut', 'hang'] as const) {
    provider.failNext(fault)
    await assert.rejects(send(), { failure: 'uncertain' })
  }
  assert.equal(provider.sent.length, 2)
  await send()
  assert.equal(provider.sent.length, 3)
  assert.equal(await provider.reportDelivered('d-1'), 200)
})

test('a wrong account is told so', async (t) => {
  const { provider, send } = await both(t)
  await assert.rejects(send({}, { apiKey: 'x' }), {
    failure: 'misconfigured',
    providerCode: 'RBC001',
  })
  await assert.rejects(send({}, { sid: 'x' }), { failure: 'rejected', providerCode: 'RBC404' })
  assert.equal(provider.complaints.length, 2)
})

test('whatever the documentation does not allow is refused', async (t) => {
  const { provider } = await both(t)
  const io = createTestIo()
  t.after(() => io.close())
  const form = 'application/x-www-form-urlencoded'
  const callback = { url: 'https://x.example', method: 'POST', header: {} }
  const retry = { count: '2', interval: ['10'] }
  const good = { to: '+12025550101', sender: 'KLRHXA', body: 'Hi', ref: 'd-1' }
  const bad: readonly [string, object, string?][] = [
    ['ref is missing', { ref: undefined }],
    ['colour is not known', { colour: 'red' }],
    ['to is malformed', { to: '0049 30 1' }],
    ['sender is malformed', { sender: 'longer than eleven' }],
    ['unicode is malformed', { unicode: 'yes' }],
    ['needs unicode', { body: 'Привет' }],
    ['type is malformed', { type: 'SPAM' }],
    ['flash is not known', { flash: '1' }],
    ['retry', { callback: JSON.stringify({ ...callback, retry }) }],
    ['unknown members', { callback: JSON.stringify({ ...callback, secret: 'x' }) }],
    ['no method', { callback: JSON.stringify({ ...callback, method: 'PUT' }) }],
    ['exclude', { callback: '{}', callback_profile_id: 'IN_profile' }],
    ['content type', {}, 'text/plain'],
    ['ref is no text', { ref: 1 }, 'application/json'],
  ]
  for (const [complaint, change, type = form] of bad) {
    const fields = Object.entries({ ...good, ...change }).filter(([, value]) => value !== undefined)
    const isForm = type === form
    const body = isForm
      ? `${new URLSearchParams(fields)}`
      : JSON.stringify(Object.fromEntries(fields))
    const reply = await io.fetch({
      method: 'POST',
      url: `${provider.url}/v1/${account.sid}/sms`,
      headers: { 'api-key': account.apiKey, 'content-type': type },
      body,
    })
    assert.equal(reply.status, 400, complaint)
    assert.match(reply.body, new RegExp(complaint), complaint)
  }
  assert.equal(provider.sent.length, 0)
})
