import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { refusingUrl } from '../../src/connectors/stand-in.ts'
import { eventually } from '../house.ts'
import { type Served, serve } from '../served.ts'
import { startWebhook } from '../webhook.ts'

const folder = mkdtempSync(join(tmpdir(), 'signalbox-operator-'))
const privateNetworks = ['--allow-private-networks', '127.0.0.0/8']
after(() => rmSync(folder, { recursive: true, force: true }))

/** What must not be read anywhere but where it belongs. */
const planted = {
  text: 'planted words of a customer',
  number: '+12025550187',
  webhookSecret: 'planted-webhook-secret',
  apiKey: 'planted-api-key',
  header: 'planted-header-value',
} as const

async function call(served: Served, call: string, body?: unknown) {
  const [method = '', path = ''] = call.split(' ')
  const response = await fetch(`${served.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${served.adminToken}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const answer = await response.text()
  return { status: response.status, body: answer === '' ? undefined : JSON.parse(answer) }
}

/** Everything secret that the first start made. */
function secretsIn(credentials: string): readonly string[] {
  const { client, users, integration, account } = JSON.parse(credentials)
  const passwords: readonly string[] = users.map(({ password }: { password: string }) => password)
  return [client.secret, integration.webhookSecret, account.token, ...passwords]
}

test('a first start keeps its secrets in files that only their owner reads', async (t) => {
  const dataDir = join(folder, 'first')
  const served = await serve(dataDir)
  const mode = (name: string) => statSync(join(dataDir, name)).mode & 0o777
  assert.equal(statSync(dataDir).mode & 0o777, 0o700)
  for (const name of ['credentials.json', 'admin.json', 'key'])
    assert.equal(mode(name), 0o600, name)
  const { out, err } = served.output()
  for (const secret of [...secretsIn(served.credentials), served.adminToken]) {
    assert.ok(secret.length >= 12)
    assert.ok(!out.includes(secret) && !err.includes(secret))
  }
  assert.match(out, /credentials\.json/)
  assert.equal((await served.stop()).code, 0)
  const again = await serve(dataDir)
  assert.equal(again.credentials, served.credentials, 'the second start makes nothing new')
  await again.stop()
  t.diagnostic(`cold start: first ${served.startedInMs} ms, second ${again.startedInMs} ms`)
})

test('who is told that it runs may tell it to stop at once', async () => {
  const dataDir = join(folder, 'at-once')
  for (let round = 0; round < 5; round++) {
    const served = await serve(dataDir)
    assert.equal((await served.stop()).code, 0, `round ${round}`)
  }
})

/** Uses everything that could write a secret down: failures at providers, refused calls, a bug-like path. */
async function useEverything(served: Served, webhookUrl: string): Promise<void> {
  const deadEnd = await refusingUrl()
  const account = await call(served, 'POST /api/signalbox/accounts', {
    name: 'Dead end',
    connector: 'kaleyra',
    settings: {
      baseUrl: deadEnd,
      sid: 'HX1',
      apiKey: planted.apiKey,
      callbackSecret: planted.apiKey,
    },
    allowPrivateNetwork: true,
  })
  assert.equal(account.status, 201)
  const sender = await call(served, 'POST /api/signalbox/senders', {
    name: 'Dead end',
    address: '+12025550170',
    accountId: account.body.id,
  })
  assert.equal(sender.status, 201)
  const integration = await call(served, 'POST /api/v2/conversations/messaging/integrations/open', {
    name: 'Planted',
    outboundNotificationWebhookUrl: webhookUrl,
    outboundNotificationWebhookSignatureSecretToken: planted.webhookSecret,
    webhookHeaders: { 'X-Key': planted.header },
  })
  const sends = [
    { fromAddress: '+12025550170', toAddress: planted.number, toAddressMessengerType: 'sms' },
    { fromAddress: '+12025550142', toAddress: planted.number, toAddressMessengerType: 'sms' },
    { fromAddress: integration.body.id, toAddress: planted.number, toAddressMessengerType: 'open' },
  ]
  for (const send of sends) {
    const body = { ...send, textBody: planted.text }
    const { status } = await call(served, 'POST /api/v2/conversations/messages/agentless', body)
    assert.equal(status, 200)
  }
  await call(served, `GET /api/signalbox/messages/${planted.number}/timeline`)
  await fetch(`${served.url}/api/v2/conversations/messages/agentless`, {
    method: 'POST',
    headers: { authorization: `Bearer ${planted.apiKey}` },
    body: `{"textBody": "${planted.text}`,
  })
  await eventually('all deliveries had an attempt', async () => {
    const { body } = await call(served, 'GET /api/signalbox/deliveries')
    const rows: readonly { attemptCount: number }[] = body.entities
    return rows.length >= 3 && rows.every(({ attemptCount }) => attemptCount > 0)
  })
}

