import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { messagingOperations } from '../api/messaging/index.ts'
import { base, startTestServer } from './test-server.ts'

const integrations = '/api/v2/conversations/messaging/integrations'
const settings = '/api/v2/conversations/messaging/settings'
const timeline = '/api/v2/conversations/messaging/threadingtimeline'
const everything = ['messaging:*', 'conversation:*']

async function start(context: TestContext, permissions: readonly string[] = everything) {
  const server = await startTestServer(context, messagingOperations)
  const headers = await server.bearer(permissions, 'ada')
  const call = (
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    url: string,
    payload?: object,
  ) => server.app.inject({ method, url, headers, ...(payload === undefined ? {} : { payload }) })
  return { ...server, call }
}

const body = {
  name: 'Chat',
  outboundNotificationWebhookUrl: 'http://chat.internal:8080/hook',
  outboundNotificationWebhookSignatureSecretToken: '0123456789abcdef',
  webhookHeaders: { 'X-Team': 'blue' },
}

async function create({ call }: { call: Awaited<ReturnType<typeof start>>['call'] }, more = {}) {
  const response = await call('POST', `${integrations}/open`, { ...body, ...more })
  assert.equal(response.statusCode, 200, response.body)
  return response.json()
}

test('an integration is created, read, changed and deleted with its recipient', async (context) => {
  const server = await start(context)
  const created = await create(server)
  const url = `${integrations}/open/${created.id}`
  assert.equal(created.createStatus, 'Initiated')
  assert.equal(created.recipient.id, created.id)
  assert.equal(created.createdBy.id, 'ada')
  assert.equal((await server.store.records.get('recipient', created.id))?.messengerType, 'open')
  const kept = await server.store.records.get('openIntegration', created.id)
  assert.equal(kept?.allowPrivateNetwork, false)

  const read = (await server.call('GET', url)).json()
  assert.equal(read.createStatus, 'Completed')
  assert.equal(read.outboundNotificationWebhookSignatureSecretToken, '0123456789abcdef')
  assert.deepEqual(read.webhookHeaders, { 'X-Team': 'blue' })
  assert.equal(read.messagingSetting.id, 'default')
  assert.equal(read.supportedContent.mediaTypes, undefined)

  const renamed = await server.call('PATCH', url, { name: 'Renamed' })
  assert.equal(renamed.json().outboundNotificationWebhookUrl, body.outboundNotificationWebhookUrl)
  assert.equal(renamed.json().outboundNotificationWebhookSignatureSecretToken, '0123456789abcdef')
  assert.equal((await server.store.records.get('recipient', created.id))?.name, 'Renamed')
  assert.equal((await server.call('PATCH', url, { webhookHeaders: {} })).statusCode, 400)

  assert.equal((await server.call('DELETE', url)).statusCode, 200)
  const gone = await server.call('GET', url)
  assert.equal(gone.statusCode, 404)
  assert.equal(gone.json().code, 'not.found')
  assert.equal(await server.store.records.get('recipient', created.id), undefined)
  assert.equal((await server.call('DELETE', url)).statusCode, 404)
})

