import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { WebhookRequest } from '../connector.ts'
import { receiveCallback } from './callback.ts'
import { kaleyra } from './index.ts'
import type { KaleyraSettings } from './settings.ts'

const callbackSecret = 'callback-secret'
const settings: KaleyraSettings = { sid: 'HX0000IN', apiKey: 'key-of-account', callbackSecret }
const headers = { 'x-callback-token': callbackSecret }

function receive(
  body: object | string,
  { path = '', ...more }: { path?: string; query?: Record<string, string> } = {},
  change: Partial<KaleyraSettings> = {},
) {
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
  const request: WebhookRequest = { method: 'POST', path, query: {}, headers, body: bytes, ...more }
  return kaleyra.receive(request, { ...settings, ...change }).events
}

function fixture(name: string): string {
  return readFileSync(new URL(`./fixtures/${name}`, import.meta.url), 'utf8').trim()
}

const providerId = '5f0f6c1e-3f0a-4c58-9d0e-2a1c1a7b0d11:0'

test('a receipt names our delivery, the meaning, and the code as it came', () => {
  assert.deepEqual(receive(fixture('status.json'), { path: 'status' }), [
    {
      type: 'receipt',
      providerId,
      deliveryId: 'd-1',
      status: 'Failed',
      final: true,
      reason: 'GeneralError',
      code: 'ABSENT-SUB',
      description: 'Subscriber absent',
      timeMs: Date.parse('2026-01-05T10:00:09Z'),
    },
  ])
})

test('a receipt may come as a form or in the query of a GET', () => {
  const expected = [
    { type: 'receipt', providerId, deliveryId: 'd-1', status: 'Delivered', final: true },
  ]
  assert.deepEqual(receive(fixture('status-form.txt'), { path: 'status' }), expected)
  const query = Object.fromEntries(new URLSearchParams(fixture('status-form.txt')))
  const call = { method: 'GET', path: 'status', query, headers, body: Buffer.alloc(0) }
  assert.deepEqual(kaleyra.receive(call, settings).events, expected)
})

test('several receipts in one call, and several ids in one receipt, are all read', () => {
  const events = receive([
    { id: 'a:0,a:1', status: 'Sent' },
    { message_id: ['b:0', 'b:1'], status: 'DELIVRD' },
    { ref: 'd-9', status: 'SENT - NO DLR' },
  ])
  const read = events.map(
    (one) => one.type === 'receipt' && [one.providerId, one.status, one.final],
  )
  assert.deepEqual(read, [
    ['a:0', 'Sent', false],
    ['a:1', 'Sent', false],
    ['b:0', 'Delivered', true],
    ['b:1', 'Delivered', true],
    [undefined, 'Sent', true],
  ])
})

test("a customer's text is read, its time only where the offset is known", () => {
  const event = {
    type: 'sms',
    providerId: '77d1f4a2-0c55-4a0e-8a1f-6f2b9d1c3e42',
    from: '+12025550101',
    to: '+12025550155',
    text: 'Yes, see you at 8 🍕',
    media: [],
  }
  const text = fixture('message.json')
  assert.deepEqual(receive(text, { path: 'message' }), [event])
  const timeMs = Date.parse('2026-01-05T15:35:20+05:30')
  assert.deepEqual(receive(text, {}, { zoneOffsetMinutes: 330 }), [{ ...event, timeMs }])
  const swapped = { ...event, from: event.to, to: event.from }
  assert.deepEqual(receive(text, {}, { handsetField: 'recipient' }), [swapped])
})

test('a text that comes in parts is put together in order', () => {
  const ends = { id: 'm', source: ' 12025550101', recipient: '56161' }
  const whole = { from: '+12025550101', to: '56161', text: 'one two' }
  const forms = [
    JSON.stringify({ ...ends, parts: ['one', ' two'] }),
    'parts[0]=one&parts[1]= two&id=m&source=%2B12025550101&recipient=56161',
  ]
  for (const form of forms) {
    assert.deepEqual(receive(form), [{ type: 'sms', providerId: 'm', media: [], ...whole }])
  }
})

test('on the bare address a text is a message, unless the ref shows it is a receipt that quotes one', () => {
  const body = { id: 'm', source: '12025550101', recipient: '12025550155', status: 'Sent' }
  assert.equal(receive({ ...body, message: 'Hi' })[0]?.type, 'sms')
  assert.equal(receive({ ...body, message: 'Hi', ref: 'd-1' })[0]?.type, 'receipt')
  assert.equal(receive(body)[0]?.type, 'receipt')
})

