import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { connectorContract } from '../contract.ts'
import { isRecord, parseJson } from '../http.ts'
import { startStandIn } from '../stand-in.ts'
import { createTestIo } from '../test-io.ts'
import { openWebhook, safeHeaders } from './index.ts'

const fixture = readFileSync(new URL('./fixtures/document.json', import.meta.url), 'utf8').trim()
const secret = 'a-secret-of-some-length'

function memberOf(body: Buffer, name: string): unknown {
  const document = parseJson(body.toString('utf8'))
  return isRecord(document) ? document[name] : undefined
}

connectorContract('open-webhook', {
  connector: openWebhook,
  settings: () => ({}),
  anOutbound: (url, { text, deliveryId, attempt }) => ({
    kind: 'open',
    url: `${url}/hook`,
    secret,
    headers: {},
    document: { id: `message-of-${deliveryId}`, type: 'Text', text },
    deliveryId,
    attempt,
  }),
  provider: {
    accept: () => ({ status: 204 }),
    ids: [],
    textIn: ({ body }) => memberOf(body, 'text'),
    tagIn: ({ body }) => memberOf(body, 'id'),
    rubbish: 'accepted',
  },
  calls: [],
})

test('posts the document as signed JSON with the configured headers', async (t) => {
  const standIn = await startStandIn(() => ({ status: 200 }))
  const io = createTestIo()
  t.after(async () => {
    await io.close()
    await standIn.close()
  })
  const headers = { 'X-Shop': 'north', Host: 'evil.example', 'X-Hub-Signature-256': 'sha256=x' }
  const document: unknown = JSON.parse(fixture)
  assert.ok(isRecord(document))
  await openWebhook.send(
    {
      kind: 'open',
      url: `${standIn.url}/hook?a=1`,
      secret,
      headers,
      document,
      deliveryId: 'd-1',
      attempt: 1,
    },
    {},
    io,
  )
  const [request] = standIn.seen
  assert.ok(request)
  assert.deepEqual([request.method, request.path, request.query.get('a')], ['POST', '/hook', '1'])
  assert.equal(request.body.toString('utf8'), fixture)
  assert.equal(request.headers['content-type'], 'application/json')
  assert.equal(request.headers['content-length'], String(Buffer.byteLength(fixture)))
  assert.equal(request.headers['host'], new URL(standIn.url).host)
  assert.equal(request.headers['x-shop'], 'north')
  const signature = 'sha256=HFRjFX9ZYuHoTSv/bpiSI5Czw9T+e1B2f7HU8tFbodA=' // made with openssl
  assert.equal(request.headers['x-hub-signature-256'], signature)
})

test('configured headers cannot replace its own, nor start a header of their own', () => {
  assert.deepEqual(
    safeHeaders({
      'X-Fine': 'a b',
      'X-Split': 'a\r\nX-Evil: 1',
      'X-Evil\r\nX-More': '1',
      '': 'no name',
      'X Blank': '1',
      'X-Emoji': '🍕',
      'X-Umlaut': 'ü',
      'CONTENT-TYPE': 'text/plain',
      'content-length': '1',
      host: 'evil.example',
      'Transfer-Encoding': 'chunked',
      'x-hub-signature-256': 'sha256=x',
    }),
    { 'x-fine': 'a b', 'x-split': 'aX-Evil: 1', 'x-umlaut': 'ü' },
  )
})

test('repeats as the vendor does: five times, five seconds apart, without chance', () => {
  const { retriesMax, delayMs, factor, jitter } = openWebhook.retry
  assert.deepEqual([retriesMax, delayMs, factor, jitter], [5, 5000, 1, 0])
  assert.ok(openWebhook.idempotent)
})