test('what is wrong with an integration is named', async (context) => {
  const server = await start(context)
  const wrongs = [
    [{ outboundNotificationWebhookSignatureSecretToken: 'fifteen letters' }, /SecretToken/],
    [{ outboundNotificationWebhookUrl: 'ftp://chat.example' }, /https:\/\//],
    [{ outboundNotificationWebhookUrl: 'https://user@chat.example' }, /user name/],
    [{ webhookHeaders: { 'bad name': 'x' } }, /header name/],
    [{ webhookHeaders: { 'X-A': 'a\r\nX-B: b' } }, /webhookHeaders/],
    [{ webhookHeaders: { 'X-A': 1 } }, /webhookHeaders/],
    [{ supportedContent: { id: 'other' } }, /supported content/],
    [{ messagingSetting: { id: 'other' } }, /messaging setting/],
    [{ name: '' }, /name/],
  ] as const
  for (const [wrong, message] of wrongs) {
    const response = await server.call('POST', `${integrations}/open`, { ...body, ...wrong })
    assert.equal(response.statusCode, 400, JSON.stringify(wrong))
    assert.match(response.json().message, message)
  }
  assert.equal((await server.call('GET', `${integrations}/open`)).json().total, 0)
})

test('the leave to post inside the house does not follow to another server', async (context) => {
  const server = await start(context)
  const { id } = await create(server)
  const record = await server.store.records.get('openIntegration', id)
  assert.ok(record)
  const allowed = { ...record, allowPrivateNetwork: true, version: 2 }
  await server.store.records.save('openIntegration', allowed)
  const move = async (url: string) => {
    const change = { name: 'Chat', outboundNotificationWebhookUrl: url }
    await server.call('PATCH', `${integrations}/open/${id}`, change)
    return (await server.store.records.get('openIntegration', id))?.allowPrivateNetwork
  }
  assert.equal(await move('http://chat.internal:8080/other'), true)
  assert.equal(await move('http://169.254.169.254/latest'), false)
})

test('an integration that a queue sends through is not deleted', async (context) => {
  const server = await start(context)
  const { id } = await create(server)
  await server.store.records.add('queue', {
    ...base('q', 'Support'),
    members: [],
    messageAlertingTimeoutMs: 30_000,
    wrapupPrompt: 'OPTIONAL',
    acwTimeoutMs: 0,
    wrapupCodeIds: [],
    openIntegrationId: id,
  })
  const response = await server.call('DELETE', `${integrations}/open/${id}`)
  assert.equal(response.statusCode, 412)
  assert.match(response.json().message, /Support/)
})

test('each operation on integrations needs its own permission', async (context) => {
  const server = await start(context, ['messaging:integration:view'])
  assert.equal((await server.call('GET', `${integrations}/open`)).statusCode, 200)
  const refused = await server.call('POST', `${integrations}/open`, body)
  assert.equal(refused.statusCode, 403)
  assert.match(refused.json().message, /messaging:integration:add/)
  assert.equal((await server.call('DELETE', `${integrations}/open/x`)).statusCode, 403)
})

test('integrations are listed by page, by setting and in the common form', async (context) => {
  const server = await start(context)
  const made = await server.call('POST', settings, { name: 'Typing' })
  const setting = made.json().id
  await create(server, { name: 'A' })
  await create(server, { name: 'B', messagingSetting: { id: setting } })
  const names = async (query: string) => {
    const { entities, total } = (await server.call('GET', `${integrations}${query}`)).json()
    return `${entities.map(({ name }: { name: string }) => name).join(' ')} of ${total}`
  }
  assert.equal(await names(''), 'A B of 2')
  assert.equal(await names('?pageSize=1&pageNumber=2'), 'B of 2')
  assert.equal(await names(`?messagingSetting.id=${setting}`), 'B of 1')
  assert.equal(await names('?messagingSetting.id=default'), 'A of 1')
  assert.equal(await names('/open?supportedContent.id=none'), ' of 0')
  const whole = await server.call('GET', `${integrations}?expand=supportedContent,messagingSetting`)
  const [first] = whole.json().entities
  assert.equal(first.messengerType, 'open')
  assert.equal(first.version, 1)
  assert.equal(first.messagingSetting.event.typing.on.outbound, 'Disabled')
  assert.equal(first.supportedContent.mediaTypes.allow.inbound[0].type, '*/*')
  assert.equal(JSON.stringify(first).includes('0123456789abcdef'), false)
})

test('typing is off until the default setting is changed', async (context) => {
  const server = await start(context)
  const typing = async () =>
    (await server.call('GET', `${settings}/default`)).json().event.typing.on
  assert.deepEqual(await typing(), { inbound: 'Disabled', outbound: 'Disabled' })
  const event = { typing: { on: { outbound: 'Enabled' } } }
  for (const _ of [1, 2]) {
    assert.equal((await server.call('PATCH', `${settings}/default`, { event })).statusCode, 200)
  }
  assert.deepEqual(await typing(), { inbound: 'Disabled', outbound: 'Enabled' })
  assert.equal(
    (await server.store.records.get('messagingSetting', 'default'))?.typingOutbound,
    true,
  )
})

test('a setting is deleted unless it is in use; the default one stays, as it was from the start', async (context) => {
  const server = await start(context)
  const { id } = (await server.call('POST', settings, { name: 'Typing' })).json()
  const list = (await server.call('GET', settings)).json()
  assert.deepEqual(
    list.entities.map((one: { id: string }) => one.id),
    ['default', id],
  )
  const integration = await create(server, { messagingSetting: { id } })
  assert.equal((await server.call('DELETE', `${settings}/${id}`)).statusCode, 409)
  assert.equal((await server.call('DELETE', `${settings}/default`)).statusCode, 204, 'is put back')
  assert.equal((await server.call('GET', `${settings}/default`)).statusCode, 200)
  await server.call('DELETE', `${integrations}/open/${integration.id}`)
  assert.equal((await server.call('DELETE', `${settings}/${id}`)).statusCode, 204)
  assert.equal((await server.call('GET', `${settings}/${id}`)).statusCode, 404)
})

test('the threading timeline is replaced as a whole', async (context) => {
  const server = await start(context)
  const put = (...list: readonly (readonly [string, number])[]) =>
    server.call('PUT', timeline, {
      settings: list.map(([messengerType, timeoutInMinutes]) => ({
        messengerType,
        timeoutInMinutes,
      })),
    })
  const before = (await server.call('GET', timeline)).json()
  assert.deepEqual([before.settings, before.defaultTimeoutMinutes], [[], 4320])
  assert.equal((await put(['open', 60], ['sms', 0])).statusCode, 200)
  assert.equal((await put(['open', 30])).statusCode, 200)
  const after = (await server.call('GET', timeline)).json()
  assert.deepEqual(after.settings, [{ messengerType: 'open', timeoutInMinutes: 30 }])
  assert.equal((await put(['open', 4321])).statusCode, 400)
  assert.equal((await put(['fax', 1])).statusCode, 400)
  assert.equal((await put(['open', 1], ['open', 2])).statusCode, 400)
})

test('the only supported content profile is the default one', async (context) => {
  const { call } = await start(context)
  const path = '/api/v2/conversations/messaging/supportedcontent'
  const { id } = (await call('GET', `${path}/default`)).json()
  assert.equal((await call('GET', `${path}/${id}`)).json().id, id)
  assert.equal((await call('GET', path)).json().total, 1)
  assert.equal((await call('GET', `${path}/other`)).statusCode, 404)
})
