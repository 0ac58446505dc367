import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { type TestContext, test } from 'node:test'
import type { OutboundSms, WebhookRequest } from '../connector.ts'
import { connectorContract } from '../contract.ts'
import { isRecord, parseJson } from '../http.ts'
import { type SeenRequest, type StandInAnswer, startStandIn } from '../stand-in.ts'
import { createTestIo } from '../test-io.ts'
import { kaleyra } from './index.ts'
import type { KaleyraSettings } from './settings.ts'

const callbackSecret = 'callback-secret'
const settings: KaleyraSettings = { sid: 'HX0000IN', apiKey: 'key-of-account', callbackSecret }

function fixture(name: string): string {
  return readFileSync(new URL(`./fixtures/${name}`, import.meta.url), 'utf8').trim()
}

function trusted(body: Buffer | string, path = ''): WebhookRequest {
  const headers = { 'x-callback-token': callbackSecret }
  return { method: 'POST', path, query: {}, headers, body: Buffer.from(body) }
}

const formOf = ({ body }: SeenRequest) => new URLSearchParams(body.toString('utf8'))
const accepted: StandInAnswer = { status: 202, body: fixture('accepted.json') }

const message: OutboundSms = {
  kind: 'sms',
  from: '+12025550155',
  to: '+12025550101',
  text: 'Hello',
  media: [],
  purpose: 'agent',
}

for (const encoding of ['form', 'json'] as const) {
  connectorContract(`kaleyra with ${encoding} fields`, {
    connector: kaleyra,
    settings: (baseUrl) => ({ ...settings, baseUrl, encoding }),
    anOutbound: (_url, varying) => ({ ...message, ...varying }),
    provider: {
      accept: () => accepted,
      ids: ['5f0f6c1e-3f0a-4c58-9d0e-2a1c1a7b0d11:0'],
      textIn: (request) => fieldIn(request, encoding, 'body'),
      tagIn: (request) => fieldIn(request, encoding, 'ref'),
      rubbish: 'uncertain',
    },
    trusted,
    calls: [
      { title: 'a receipt', request: trusted(fixture('status.json'), 'status'), events: 1 },
      { title: 'a receipt as a form', request: trusted(fixture('status-form.txt')), events: 1 },
      {
        title: 'an incoming text',
        request: trusted(fixture('message.json'), 'message'),
        events: 1,
      },
      { title: 'an unknown status', request: trusted('{"id":"1","status":"Lost"}'), events: 0 },
    ],
  })
}

function fieldIn(request: SeenRequest, encoding: 'form' | 'json', name: string): unknown {
  if (encoding === 'form') return formOf(request).get(name)
  const value = parseJson(request.body.toString('utf8'))
  return isRecord(value) ? value[name] : undefined
}

async function account(t: TestContext, more: Partial<KaleyraSettings>, answer = accepted) {
  const standIn = await startStandIn(() => answer)
  const io = createTestIo({ timeoutMsMax: 400 })
  t.after(async () => {
    await io.close()
    await standIn.close()
  })
  return {
    seen: standIn.seen,
    send: (change: Partial<OutboundSms> = {}) =>
      kaleyra.send(
        { ...message, ...change, deliveryId: 'd-1', attempt: 1 },
        { ...settings, baseUrl: standIn.url, ...more },
        io,
      ),
  }
}

test('sends a form with everything that Kaleyra needs to call back', async (t) => {
  const { send, seen } = await account(t, { type: 'TXN', templateId: '1007' })
  await send({ text: 'Grüße 🍕' })
  const [request] = seen
  assert.ok(request)
  assert.deepEqual([request.method, request.path], ['POST', '/v1/HX0000IN/sms'])
  assert.equal(request.headers['api-key'], 'key-of-account')
  assert.equal(request.headers['content-type'], 'application/x-www-form-urlencoded')
  const fields = Object.fromEntries(formOf(request))
  assert.deepEqual(fields, Object.fromEntries(new URLSearchParams(fixture('send-form.txt'))))
})

test('sends JSON to the older endpoint, without plus and with a profile, where told to', async (t) => {
  const { send, seen } = await account(t, {
    endpoint: 'messages',
    encoding: 'json',
    stripPlus: true,
    callback: 'profile',
    callbackProfileId: 'IN_profile',
    sid: 'HX/1',
  })
  await send()
  assert.equal(seen[0]?.path, '/v1/HX%2F1/messages')
  assert.equal(seen[0]?.headers['content-type'], 'application/json')
  assert.equal(seen[0]?.body.toString('utf8'), fixture('send.json'))
})

test('says unicode only where GSM-7 does not hold the text', async (t) => {
  const { send, seen } = await account(t, { callback: 'none' })
  for (const text of ['Grüße, 5 €', 'Привет', 'smart “quotes”']) await send({ text })
  assert.deepEqual(
    seen.map((one) => formOf(one).get('unicode')),
    [null, '1', '1'],
  )
  assert.deepEqual(
    seen.map((one) => formOf(one).has('callback')),
    [false, false, false],
  )
})

test('does not send what it knows to be wrong', async (t) => {
  const { send, seen } = await account(t, { callback: 'profile' })
  await assert.rejects(send(), { failure: 'misconfigured' })
  const media = [{ url: 'https://files.example/a.png', mime: 'image/png' }]
  const refused = { failure: 'rejected', reason: 'MediaTypeNotAllowed' }
  await assert.rejects(send({ media }), refused)
  assert.equal(seen.length, 0)
})

test('takes the id of older answers, and one id a part where there are several', async (t) => {
  const older = await account(t, {}, { status: 200, body: fixture('accepted-older.json') })
  const id = '5f0f6c1e-3f0a-4c58-9d0e-2a1c1a7b0d11'
  assert.deepEqual(await older.send(), { providerIds: [id] })
  const body = JSON.stringify({ data: [{ message_id: 'a:0' }, { message_id: 'a:1' }], error: {} })
  const parts = await account(t, {}, { status: 202, body })
  assert.deepEqual(await parts.send(), { providerIds: ['a:0', 'a:1'] })
})

test('an answer decides between refused, wrongly set up and not known', async (t) => {
  const cases: readonly [number, string, string, string | undefined, string | undefined][] = [
    [202, fixture('accepted-refusing.json'), 'rejected', 'to', 'GeneralError'],
    [202, '{"error":{"code":"E607"},"message":"No route."}', 'rejected', 'E607', 'GeneralError'],
    [202, '{"error":"E607"}', 'rejected', 'E607', 'GeneralError'],
    [202, '{"data":[],"error":{}}', 'uncertain', undefined, 'ServerError'],
    [202, '{"data":[{"message_id":""}],"error":""}', 'uncertain', undefined, 'ServerError'],
    [400, fixture('refused-400.json'), 'rejected', 'E614', 'InvalidMessageStructure'],
    [401, fixture('refused-401.json'), 'misconfigured', 'RBC001', 'GeneralError'],
    [403, '', 'misconfigured', '403', 'GeneralError'],
    [429, '{"error":"RBC2"}', 'throttled', 'RBC2', 'RateLimited'],
  ]
  for (const [status, body, failure, providerCode, reason] of cases) {
    const { send } = await account(t, {}, { status, body })
    await assert.rejects(send(), { failure, providerCode, reason }, `${status} ${body}`)
  }
})
