import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { type TestContext, test } from 'node:test'
import fc from 'fast-check'
import { SendError } from '../../errors.ts'
import type { OutboundSms, WebhookRequest } from '../connector.ts'
import { connectorContract } from '../contract.ts'
import { type SeenRequest, type StandInAnswer, startStandIn } from '../stand-in.ts'
import { createTestIo } from '../test-io.ts'
import { readAnswer } from './answer.ts'
import { mgage } from './index.ts'

const callbackSecret = 'callback-secret'
const account = { username: 'acme-user', password: 'acme-password', callbackSecret }

function fixture(name: string): string {
  return readFileSync(new URL(`./fixtures/${name}`, import.meta.url), 'utf8').trim()
}

function trusted(body: Buffer | string, path = ''): WebhookRequest {
  const pair = Buffer.from(`acme:${callbackSecret}`).toString('base64')
  const headers = { authorization: `Basic ${pair}` }
  return { method: 'POST', path, query: {}, headers, body: Buffer.from(body) }
}

const accepted: StandInAnswer = { status: 200, body: fixture('accepted.xml') }
const formOf = ({ body }: SeenRequest) => new URLSearchParams(body.toString('utf8'))
const message: OutboundSms = {
  kind: 'sms',
  from: '24273',
  to: '+12025550101',
  text: 'Hello',
  media: [],
  purpose: 'agent',
}

connectorContract('mgage', {
  connector: mgage,
  settings: (baseUrl) => ({ ...account, baseUrl }),
  anOutbound: (_url, varying) => ({ ...message, ...varying }),
  provider: {
    accept: () => accepted,
    ids: ['0904871230987654321'],
    textIn: (request) => formOf(request).get('body'),
    tagIn: (request) => formOf(request).get('reporting_key1'),
    rubbish: 'uncertain',
  },
  trusted,
  calls: [
    { title: 'a receipt', request: trusted(fixture('status.txt'), 'status'), events: 1 },
    { title: 'a text', request: trusted(fixture('message.txt'), 'message'), events: 1 },
    { title: 'a text on the bare address', request: trusted(fixture('message.txt')), events: 1 },
  ],
})

async function send(t: TestContext, answer: StandInAnswer, change: Partial<OutboundSms> = {}) {
  const standIn = await startStandIn(() => answer)
  const io = createTestIo()
  t.after(async () => {
    await io.close()
    await standIn.close()
  })
  const settings = { ...account, baseUrl: `${standIn.url}/` }
  const sending = mgage.send({ ...message, ...change, deliveryId: 'd-1', attempt: 1 }, settings, io)
  return { outcome: await sending.catch((error: unknown) => error), request: standIn.seen[0] }
}

test('posts a form with Basic authentication to the router of the account’s address', async (t) => {
  const { request } = await send(t, accepted)
  assert.equal(request?.path, '/a2w_preRouter/httpApiRouter')
  const pair = Buffer.from('acme-user:acme-password').toString('base64')
  assert.equal(request?.headers['authorization'], `Basic ${pair}`)
  assert.equal(request === undefined ? '' : formOf(request).get('reply_to'), '24273')
})

test('a code other than 100 is final, with the provider’s own words', async (t) => {
  const { outcome } = await send(t, { status: 200, body: fixture('refused.xml') })
  assert.ok(outcome instanceof SendError)
  assert.deepEqual([outcome.failure, outcome.providerCode], ['rejected', '405'])
  assert.equal(outcome.message, 'Sender not provisioned')
})

test('a refused account is misconfigured', async (t) => {
  const { outcome } = await send(t, { status: 401 })
  assert.ok(outcome instanceof SendError && outcome.failure === 'misconfigured')
})

test('pictures are refused where the account is not set up for them', async (t) => {
  const media = [{ url: 'https://example.com/a.png', mime: 'image/png' }]
  const { outcome, request } = await send(t, accepted, { media })
  assert.ok(outcome instanceof SendError && outcome.reason === 'MediaTypeNotAllowed')
  assert.equal(request, undefined)
})

test('ids of many recipients keep every digit and leading zero', () => {
  const recipient = (id: string) => `<recipient><messageId>${id}</messageId></recipient>`
  const ids = ['0012', '9223372036854775807', '5f0f6c1e-3f0a-4c58-9d0e-2a1c1a7b0d11']
  const recipients = ids.map(recipient).join('')
  const xml = `<httpApiResponse><code>100</code><recipients>${recipients}</recipients></httpApiResponse>`
  assert.deepEqual(readAnswer(xml), ids)
})

test('an answer with a document type is not read, whatever it declares', () => {
  const xml = `<!DOCTYPE x [<!ENTITY a "100">]><httpApiResponse><code>&a;</code></httpApiResponse>`
  assert.throws(() => readAnswer(xml), { failure: 'uncertain' })
})

test('any answer at all is ids, a refusal or a doubt', () => {
  const text = fc.oneof(
    fc.string(),
    fc.string().map((inner) => `<httpApiResponse>${inner}</httpApiResponse>`),
  )
  fc.assert(
    fc.property(text, (body) => {
      try {
        readAnswer(body)
      } catch (error) {
        assert.ok(error instanceof SendError)
      }
    }),
  )
})

test('an unquoted id of 19 digits in JSON keeps every digit', () => {
  const body =
    '{"message_id": 9223372036854775807, "status_code": "200", "status": "Carrier Success"}'
  const settings = { ...account, baseUrl: 'https://provider.example' }
  const { events } = mgage.receive(trusted(body, 'status'), settings)
  assert.equal(events[0]?.type === 'receipt' ? events[0].providerId : '', '9223372036854775807')
})

test('Carrier Success is what the account says it is; every other code is a failure', () => {
  const settings = { ...account, baseUrl: 'https://provider.example' }
  const statusIn = (body: string, carrierSuccess?: 'Sent') => {
    const own = carrierSuccess === undefined ? settings : { ...settings, carrierSuccess }
    const [event] = mgage.receive(trusted(body, 'status'), own).events
    return event?.type === 'receipt' ? [event.status, event.code] : []
  }
  const success = fixture('status.txt')
  assert.deepEqual(statusIn(success), ['Delivered', '200'])
  assert.deepEqual(statusIn(success, 'Sent'), ['Sent', '200'])
  assert.deepEqual(statusIn(success.replace('status_code=200', 'status_code=404')), [
    'Failed',
    '404',
  ])
})
