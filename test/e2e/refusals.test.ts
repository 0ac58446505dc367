import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { hashOf, tokenText } from '../../src/tokens.ts'
import { leapingOutside } from '../clocks.ts'
import { type CallOptions, type House, startHouse } from '../house.ts'
import { onBothStores } from '../stores.ts'

/** A call that is refused, and how. */
interface Refusal extends CallOptions {
  readonly what: string
  /** Method and path. */
  readonly call: string
  readonly is: readonly [status: number, code: string]
  /** The sentence says this. */
  readonly says: RegExp
}

const nobody = '00000000-0000-4000-8000-000000000000'
const v2 = '/api/v2/conversations'

function agentless(change: object): CallOptions {
  const body = { fromAddress: nobody, toAddress: 'a@example.net', toAddressMessengerType: 'open' }
  return { body: { ...body, textBody: 'Hello', ...change } }
}

function inbound(change: object, channel: object = {}): CallOptions {
  const from = { id: 'a@example.net', idType: 'Email' }
  const time = '2026-01-05T10:00:00.000Z'
  return { body: { channel: { messageId: 'm', from, time, ...channel }, text: 'Hello', ...change } }
}

const badRequest = [400, 'bad.request'] as const

/** Bodies that are wrong in themselves. */
function badBodies(house: House): readonly Refusal[] {
  const { integration, sender } = house.credentials
  const post = `POST ${v2}/messages/agentless`
  const open = { fromAddress: integration.id }
  const sms = { fromAddress: sender.address, toAddressMessengerType: 'sms' }
  const hook = `POST ${v2}/messages/${integration.id}/inbound/open/message`
  const one = {
    contentType: 'Attachment',
    attachment: { mediaType: 'File', url: 'https://a.example', mime: 'text/plain' },
  }
  return [
    {
      what: 'malformed JSON',
      call: post,
      body: '{"textBody": "planted',
      is: badRequest,
      says: /not valid JSON/,
    },
    { what: 'no body', call: post, is: badRequest, says: /no body/ },
    { what: 'a list for a body', call: post, body: [], is: badRequest, says: /must be object/ },
    {
      what: 'a number for a text',
      call: post,
      ...agentless({ textBody: 7 }),
      is: badRequest,
      says: /textBody/,
    },
    {
      what: 'a missing field',
      call: post,
      ...agentless({ fromAddress: undefined }),
      is: badRequest,
      says: /fromAddress/,
    },
    {
      what: 'an unknown messenger',
      call: post,
      ...agentless({ toAddressMessengerType: 'pigeon' }),
      is: [400, 'invalid.value'],
      says: /pigeon/,
    },
    {
      what: 'an unknown integration',
      call: post,
      ...agentless({}),
      is: badRequest,
      says: /no Open Messaging integration/,
    },
    {
      what: 'no recipient',
      call: post,
      ...agentless({ ...open, toAddress: undefined }),
      is: badRequest,
      says: /toAddress/,
    },
    {
      what: 'an empty text',
      call: post,
      ...agentless({ ...open, textBody: '' }),
      is: badRequest,
      says: /empty/,
    },
    {
      what: 'too long a text',
      call: post,
      ...agentless({ ...open, textBody: 'a'.repeat(4001) }),
      is: badRequest,
      says: /4001 characters.*4000/,
    },
    {
      what: 'a number that is not ours',
      call: post,
      ...agentless({ ...sms, fromAddress: '+12025550199', toAddress: '+12025550101' }),
      is: badRequest,
      says: /not provisioned/,
    },
    {
      what: 'a recipient that is no number',
      call: post,
      ...agentless(sms),
      is: badRequest,
      says: /E\.164/,
    },
    {
      what: 'no time',
      call: hook,
      ...inbound({}, { time: undefined }),
      is: badRequest,
      says: /channel\.time/,
    },
    {
      what: 'a time that is none',
      call: hook,
      ...inbound({}, { time: 'yesterday' }),
      is: [400, 'invalid.date'],
      says: /ISO-8601/,
    },
    {
      what: 'too many attributes',
      call: hook,
      ...inbound({}, { metadata: { customAttributes: { a: 'a'.repeat(2041) } } }),
      is: badRequest,
      says: /customAttributes has 2049 bytes/,
    },
    {
      what: 'an unknown kind of id',
      call: hook,
      ...inbound({}, { from: { id: 'a', idType: 'Face' } }),
      is: [400, 'invalid.value'],
      says: /Email, Phone, Opaque/,
    },
    {
      what: 'neither text nor media',
      call: hook,
      ...inbound({ text: undefined }),
      is: badRequest,
      says: /text/,
    },
    {
      what: 'two attachments',
      call: hook,
      ...inbound({ content: [one, one] }),
      is: badRequest,
      says: /one item/,
    },
    {
      what: 'a body of 600 kB',
      call: post,
      ...agentless({ textBody: 'a'.repeat(600_000) }),
      is: [413, 'payload.too.large'],
      says: /larger/,
    },
    {
      what: 'a short webhook secret',
      call: `POST ${v2}/messaging/integrations/open`,
      body: {
        name: 'a',
        outboundNotificationWebhookUrl: 'https://a.example',
        outboundNotificationWebhookSignatureSecretToken: 'short',
      },
      is: badRequest,
      says: /SecretToken/,
    },
    {
      what: 'a page size that is no number',
      call: 'GET /api/v2/routing/queues?pageSize=many',
      is: badRequest,
      says: /pageSize/,
    },
    {
      what: 'an unknown connector',
      call: 'POST /api/signalbox/accounts',
      body: { name: 'a', connector: 'pigeon' },
      is: badRequest,
      says: /There are: .*kaleyra/,
    },
    {
      what: 'an account without its settings',
      call: 'POST /api/signalbox/accounts',
      body: { name: 'a', connector: 'kaleyra' },
      is: badRequest,
      says: /sid/,
    },
  ]
}