test('neither the log nor the database file gives away what people wrote or what opens doors', async () => {
  const dataDir = join(folder, 'planted')
  const webhook = await startWebhook(() => ({ status: 500, body: planted.text }))
  const served = await serve(dataDir, [...privateNetworks, '--log-level', 'debug'])
  await useEverything(served, webhook.url)
  const secrets = [
    planted.webhookSecret,
    planted.apiKey,
    planted.header,
    ...secretsIn(served.credentials),
    served.adminToken,
  ]
  const inPlace = readdirSync(dataDir).filter((name) => name.startsWith('signalbox.db'))
  const whileRunning = inPlace.map((name) => readFileSync(join(dataDir, name)))
  assert.equal((await served.stop()).code, 0)
  await webhook.close()
  const { out, err } = served.output()
  for (const said of [planted.text, planted.number.slice(1), planted.header, ...secrets]) {
    assert.ok(!out.includes(said), `the log has ${said}`)
    assert.ok(!err.includes(said), `standard error has ${said}`)
  }
  for (const line of out.split('\n').filter((one) => one.startsWith('{'))) {
    const { level, time, msg }: Record<string, unknown> = JSON.parse(line)
    assert.ok(
      [level, time, msg].every((part) => typeof part === 'string'),
      line,
    )
  }
  const files = readdirSync(dataDir).filter((name) => name.startsWith('signalbox.db'))
  const bytes = Buffer.concat([
    ...whileRunning,
    ...files.map((name) => readFileSync(join(dataDir, name))),
  ])
  assert.ok(bytes.includes('planted words of a customer'), 'the premise: messages are in there')
  for (const secret of secrets) assert.ok(!bytes.includes(secret), `the database has ${secret}`)
})

test('SIGTERM lets a post under way end, within five seconds, and nothing is lost or doubled', async () => {
  const dataDir = join(folder, 'drained')
  const webhook = await startWebhook(async () => {
    await new Promise((resolve) => setTimeout(resolve, 1000))
    return { status: 200 }
  })
  const served = await serve(dataDir, privateNetworks)
  const integration = await call(served, 'POST /api/v2/conversations/messaging/integrations/open', {
    name: 'Slow',
    outboundNotificationWebhookUrl: webhook.url,
    outboundNotificationWebhookSignatureSecretToken: planted.webhookSecret,
  })
  const send = async (textBody: string) => {
    const { body } = await call(served, 'POST /api/v2/conversations/messages/agentless', {
      fromAddress: integration.body.id,
      toAddress: 'alice@example.net',
      toAddressMessengerType: 'open',
      textBody,
    })
    return String(body.id)
  }
  const first = await send('under way')
  const second = await send('waits behind it')
  await eventually('the first is under way', async () => webhook.about(first).length === 1)
  const stopped = await served.stop()
  assert.equal(stopped.code, 0)
  assert.ok(stopped.tookMs < 5000, `${stopped.tookMs} ms`)
  assert.equal(webhook.about(second).length, 0, 'nothing new is taken up')
  const again = await serve(dataDir, privateNetworks)
  await eventually('the second is sent after the restart', async () => {
    const path = `/api/v2/conversations/messages/${second}/details`
    return (await call(again, `GET ${path}`)).body.status === 'sent'
  })
  const known = await call(again, `GET /api/v2/conversations/messages/${first}/details`)
  assert.equal(known.body.status, 'sent')
  assert.deepEqual([webhook.about(first).length, webhook.about(second).length], [1, 1])
  await again.stop()
  await webhook.close()
})
