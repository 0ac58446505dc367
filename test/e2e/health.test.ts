import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { customerWrites } from '../customer.ts'
import { eventually } from '../house.ts'
import { openStage, type Stage } from '../stage.ts'
import { onBothStores } from '../stores.ts'

/** One line of the text format of Prometheus, version 0.0.4. */
const sampleLine =
  /^([a-zA-Z_:][\w:]*)(?:\{((?:[a-zA-Z_]\w*="(?:[^"\\]|\\.)*",?)*)\})? (\S+)(?: \d+)?$/

/** Samples by name and labels; throws for a line that Prometheus would not read. */
function parseMetrics(text: string): ReadonlyMap<string, number> {
  const typed = new Set<string>()
  const samples = new Map<string, number>()
  for (const line of text.split('\n')) {
    const type = /^# TYPE (\S+) (counter|gauge|histogram|summary)$/.exec(line)
    if (type?.[1] !== undefined) typed.add(type[1])
    if (line === '' || line.startsWith('#')) continue
    const [, name = '', labels = '', value] = sampleLine.exec(line) ?? []
    assert.ok(value !== undefined && !Number.isNaN(Number(value)), `unreadable: ${line}`)
    const family = name.replace(/_(bucket|sum|count)$/, '')
    assert.ok(typed.has(name) || typed.has(family), `no type for ${name}`)
    samples.set(`${name}{${labels}}`, Number(value))
  }
  return samples
}

onBothStores('health and figures', (database) => {
  let stage: Stage

  before(async () => {
    const url = await database()
    stage = await openStage(url === undefined ? {} : { database: url })
  })
  after(() => stage.close())

  test('a supervisor is told that the process lives and that its parts are up', async () => {
    const live = await stage.house.call('GET', '/health/live', { token: '' })
    assert.deepEqual([live.status, live.body], [200, { status: 'up' }])
    const ready = await stage.house.call('GET', '/health/ready', { token: '' })
    assert.deepEqual(
      [ready.status, ready.body],
      [200, { status: 'up', parts: { database: 'up', dispatcher: 'up' } }],
    )
  })

  test('Prometheus reads the figures, and they count what happened', async () => {
    const { house, program, kaleyra, webhook, ownIntegrationId, relayIntegrationId } = stage
    await customerWrites(house, {
      customer: 'metrics@example.net',
      integrationId: ownIntegrationId,
    })
    await program.postConversationsMessagesAgentless({
      fromAddress: relayIntegrationId,
      toAddress: '+12025550101:+12025550155',
      toAddressMessengerType: 'open',
      textBody: 'Counted',
    })
    const sent = await eventually('Kaleyra takes the text', async () => kaleyra.sent[0])
    await kaleyra.reportDelivered(sent.ref)
    await eventually('the receipt is at the webhook', async () => webhook.received[0])
    const answer = await house.call('GET', '/metrics', { token: '' })
    assert.match(answer.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/)
    const samples = parseMetrics(answer.body)
    const atLeast = (name: string, least: number) =>
      assert.ok((samples.get(name) ?? 0) >= least, `${name} is ${samples.get(name)}`)
    atLeast('signalbox_database_up{}', 1)
    atLeast('signalbox_attempts_total{connector="kaleyra",outcome="sent"}', 1)
    atLeast('signalbox_attempts_total{connector="open-webhook",outcome="sent"}', 1)
    atLeast('signalbox_accepted_to_sent_seconds_count{connector="kaleyra"}', 1)
    atLeast('signalbox_receipts_total{connector="kaleyra",status="Delivered",applied="true"}', 1)
    assert.ok(samples.has('signalbox_oldest_undelivered_seconds{}'))
    assert.ok(samples.has('process_resident_memory_bytes{}'))
    const requests = [...samples.keys()].filter((name) =>
      name.startsWith('signalbox_http_requests'),
    )
    assert.ok(requests.some((name) => name.includes('/api/v2/conversations/messages/agentless')))
    assert.ok(!answer.body.includes('2025550101'), 'no number of a customer')
    assert.ok(!answer.body.includes(relayIntegrationId), 'no ids: routes are counted by pattern')
  })
})
