import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { OutboundSms, WebhookRequest } from '../connector.ts'
import { connectorContract } from '../contract.ts'
import { hubSignatureSha1, isHubSignedSha1, traceId } from '../hub-signature.ts'
import { type SeenRequest, startStandIn } from '../stand-in.ts'
import { createTestIo } from '../test-io.ts'
import { asyncGateway } from './index.ts'

const account = {
  channelId: '16504661149',
  webhookSecret: 'key-of-the-webhook',
  apiSecret: 'key-of-the-api',
}

function fixture(name: string): string {
  return readFileSync(new URL(`./fixtures/${name}`, import.meta.url), 'utf8').trim()
}

function trusted(given: Buffer | string, path = 'messages'): WebhookRequest {
  const body = Buffer.from(given)
  const headers = { 'x-hub-signature': hubSignatureSha1(account.apiSecret, body) }
  return { method: 'POST', path, query: {}, headers, body }
}

const textOf = ({ body }: SeenRequest) => JSON.parse(body.toString('utf8')).messages[0]
const message: OutboundSms = {
  kind: 'sms',
  from: '+16504661149',
  to: '+12025550101',
  text: 'Hello',
  media: [],
  purpose: 'agent',
}

connectorContract('async', {
  connector: asyncGateway,
  settings: (webhookUrl) => ({ ...account, webhookUrl }),
  anOutbound: (_url, varying) => ({ ...message, ...varying }),
  provider: {
    accept: () => ({ status: 200, body: '{"messageId":"gw-out-1"}' }),
    ids: ['gw-out-1'],
    textIn: (request) => textOf(request).text,
    tagIn: (request) => textOf(request).id,
    rubbish: 'accepted',
  },
  trusted,
  calls: [
    { title: 'a text', request: trusted(fixture('messages.json')), events: 1 },
    { title: 'a receipt', request: trusted(fixture('receipts.json'), 'receipts'), events: 1 },
    { title: 'errors', request: trusted(fixture('errors.json'), 'errors'), events: 1 },
  ],
})

test('signs the exact bytes with SHA-1, names the trace, and adds the headers of the channel', async (t) => {
  const standIn = await startStandIn(() => ({ status: 201 }))
  const io = createTestIo()
  t.after(async () => {
    await io.close()
    await standIn.close()
  })
  const webhookHeaders = { 'custom-header-for-async-1': '12345' }
  const settings = { ...account, webhookUrl: `${standIn.url}/hook`, webhookHeaders }
  const deliveryId = '01a1fea9-9361-71c5-a4f6-1e598387faf7'
  await asyncGateway.send({ ...message, deliveryId, attempt: 1 }, settings, io)
  const [request] = standIn.seen
  assert.ok(request !== undefined)
  assert.match(request.headers['x-hub-signature'] ?? '', /^sha1=[0-9a-f]{40}$/)
  assert.ok(
    isHubSignedSha1(request.headers['x-hub-signature'], account.webhookSecret, request.body),
  )
  assert.equal(request.headers['x-b3-traceid'], deliveryId.replaceAll('-', ''))
  assert.equal(request.headers['custom-header-for-async-1'], '12345')
  assert.equal(request.headers['content-type'], 'application/json')
})

test('the signature is the one that HMAC-SHA1 is known for', () => {
  const signature = hubSignatureSha1(
    'key',
    Buffer.from('The quick brown fox jumps over the lazy dog'),
  )
  assert.equal(signature, 'sha1=de7c9b85b8b78aa6bc8a7a36f70a90701c9db4d9')
  assert.ok(
    isHubSignedSha1(
      signature.toUpperCase(),
      'key',
      Buffer.from('The quick brown fox jumps over the lazy dog'),
    ),
  )
  assert.ok(!isHubSignedSha1(signature, '', Buffer.alloc(0)))
})

test('a signature under the webhook’s key does not open the API, nor one of other bytes', () => {
  const settings = { ...account, webhookUrl: 'https://gateway.example' }
  const body = Buffer.from(fixture('messages.json'))
  const forged = {
    ...trusted(body),
    headers: { 'x-hub-signature': hubSignatureSha1(account.webhookSecret, body) },
  }
  assert.throws(() => asyncGateway.receive(forged, settings), { code: 'invalid.signature' })
  const changed = { ...trusted(body), body: Buffer.from(`${body.toString()} `) }
  assert.throws(() => asyncGateway.receive(changed, settings), { code: 'invalid.signature' })
})

test('a failed receipt carries its reason; an error about one of ours is a failure', () => {
  const settings = { ...account, webhookUrl: 'https://gateway.example' }
  const [receipt] = asyncGateway.receive(
    trusted(fixture('receipts.json'), 'receipts'),
    settings,
  ).events
  assert.deepEqual(receipt, {
    type: 'receipt',
    providerId: 'gw-out-1',
    deliveryId: 'gw-out-1',
    status: 'Failed',
    final: true,
    reason: 'InvalidDestination',
    code: 'InvalidDestination',
    description: 'No such number.',
  })
  const { events } = asyncGateway.receive(trusted(fixture('errors.json'), 'errors'), settings)
  assert.deepEqual(
    events.map((one) => (one.type === 'receipt' ? [one.status, one.code] : [])),
    [['Failed', 'E7']],
  )
})

test('a trace id is 32 hexadecimal digits, whatever the delivery is called', () => {
  assert.match(traceId('d-1'), /^[0-9a-f]{32}$/)
  assert.equal(traceId('d-1'), traceId('d-1'))
})
