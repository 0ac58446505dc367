import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { type TestContext, test } from 'node:test'
import { SendError } from '../../errors.ts'
import type { OutboundSms, WebhookRequest } from '../connector.ts'
import { connectorContract } from '../contract.ts'
import { type SeenRequest, type StandInAnswer, startStandIn } from '../stand-in.ts'
import { createTestIo } from '../test-io.ts'
import { deliveryToken, kannel } from './index.ts'

const callbackSecret = 'callback-secret'
const account = { username: 'acme', password: 'acme-password', callbackSecret }
const settings = { ...account, baseUrl: 'https://kannel.example' }

function fixture(name: string): string {
  return readFileSync(new URL(`./fixtures/${name}`, import.meta.url), 'utf8')
}

const utf8 = { 'content-type': 'text/plain; charset="UTF-8"' }

function message(body: Buffer | string, headers: WebhookRequest['headers'] = utf8): WebhookRequest {
  const ends = { from: '+12025550101', to: '12025550155' }
  const query = { token: callbackSecret, id: '00-7', ...ends, time: '1795276271' }
  return { method: 'POST', path: 'message', query, headers, body: Buffer.from(body) }
}

function report(type: string, token = deliveryToken(callbackSecret, 'd-1')): WebhookRequest {
  const query = { id: 'd-1', token, type, answer: 'ACK/' }
  return { method: 'GET', path: 'status', query, headers: {}, body: Buffer.alloc(0) }
}

const accepted: StandInAnswer = { status: 202, body: fixture('accepted.txt') }
const outbound: OutboundSms = {
  kind: 'sms',
  from: '12025550155',
  to: '+12025550101',
  text: 'Hello',
  media: [],
  purpose: 'agent',
}

connectorContract('kannel', {
  connector: kannel,
  settings: (baseUrl) => ({ ...account, baseUrl }),
  anOutbound: (_url, varying) => ({ ...outbound, ...varying }),
  provider: {
    accept: () => accepted,
    ids: [],
    textIn: ({ body }) => body.toString('utf8'),
    tagIn: ({ headers }) => new URL(headers['x-kannel-dlr-url'] ?? '').searchParams.get('id'),
    rubbish: 'uncertain',
  },
  trusted: message,
  calls: [
    { title: 'a text', request: message(fixture('message.txt')), events: 1 },
    { title: 'a report', request: report('1'), events: 1 },
    { title: 'a report of a kind that is not known', request: report('64'), events: 0 },
  ],
})

async function send(t: TestContext, answer: StandInAnswer, change: Partial<OutboundSms> = {}) {
  const standIn = await startStandIn(() => answer)
  const io = createTestIo()
  t.after(async () => {
    await io.close()
    await standIn.close()
  })
  const given = { ...outbound, ...change, deliveryId: 'd-1', attempt: 1 }
  const sending = kannel.send(given, { ...settings, baseUrl: standIn.url, smsc: 'main' }, io)
  const outcome = await sending.catch((error: unknown) => error)
  return { outcome, request: standIn.seen[0] }
}

const headersOf = (request: SeenRequest | undefined) => request?.headers ?? {}

test('posts the text as it is, and says in headers who, where and by which SMSC', async (t) => {
  const { request } = await send(t, accepted, { text: 'Grüße, 5 €' })
  assert.deepEqual([request?.method, request?.path], ['POST', '/cgi-bin/sendsms'])
  const headers = headersOf(request)
  const names = ['username', 'password', 'from', 'to', 'coding', 'smsc', 'dlr-mask']
  assert.deepEqual(
    names.map((name) => headers[`x-kannel-${name}`]),
    ['acme', 'acme-password', '12025550155', '+12025550101', '0', 'main', '31'],
  )
  const wide = await send(t, accepted, { text: 'Привет' })
  assert.equal(headersOf(wide.request)['x-kannel-coding'], '2')
})

test('what Kannel keeps for later is taken; a user that it does not know is misconfigured', async (t) => {
  const kept = await send(t, { status: 202, body: '3: Queued for later delivery' })
  assert.deepEqual(kept.outcome, { providerIds: [] })
  const refused = await send(t, { status: 403, body: 'Authorization failed for sendsms' })
  assert.ok(refused.outcome instanceof SendError && refused.outcome.failure === 'misconfigured')
  const denied = await send(t, { status: 400, body: fixture('refused.txt') })
  assert.ok(denied.outcome instanceof SendError && denied.outcome.failure === 'rejected')
  assert.match(denied.outcome.message, /denied/)
})

test('a text is read in the charset that Kannel names, and what is no text is left out', () => {
  const textOf = (request: WebhookRequest) => {
    const [event] = kannel.receive(request, settings).events
    return event?.type === 'sms' ? event.text : undefined
  }
  const wide = Buffer.from('Привет 你好 🍕', 'utf16le').swap16()
  const utf16 = { 'content-type': 'text/plain; charset="UTF-16BE"' }
  assert.equal(textOf(message(wide, utf16)), 'Привет 你好 🍕')
  assert.equal(textOf(message(fixture('message.txt'))), 'Grüße + 5 € 🍕')
  assert.equal(textOf(message('\u0000x', { 'content-type': 'application/octet-stream' })), '')
})

test('the token of one delivery opens no other, and the account’s secret none at all', () => {
  for (const token of [deliveryToken(callbackSecret, 'd-2'), callbackSecret, '']) {
    assert.throws(() => kannel.receive(report('1', token), settings), { code: 'invalid.signature' })
  }
})

test('each type of report is the receipt that it stands for', () => {
  const statusOf = (type: string) => {
    const [event] = kannel.receive(report(type), settings).events
    return event?.type === 'receipt' ? [event.status, event.final] : []
  }
  assert.deepEqual(['8', '4', '1', '2', '16'].map(statusOf), [
    ['Sent', false],
    ['Sent', false],
    ['Delivered', true],
    ['Failed', true],
    ['Failed', true],
  ])
})
