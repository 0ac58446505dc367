import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { OutboundEmail, WebhookRequest } from '../connector.ts'
import { connectorContract } from '../contract.ts'
import { hubSignatureSha1 } from '../hub-signature.ts'
import type { SeenRequest } from '../stand-in.ts'
import { asyncEmail } from './index.ts'

const account = {
  channelId: 'mail.example.com',
  webhookSecret: 'key-of-the-webhook',
  apiSecret: 'key-of-the-api',
}
const messages = readFileSync(new URL('./fixtures/messages.json', import.meta.url), 'utf8')

function trusted(given: Buffer | string, path = 'messages'): WebhookRequest {
  const body = Buffer.from(given)
  const headers = { 'x-hub-signature': hubSignatureSha1(account.apiSecret, body) }
  return { method: 'POST', path, query: {}, headers, body }
}

const mailOf = ({ body }: SeenRequest) => JSON.parse(body.toString('utf8')).messages[0]
const mail: OutboundEmail = {
  kind: 'email',
  messageId: '<a1@mail.example.com>',
  references: [],
  from: { email: 'help@mail.example.com', name: 'Help' },
  to: [{ email: 'zoe@customer.example' }],
  cc: [],
  bcc: [],
  subject: 'Re: Hello',
  text: 'Hello',
  timeMs: 0,
  files: [],
}

connectorContract('async-email', {
  connector: asyncEmail,
  settings: (webhookUrl) => ({ ...account, webhookUrl }),
  anOutbound: (_url, varying) => ({ ...mail, ...varying }),
  provider: {
    accept: () => ({ status: 200, body: '{"messageId":"gw-mail-1"}' }),
    ids: ['gw-mail-1'],
    textIn: (request) => mailOf(request).text,
    tagIn: (request) => mailOf(request).id,
    rubbish: 'accepted',
  },
  trusted,
  calls: [{ title: 'a mail', request: trusted(messages), events: 1 }],
})

test('reads who wrote to whom, and by which Message-ID', () => {
  const settings = { ...account, webhookUrl: 'https://gateway.example' }
  const [event] = asyncEmail.receive(trusted(messages), settings).events
  assert.ok(event?.type === 'email')
  assert.deepEqual(event.from, { email: 'zoe@customer.example', name: 'Zoë' })
  assert.deepEqual(event.to, [{ email: 'help@mail.example.com' }])
  assert.deepEqual([event.messageId, event.subject], ['<m1@customer.example>', 'Hello'])
})

test('a mail for nobody is not one', () => {
  const settings = { ...account, webhookUrl: 'https://gateway.example' }
  const body = JSON.stringify({ messages: [{ id: '1', from: 'a@example.com' }] })
  assert.throws(() => asyncEmail.receive(trusted(body), settings), { code: 'bad.request' })
})