test('names of the customer go before the documented ones, nested ones by dots', () => {
  const fields = { 'data.msgId': 'id', State: 'status', ref: 'description' } as const
  const body = { id: 'not this', data: { msgid: 'm-1' }, state: 'Delivered', ref: 'campaign 7' }
  assert.deepEqual(receive(body, { path: 'status' }, { fields }), [
    {
      type: 'receipt',
      providerId: 'm-1',
      status: 'Delivered',
      final: true,
      description: 'campaign 7',
    },
  ])
})

test('times are read in every documented form', () => {
  const table: readonly (readonly [string | number, string | undefined])[] = [
    ['2026-01-05T10:00:09Z', '2026-01-05T10:00:09Z'],
    ['2026-01-05T10:00:09.250+05:30', '2026-01-05T04:30:09.250Z'],
    ['2026-01-05 10:00:09 -0230', '2026-01-05T12:30:09Z'],
    [1767607209, '2026-01-05T10:00:09Z'],
    ['1767607209123', '2026-01-05T10:00:09.123Z'],
    ['2026-01-05 10:00:09', undefined],
    ['2026-13-05T10:00:09Z', undefined],
    ['yesterday', undefined],
  ]
  for (const [timestamp, expected] of table) {
    const [event] = receive({ id: '1', status: 'Sent', timestamp })
    const timeMs = event?.type === 'receipt' ? event.timeMs : Number.NaN
    assert.equal(
      timeMs,
      expected === undefined ? undefined : Date.parse(expected),
      String(timestamp),
    )
  }
})

test('the secret is taken as header, Basic password or query parameter, and nowhere else', () => {
  const body = Buffer.from('{"id":"1","status":"Sent"}')
  const base = { method: 'POST', path: 'status', query: {}, headers: {}, body }
  const basic = (pair: string) => ({
    authorization: `Basic ${Buffer.from(pair).toString('base64')}`,
  })
  const good = [
    { ...base, headers },
    { ...base, headers: basic(`kaleyra:${callbackSecret}`) },
    { ...base, query: { token: callbackSecret } },
  ]
  for (const request of good) assert.equal(kaleyra.receive(request, settings).events.length, 1)
  const bad = [
    base,
    { ...base, headers: { 'x-callback-token': '' } },
    { ...base, headers: { 'x-callback-token': `${callbackSecret}x` } },
    { ...base, headers: basic(`${callbackSecret}:`) },
    { ...base, headers: { authorization: `Bearer ${callbackSecret}` } },
    { ...base, body: Buffer.from(`token=${callbackSecret}&id=1&status=Sent`) },
  ]
  for (const request of bad) {
    assert.throws(() => kaleyra.receive(request, settings), { code: 'invalid.signature' })
  }
})

test('says which field of the profile is missing', () => {
  const text = { id: 'm', source: '12025550101', recipient: '12025550155', message: 'Hi' }
  for (const fieldName of ['id', 'source', 'recipient']) {
    const details = [{ fieldName }]
    assert.throws(() => receive({ ...text, [fieldName]: ' ' }), { code: 'bad.request', details })
  }
  assert.throws(() => receive({ id: '1' }, { path: 'status' }), {
    details: [{ fieldName: 'status' }],
  })
  assert.throws(() => receive({ status: 'Sent' }), { details: [{ fieldName: 'id' }] })
  assert.throws(() => receive({ status: 'Sent', id: '1' }, { path: 'x' }), { code: 'not.found' })
})

test('a login with the callback secret gives the token that later callbacks bear', () => {
  const request = { method: 'POST', query: {}, headers: {} }
  const login = (secret: string) =>
    receiveCallback(
      {
        ...request,
        path: 'token',
        body: Buffer.from(
          `grant_type=client_credentials&client_id=kaleyra&client_secret=${secret}`,
        ),
      },
      settings,
    )
  const { reply, events } = login(settings.callbackSecret)
  assert.deepEqual([reply.status, events], [200, []])
  const { access_token: token } = JSON.parse(reply.body ?? '')
  const status = (bearer: string) =>
    receiveCallback(
      {
        ...request,
        path: 'status',
        headers: { authorization: `Bearer ${bearer}` },
        body: Buffer.from('{"id":"1","status":"DELIVRD"}'),
      },
      settings,
    )
  assert.equal(status(token).events.length, 1)
  assert.throws(() => status(settings.callbackSecret), { code: 'invalid.signature' })
  assert.throws(() => login('another-secret'), { code: 'invalid.signature' })
})
