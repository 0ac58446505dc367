import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { type TestContext, test } from 'node:test'
import type { SendError } from '../../errors.ts'
import type { OutboundMessage, WebhookRequest } from '../connector.ts'
import { connectorContract } from '../contract.ts'
import { hubSignature, isRecord, parseJson } from '../http.ts'
import { type SeenRequest, type StandInAnswer, startStandIn } from '../stand-in.ts'
import { createTestIo } from '../test-io.ts'
import { genesysCloud } from './index.ts'

const webhookSecret = 'a-webhook-secret-of-some-length'
const path = '/api/v2/conversations/messages/integration-1/inbound/open/message'
const settingsAt = (url: string) => ({
  baseUrl: `${url}/`,
  loginUrl: url,
  clientId: 'client',
  clientSecret: 'sécret',
  webhookSecret,
})

function fixture(name: string): string {
  return readFileSync(new URL(`./fixtures/${name}`, import.meta.url), 'utf8').trim()
}

function signed(body: Buffer): WebhookRequest {
  const headers = { 'x-hub-signature-256': hubSignature(webhookSecret, body) }
  return { method: 'POST', path: '', query: {}, headers, body }
}

function call(body: object, attempt = 1): OutboundMessage<'platform'> {
  return { kind: 'platform', method: 'POST', path, body, deliveryId: 'd-1', attempt }
}

const isToken = ({ path }: SeenRequest) => path === '/oauth/token'
const memberOf = (body: Buffer, name: string): unknown => {
  const value = parseJson(body.toString('utf8'))
  return isRecord(value) ? value[name] : undefined
}

connectorContract('genesys-cloud', {
  connector: genesysCloud,
  settings: settingsAt,
  anOutbound: (_url, { text, deliveryId, attempt }) =>
    call({ channel: { messageId: deliveryId }, text }, attempt),
  provider: {
    accept: (request) =>
      isToken(request)
        ? { status: 200, body: fixture('token.json') }
        : { status: 200, body: '{"id":"platform-1","type":"Text"}' },
    isAside: isToken,
    ids: ['platform-1'],
    textIn: ({ body }) => memberOf(body, 'text'),
    tagIn: ({ body }) => JSON.stringify(memberOf(body, 'channel')),
    rubbish: 'uncertain',
  },
  trusted: signed,
  calls: ['text-from-flow', 'media', 'template', 'template-older', 'typing', 'receipt'].map(
    (name) => ({ title: name, request: signed(Buffer.from(fixture(`${name}.json`))), events: 1 }),
  ),
})

function receive(name: string) {
  const request = signed(Buffer.from(fixture(`${name}.json`)))
  return genesysCloud.receive(request, settingsAt('https://x.example')).events[0]
}

test('reads the message of a flow whose recipient names the sender too', () => {
  assert.deepEqual(receive('text-from-flow'), {
    type: 'open',
    id: 'f307050a1b2c3d4e5f606de25cb25cbf',
    integrationId: '32a0b17e-9c26-4d34-bee0-60f1a2b39646',
    to: '+12025550101:+12025550155',
    time: '2026-01-05T10:00:03.257Z',
    kind: 'Text',
    text: 'Hello, both ends in one field',
    media: [],
    conversationId: '185a0b14-9c24-4d39-8ee4-10f1a2b3f970',
    originatingEntity: 'Bot',
  })
})

test('reads the older samples, which name the integration only as one end', () => {
  const base = { type: 'open', integrationId: 'integration-1', time: '2026-01-05T10:00:03.257Z' }
  const media = [{ url: 'https://files.example/map.png', mime: 'image/png', filename: 'map.png' }]
  const to = '+12025550101'
  assert.deepEqual(receive('media'), { ...base, id: 'a1', to, kind: 'Text', text: '', media })
  const text = 'Order 12345 left on Friday. Ask for {{nobody}}.'
  assert.deepEqual(receive('template'), {
    ...base,
    id: 'a2',
    to,
    kind: 'Structured',
    text,
    media: [],
  })
  const older = { kind: 'Structured', text: 'Your order 777 left today.', media: [] }
  assert.deepEqual(receive('template-older'), { ...base, id: 'a3', to, ...older })
  assert.deepEqual(receive('typing'), { ...base, id: 'a4', to, kind: 'Event', text: '', media: [] })
  const receipt = { id: 'a5', to: 'integration-1', kind: 'Receipt', text: '', media: [] }
  assert.deepEqual(receive('receipt'), { ...base, ...receipt })
})

test('takes no calls while it has no webhook secret', () => {
  const { webhookSecret: _, ...settings } = settingsAt('https://x.example')
  const request = signed(Buffer.from(fixture('media.json')))
  assert.throws(() => genesysCloud.receive(request, settings), { code: 'invalid.signature' })
})

test('refuses a body changed by one byte after it was signed', () => {
  const request = signed(Buffer.from(fixture('media.json')))
  const body = Buffer.from(fixture('media.json').replace('a1', 'a9'))
  assert.throws(() => genesysCloud.receive({ ...request, body }, settingsAt('https://x.example')), {
    code: 'invalid.signature',
  })
})