/** Things that are not there. */
function unknownIds(house: House): readonly Refusal[] {
  const { organization } = house.credentials
  const notFound = [404, 'not.found'] as const
  const noConversation = [404, 'conversation.error.conversation.not.found'] as const
  return [
    {
      what: 'an integration',
      call: `POST ${v2}/messages/${nobody}/inbound/open/message`,
      ...inbound({}),
      is: notFound,
      says: /integration/,
    },
    {
      what: 'a conversation',
      call: `GET ${v2}/messages/${nobody}`,
      is: noConversation,
      says: /no conversation/,
    },
    {
      what: 'a message',
      call: `GET ${v2}/messages/${nobody}/details`,
      is: notFound,
      says: /message/,
    },
    {
      what: 'a conversation to end',
      call: `POST ${v2}/${nobody}/disconnect`,
      is: noConversation,
      says: /no conversation/,
    },
    {
      what: 'a timeline',
      call: `GET /api/signalbox/messages/${nobody}/timeline`,
      is: notFound,
      says: /Nothing is known/,
    },
    {
      what: 'an account’s callback',
      call: `POST /webhooks/${organization.id}/${nobody}`,
      body: {},
      is: notFound,
      says: /callback address/,
    },
    {
      what: 'a relay',
      call: `POST /relays/${organization.id}/${nobody}`,
      body: {},
      is: notFound,
      says: /webhook address/,
    },
    {
      what: 'an operation that is not built',
      call: 'GET /api/v2/telephony/providers/edges',
      is: [501, 'not.implemented'],
      says: /does not implement getTelephonyProvidersEdges \(GET/,
    },
    {
      what: 'a method that an address has not',
      call: `DELETE ${v2}/messages`,
      is: [501, 'not.implemented'],
      says: /DELETE/,
    },
    { what: 'an address', call: 'GET /nowhere', is: notFound, says: /nothing at \/nowhere/ },
  ]
}

onBothStores('a call that is wrong', (database) => {
  let house: House
  const { outside, leap } = leapingOutside()

  before(async () => {
    const url = await database()
    house = await startHouse({ outside, ...(url === undefined ? {} : { database: url }) })
  })
  after(() => house.close())

  /** Counts of everything that a call could leave behind. */
  async function traces(): Promise<readonly unknown[]> {
    const lists = [
      '/api/signalbox/deliveries',
      '/api/signalbox/accounts',
      '/api/signalbox/relays',
      `${v2}/messaging/integrations/open`,
      '/api/v2/routing/queues',
    ]
    const status = await house.call('GET', '/api/signalbox/status')
    const exchanges = await house.call('GET', '/api/signalbox/exchanges?limit=500')
    const counts: unknown[] = [status.body.feedHead, exchanges.body.entities.length]
    for (const path of lists) counts.push((await house.call('GET', path)).body.total)
    return counts
  }

  async function refuses(refusals: readonly Refusal[]): Promise<void> {
    const before = await traces()
    assert.ok(before.every((count) => typeof count === 'number'))
    for (const { what, call, is, says, ...given } of refusals) {
      const [method = '', path = ''] = call.split(' ')
      const { status, body, headers } = await house.call(method, path, given)
      assert.deepEqual([status, body.code, body.status], [...is, is[0]], `${what}: ${body.message}`)
      assert.match(body.message, says, what)
      assert.match(body.message, /\w+( \S+){3}/, `${what}: a sentence`)
      assert.equal(body.contextId, headers.get('inin-correlation-id'), what)
      assert.deepEqual(body.errors, [], what)
      assert.ok(!JSON.stringify(body).includes('planted'), 'the body is not quoted')
    }
    assert.deepEqual(await traces(), before, 'nothing is left behind')
  }

  test('in its body is answered 400 or 413 with what to put right', () => refuses(badBodies(house)))

  test('in what it names is answered 404 or 501', () => refuses(unknownIds(house)))

  test('beyond the scopes of a token that was issued for them is answered 403', async () => {
    const issue = (body: object) => house.call('POST', '/api/signalbox/tokens', { body })
    const user = house.credentials.users[0]?.email
    const { body } = await issue({ user, scopes: ['routing:readonly'] })
    const token = String(body.access_token)
    assert.equal((await house.call('GET', '/api/v2/routing/queues', { token })).status, 200)
    assert.equal((await house.call('GET', `${v2}/messages`, { token })).status, 403)
    const { id } = house.credentials.client
    assert.equal((await issue({ client: id, scopes: ['routing'] })).status, 400)
  })

  test('by a token with scopes that gives out one with more is answered 403', async () => {
    const [ada, , sam] = house.credentials.users
    const own = ['signalbox', 'routing']
    const made = await house.call('POST', '/api/signalbox/tokens', {
      body: { user: sam?.email, scopes: own },
    })
    const token = String(made.body.access_token)
    const issue = (body: object) => house.call('POST', '/api/signalbox/tokens', { token, body })
    const wider = [
      { user: ada?.email },
      { user: ada?.email, scopes: [] },
      { user: ada?.email, scopes: ['routing', 'oauth'] },
      { client: house.credentials.client.id },
    ]
    for (const body of wider) {
      const answer = await issue(body)
      assert.deepEqual([answer.status, answer.body.code], [403, 'not.authorized'])
      assert.match(answer.body.message, /signalbox, routing/)
    }
    assert.equal((await issue({ user: ada?.email, scopes: ['routing'] })).status, 200)
  })

  test('without a good token is answered 401', async () => {
    const call = `GET ${v2}/messages`
    const issued = await house.call('POST', '/api/signalbox/tokens', {
      body: { client: house.credentials.client.id, validSeconds: 60 },
    })
    const token = String(issued.body.access_token)
    assert.equal((await house.call('GET', '/api/v2/tokens/me', { token })).status, 200)
    leap(61_000)
    await refuses([
      {
        what: 'none',
        call,
        headers: { authorization: '' },
        is: [401, 'authentication.required'],
        says: /Authorization header/,
      },
      {
        what: 'another scheme',
        call,
        headers: { authorization: 'Basic YTpi' },
        is: [401, 'authentication.required'],
        says: /bearer/,
      },
      {
        what: 'an invented one',
        call,
        token: 'invented',
        is: [401, 'bad.credentials'],
        says: /unknown or has expired/,
      },
      {
        what: 'another one’s secret',
        call,
        token: tokenText(house.credentials.organization.id, 'guess'),
        is: [401, 'bad.credentials'],
        says: /unknown/,
      },
      { what: 'an expired one', call, token, is: [401, 'bad.credentials'], says: /expired/ },
    ])
  })

  test('beyond what its token may do is answered 403', async () => {
    const agent = await house.userToken(0)
    const { organization, users, publicClient } = house.credentials
    const narrow = tokenText(organization.id, 'secret-of-a-narrow-token')
    await house.running.database.store(organization.id).tokens.add({
      hash: hashOf(narrow),
      kind: 'access',
      clientId: publicClient.id,
      userId: users[2]?.id ?? '',
      scopes: ['routing:readonly'],
      expiresMs: outside.clock.now() + 60_000,
    })
    await refuses([
      {
        what: 'an agent who makes a queue',
        call: 'POST /api/v2/routing/queues',
        token: agent,
        body: { name: 'Mine' },
        is: [403, 'missing.permissions'],
        says: /routing:queue:add/,
      },
      {
        what: 'an agent who makes an account',
        call: 'POST /api/signalbox/accounts',
        token: agent,
        body: { name: 'a', connector: 'loopback' },
        is: [403, 'missing.permissions'],
        says: /signalbox:accounts:edit/,
      },
      {
        what: 'a token of another scope',
        call: `POST ${v2}/messages/agentless`,
        token: narrow,
        ...agentless({}),
        is: [403, 'not.authorized'],
        says: /scope.*conversations/,
      },
      {
        what: 'a program without a user',
        call: 'GET /api/v2/users/me',
        token: await clientToken(),
        is: [400, 'user.context.required'],
        says: /user context/,
      },
    ])
  })

  async function clientToken(): Promise<string> {
    const body = { client: house.credentials.client.id }
    return String((await house.call('POST', '/api/signalbox/tokens', { body })).body.access_token)
  }

  test('under a forged signature is answered 401', async () => {
    const { account, organization, relay } = house.credentials
    const hook = `POST ${new URL(account.webhookUrl).pathname}`
    const body = {
      type: 'message',
      id: 'forged',
      from: '+12025550101',
      to: '+12025550142',
      text: 'x',
    }
    const headers = { 'x-hub-signature-256': 'sha256=AAAA' }
    const is = [401, 'invalid.signature'] as const
    await refuses([
      { what: 'none, at an account', call: hook, body, is, says: /X-Hub-Signature-256/ },
      {
        what: 'a wrong one, at an account',
        call: hook,
        body,
        headers,
        is,
        says: /X-Hub-Signature-256/,
      },
      {
        what: 'a wrong one, at a relay',
        call: `POST /relays/${organization.id}/${relay.id}`,
        body,
        headers,
        is,
        says: /X-Hub-Signature-256/,
      },
    ])
  })
})
