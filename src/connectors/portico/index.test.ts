import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { SendError } from '../../errors.ts'
import type { OutboundSms, WebhookRequest } from '../connector.ts'
import { connectorContract } from '../contract.ts'
import { meaningOfState, stateOf } from '../portico-codes.ts'
import { type SeenRequest, type StandInAnswer, startStandIn } from '../stand-in.ts'
import { createTestIo } from '../test-io.ts'
import { portico } from './index.ts'

const callbackSecret = 'callback-secret'
const account = { clientId: 'client-1', clientSecret: 'secret-of-client', callbackSecret }

function fixture(name: string): string {
  return readFileSync(new URL(`./fixtures/${name}`, import.meta.url), 'utf8').trim()
}

function trusted(body: Buffer | string, path = ''): WebhookRequest {
  const headers = { 'x-callback-token': callbackSecret }
  return { method: 'POST', path, query: {}, headers, body: Buffer.from(body) }
}

const isToken = (request: SeenRequest) => request.path === '/oauth/token'
const token: StandInAnswer = { status: 200, body: fixture('token.json') }
const fieldsOf = ({ body }: SeenRequest) => JSON.parse(body.toString('utf8'))
const message: OutboundSms = {
  kind: 'sms',
  from: '+18335550100',
  to: '+12025550101',
  text: 'Hello',
  media: [],
  purpose: 'agent',
}

connectorContract('portico', {
  connector: portico,
  settings: (url) => ({ ...account, loginUrl: url, baseUrl: url }),
  anOutbound: (_url, varying) => ({ ...message, ...varying }),
  provider: {
    accept: (request) => (isToken(request) ? token : { status: 200, body: '{"result_code":"0"}' }),
    isAside: isToken,
    ids: ['d-1'],
    textIn: (request) => fieldsOf(request).message,
    tagIn: (request) => fieldsOf(request).message_id,
    rubbish: 'accepted',
  },
  trusted,
  calls: [
    { title: 'a text as JSON', request: trusted(fixture('message.json'), 'message'), events: 1 },
    { title: 'a text as form', request: trusted(fixture('message.txt'), 'message'), events: 1 },
    { title: 'a receipt', request: trusted(fixture('receipt.txt'), 'receipt'), events: 1 },
    { title: 'a receipt on the bare address', request: trusted(fixture('receipt.txt')), events: 1 },
  ],
})

async function sendTo(answer: (request: SeenRequest) => StandInAnswer) {
  const standIn = await startStandIn((request) => (isToken(request) ? token : answer(request)))
  const io = createTestIo()
  const settings = { ...account, loginUrl: standIn.url, baseUrl: standIn.url }
  const outcome = await portico
    .send({ ...message, deliveryId: 'd-1', attempt: 1 }, settings, io)
    .catch((error: unknown) => error)
  await io.close()
  await standIn.close()
  return { outcome, seen: standIn.seen }
}

test('logs in as the integration and posts the fields of the product API', async () => {
  const { seen } = await sendTo(() => ({ status: 202 }))
  assert.equal(
    seen[0]?.headers['authorization'],
    `Basic ${Buffer.from('client-1:secret-of-client').toString('base64')}`,
  )
  assert.equal(seen[1]?.headers['authorization'], 'Bearer portico-token')
  assert.equal(seen[1]?.path, '/api/v2/messaging/sms/messages')
  assert.deepEqual(seen[1] === undefined ? {} : fieldsOf(seen[1]), {
    message_id: 'd-1',
    phone_number: '12025550101',
    sender: '18335550100',
    message: 'Hello',
    receipt: 'TRUE',
    priority: 'INTERACTIVE',
  })
})

test('fetches another token once where the first is refused', async () => {
  let calls = 0
  const { outcome, seen } = await sendTo(() => {
    calls += 1
    return { status: calls === 1 ? 401 : 200 }
  })
  assert.deepEqual(outcome, { providerIds: ['d-1'] })
  assert.equal(seen.filter(isToken).length, 2)
})

test('a duplicate was taken before; throttled and internal errors pass; other results are final', async () => {
  const failureAt = async (result: string) => {
    const { outcome } = await sendTo(() => ({ status: 200, body: `{"result_code":${result}}` }))
    return outcome instanceof SendError ? outcome.failure : 'accepted'
  }
  for (const [result, failure] of [
    ['7', 'accepted'],
    ['6', 'throttled'],
    ['98', 'unavailable'],
    ['2', 'misconfigured'],
    ['5', 'rejected'],
  ] as const) {
    assert.equal(await failureAt(result), failure, result)
  }
})

test('an account with one of its two services only says which are missing', async () => {
  const io = createTestIo()
  const sending = portico.send({ ...message, deliveryId: 'd-1', attempt: 1 }, account, io)
  await assert.rejects(sending, {
    failure: 'misconfigured',
    message: /PurecloudIDP and PorticoSMS/,
  })
  await io.close()
})

test('every state and result has its receipt, and every receipt finds its way back', () => {
  assert.deepEqual(meaningOfState('2', '0'), { status: 'Delivered', final: true })
  assert.deepEqual(meaningOfState('1', '0'), { status: 'Sent', final: false })
  assert.equal(meaningOfState('7', '0'), undefined)
  assert.equal(meaningOfState('8', '7'), undefined)
  for (const [status, reason] of [
    ['Sent', undefined],
    ['Delivered', undefined],
    ['Failed', 'MessageExpired'],
    ['Failed', 'InvalidDestination'],
    ['Failed', 'MessageNotAllowed'],
    ['Failed', 'RateLimited'],
    ['Failed', 'InvalidMessageStructure'],
  ] as const) {
    const { message_state, result_code } = stateOf(status, reason)
    const meaning = meaningOfState(message_state, result_code)
    assert.deepEqual([meaning?.status, meaning?.reason], [status, reason])
  }
})

test('a picture in a form comes as its bytes', () => {
  const [event] = portico.receive(trusted(fixture('message.txt'), 'message'), account).events
  assert.ok(event?.type === 'sms')
  assert.equal(event.text, 'Hello + you')
  assert.deepEqual(event.media, [{ mime: 'image/png', url: 'data:image/png;base64,iVBORw0KGgo=' }])
})