test('names the field that a message lacks', () => {
  const channel = { from: { id: 'i' }, to: { id: '+12025550101' }, time: '2026-01-05T10:00:03Z' }
  const whole = { id: 'm', type: 'Text', text: 'x', channel }
  const broken: readonly [string, object][] = [
    ['type', { ...whole, type: 'Fax' }],
    ['id', { ...whole, id: '' }],
    ['channel.to.id', { ...whole, channel: { ...channel, to: {} } }],
    ['channel.from.id', { ...whole, channel: { ...channel, from: null } }],
    ['channel.time', { ...whole, channel: { ...channel, time: undefined } }],
  ]
  for (const [fieldName, body] of broken) {
    const request = signed(Buffer.from(JSON.stringify(body)))
    assert.throws(() => genesysCloud.receive(request, settingsAt('https://x.example')), {
      code: 'bad.request',
      details: [{ fieldName }],
    })
  }
})

async function platform(
  t: TestContext,
  answer: (request: SeenRequest) => StandInAnswer,
  hangs = false,
) {
  const standIn = await startStandIn((request) => answer(request))
  // Only who waits in vain is in a hurry: on a busy machine an honest answer may take longer than that.
  const io = createTestIo(hangs ? { timeoutMsMax: 400 } : {})
  t.after(async () => {
    await io.close()
    await standIn.close()
  })
  return {
    seen: standIn.seen,
    send: (body: object, settings = settingsAt(standIn.url)) =>
      genesysCloud.send(call(body), settings, io),
    settings: settingsAt(standIn.url),
  }
}

const giveToken: StandInAnswer = { status: 200, body: fixture('token.json') }
const failsAs = (failure: SendError['failure'], more: Partial<SendError> = {}) => ({
  failure,
  ...more,
})

test('fetches a token once as Basic form and shows it with every call', async (t) => {
  const { send, seen } = await platform(t, (r) => (isToken(r) ? giveToken : { status: 202 }))
  assert.deepEqual(await send({ text: '1' }), { providerIds: [] })
  await send({ text: '2' })
  const [token, first, second] = seen
  assert.equal(seen.length, 3)
  const basic = `Basic ${Buffer.from('client:sécret').toString('base64')}`
  assert.equal(token?.headers['authorization'], basic)
  assert.equal(token?.headers['content-type'], 'application/x-www-form-urlencoded')
  assert.equal(token?.body.toString(), 'grant_type=client_credentials')
  for (const request of [first, second]) {
    assert.equal(request?.path, path)
    assert.equal(request?.headers['authorization'], 'Bearer bearer-1')
    assert.equal(request?.headers['content-type'], 'application/json')
  }
})

test('renews the token once when the platform no longer takes it', async (t) => {
  let tokens = 0
  const { send, seen } = await platform(t, (request) => {
    if (!isToken(request)) {
      return { status: request.headers['authorization'] === 'Bearer t2' ? 200 : 401 }
    }
    tokens += 1
    return { status: 200, body: JSON.stringify({ access_token: `t${tokens}`, expires_in: 60 }) }
  })
  await send({ text: '1' })
  assert.deepEqual(seen.map(isToken), [true, false, true, false])
})

test('a second 401, or 403, means that the client must be set up', async (t) => {
  for (const status of [401, 403]) {
    const { send } = await platform(t, (r) => (isToken(r) ? giveToken : { status }))
    await assert.rejects(send({}), failsAs('misconfigured', { providerCode: String(status) }))
  }
})

test('who knows only the client id does not get the token of another', async (t) => {
  const { send, seen, settings } = await platform(t, (r) =>
    isToken(r) ? giveToken : { status: 200 },
  )
  await send({})
  await send({}, { ...settings, clientSecret: 'guess' })
  assert.equal(seen.filter(isToken).length, 2)
})

test('a refused client means misconfigured, with the word of the login address', async (t) => {
  const { send, seen } = await platform(t, () => ({
    status: 400,
    body: fixture('token-refused.json'),
  }))
  await assert.rejects(send({}), failsAs('misconfigured', { providerCode: 'invalid_client' }))
  assert.equal(seen.length, 1)
})

test('trouble with the token leaves no doubt that the message was not taken', async (t) => {
  const answers: readonly StandInAnswer[] = [
    'cut',
    'hang',
    { status: 500 },
    { status: 503 },
    { status: 200, body: '<html>' },
    { status: 200, body: '{"access_token":"x"}' },
  ]
  for (const answer of answers) {
    const { send } = await platform(t, () => answer, answer === 'hang')
    await assert.rejects(send({}), failsAs('unavailable'), JSON.stringify(answer))
  }
  const { send } = await platform(t, () => ({ status: 429, headers: { 'retry-after': '3' } }))
  await assert.rejects(send({}), failsAs('throttled', { retryAfterMs: 3000 }))
})

test('a receipt that the platform could not apply is a refusal, an echo of ours is not', async (t) => {
  const { send } = await platform(t, (r) =>
    isToken(r) ? giveToken : { status: 200, body: fixture('receipt-failed.json') },
  )
  await assert.rejects(
    send({ id: 'a6', status: 'Delivered' }),
    failsAs('rejected', { reason: 'UnknownMessage', message: 'There is no message with this id.' }),
  )
  assert.deepEqual(await send({ id: 'a6', status: 'Failed' }), { providerIds: ['a6'] })
})

test('a rate limit brings the code and the words of the platform', async (t) => {
  const { send } = await platform(t, (r) =>
    isToken(r)
      ? giveToken
      : { status: 429, headers: { 'Retry-After': '3' }, body: fixture('too-many-requests.json') },
  )
  await assert.rejects(
    send({}),
    failsAs('throttled', { retryAfterMs: 3000, providerCode: 'too.many.requests.retry.after' }),
  )
})
