import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { type TestContext, test } from 'node:test'
import { SendError } from '../../errors.ts'
import type { OutboundSms, WebhookRequest } from '../connector.ts'
import { connectorContract } from '../contract.ts'
import { type SeenRequest, type StandInAnswer, startStandIn } from '../stand-in.ts'
import { createTestIo } from '../test-io.ts'
import { twilioForm } from './index.ts'
import { formSignature } from './signature.ts'

const account = { accountSid: 'AC0123', authToken: 'token-of-account' }
const hook = 'https://signalbox.example/webhooks/acme/main'

function fixture(name: string): string {
  return readFileSync(new URL(`./fixtures/${name}`, import.meta.url), 'utf8').trim()
}

function trusted(body: Buffer | string, path = 'message', search = ''): WebhookRequest {
  const bytes = Buffer.from(body)
  const url = `${hook}/${path}${search}`
  const form = new URLSearchParams(bytes.toString('utf8'))
  const headers = { 'x-twilio-signature': formSignature(account.authToken, url, form) }
  const query = Object.fromEntries(new URLSearchParams(search))
  return { method: 'POST', path, query, headers, body: bytes, url }
}

const accepted: StandInAnswer = { status: 201, body: fixture('accepted.json') }
const formOf = ({ body }: SeenRequest) => new URLSearchParams(body.toString('utf8'))
const outbound: OutboundSms = {
  kind: 'sms',
  from: '+12025550155',
  to: '+12025550101',
  text: 'Hello',
  media: [],
  purpose: 'agent',
}
const tagIn = (request: SeenRequest) =>
  new URL(formOf(request).get('StatusCallback') ?? '').searchParams.get('delivery')

connectorContract('twilio-form', {
  connector: twilioForm,
  settings: (baseUrl) => ({ ...account, baseUrl }),
  anOutbound: (_url, varying) => ({ ...outbound, ...varying }),
  provider: {
    accept: () => accepted,
    ids: ['SM0123456789abcdef0123456789abcdef'],
    textIn: (request) => formOf(request).get('Body'),
    tagIn,
    rubbish: 'uncertain',
  },
  trusted,
  calls: [
    { title: 'a text', request: trusted(fixture('message.txt')), events: 1 },
    {
      title: 'a status of a delivery',
      request: trusted(fixture('status.txt'), 'status', '?delivery=d-1'),
      events: 1,
    },
    {
      title: 'a status on the bare address',
      request: trusted(fixture('status.txt'), ''),
      events: 1,
    },
    {
      title: 'a status from before it left',
      request: trusted('MessageSid=SM1&MessageStatus=queued', 'status'),
      events: 0,
    },
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
  const sending = twilioForm.send(given, { ...account, baseUrl: standIn.url }, io)
  return { outcome: await sending.catch((error: unknown) => error), request: standIn.seen[0] }
}

test('posts the form of the Messages resource, with each picture in a field of its own', async (t) => {
  const media = ['a', 'b'].map((one) => ({ url: `https://m.example/${one}`, mime: 'image/png' }))
  const { request } = await send(t, accepted, { media })
  assert.equal(request?.path, '/2010-04-01/Accounts/AC0123/Messages.json')
  const basic = Buffer.from('AC0123:token-of-account').toString('base64')
  assert.equal(request?.headers['authorization'], `Basic ${basic}`)
  const form = request === undefined ? new URLSearchParams() : formOf(request)
  assert.deepEqual(form.getAll('MediaUrl'), ['https://m.example/a', 'https://m.example/b'])
  assert.equal(form.get('StatusCallback'), `${hook}/status?delivery=d-1`)
})

test('a handset that opted out, a wrong account and a bad number are each told apart', async (t) => {
  const failureOf = async (status: number, body: string) => {
    const { outcome } = await send(t, { status, body })
    assert.ok(outcome instanceof SendError)
    return [outcome.failure, outcome.providerCode, outcome.reason]
  }
  const optedOut = '{"code":21610,"message":"Unsubscribed"}'
  assert.deepEqual(await failureOf(400, optedOut), ['opted_out', '21610', 'RecipientOptedOut'])
  assert.deepEqual(await failureOf(401, '{"code":20003}'), ['misconfigured', '20003', undefined])
  const refused = ['rejected', '21211', 'InvalidDestination']
  assert.deepEqual(await failureOf(400, fixture('refused.json')), refused)
})

test('the signature covers the address and every field, by name', () => {
  const form = new URLSearchParams('MediaUrl10=z&B=2&MediaUrl1=y&A=1&A=0')
  const expected = createHmac('sha1', 'k')
    .update('https://a.example/x?y=1A0A1B2MediaUrl1yMediaUrl10z')
    .digest('base64')
  assert.equal(formSignature('k', 'https://a.example/x?y=1', form), expected)
})

test('a call for another address, or with one letter changed, is refused', () => {
  const settings = { ...account, baseUrl: 'https://provider.example' }
  const call = trusted(fixture('status.txt'), 'status', '?delivery=d-1')
  const changes: readonly Partial<WebhookRequest>[] = [
    { url: `${hook}/status?delivery=d-2` },
    { body: Buffer.from(call.body.toString('utf8').replace('delivered', 'failed')) },
    { headers: {} },
  ]
  for (const change of changes) {
    assert.throws(() => twilioForm.receive({ ...call, ...change }, settings), {
      code: 'invalid.signature',
    })
  }
})

test('reads a text with its pictures, and answers with an empty document', () => {
  const { events, reply } = twilioForm.receive(trusted(fixture('message.txt')), account)
  assert.deepEqual(events, [
    {
      type: 'sms',
      providerId: 'SMfedcba9876543210fedcba9876543210',
      from: '+12025550101',
      to: '+12025550155',
      text: 'Hello + you 🍕',
      media: [{ url: 'https://media.example/a.png', mime: 'image/png' }],
    },
  ])
  assert.deepEqual([reply.contentType, reply.body], ['text/xml', '<Response/>'])
})
