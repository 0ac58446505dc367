import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createMetrics, type MetricSources } from './metrics.ts'

function metricsFor(t: TestContext, sources: Partial<MetricSources> = {}) {
  const metrics = createMetrics({
    depth: async () => ({ byState: { queued: 3, sending: 1 }, oldestMs: 40_000 }),
    feedSubscribers: () => 2,
    now: () => 100_000,
    ...sources,
  })
  t.after(() => metrics.close())
  return metrics
}

/** The samples of the text format, by name with labels. */
async function samples(metrics: { text(): Promise<string> }): Promise<Map<string, number>> {
  const lines = (await metrics.text()).split('\n').filter((line) => /^[a-z]/.test(line))
  return new Map(
    lines.map((line) => {
      const at = line.lastIndexOf(' ')
      return [line.slice(0, at), Number(line.slice(at + 1))]
    }),
  )
}

test('what happened is counted by its labels', async (t) => {
  const metrics = metricsFor(t)
  const request = { method: 'GET', route: '/api/v2/users/:userId', status: 200 }
  metrics.httpRequest(request, 0.003)
  metrics.httpRequest(request, 0.3)
  metrics.httpRequest({ ...request, status: 404 }, 0.002)
  metrics.attempt({ connector: 'kaleyra', outcome: 'sent' })
  metrics.sent({ connector: 'kaleyra' }, 30)
  metrics.receipt({ connector: 'kaleyra', status: 'delivered', applied: true })
  metrics.receipt({ connector: 'kaleyra', status: 'delivered', applied: false })
  metrics.inboundMessage({ connector: 'mgage' })
  metrics.duplicateDropped({ connector: 'mgage' })
  const found = await samples(metrics)
  const route = 'method="GET",route="/api/v2/users/:userId"'
  const expected: Record<string, number> = {
    [`signalbox_http_requests_total{${route},status="200"}`]: 2,
    [`signalbox_http_requests_total{${route},status="404"}`]: 1,
    [`signalbox_http_request_seconds_bucket{le="0.005",${route}}`]: 2,
    [`signalbox_http_request_seconds_count{${route}}`]: 3,
    'signalbox_attempts_total{connector="kaleyra",outcome="sent"}': 1,
    'signalbox_accepted_to_sent_seconds_bucket{le="10",connector="kaleyra"}': 0,
    'signalbox_accepted_to_sent_seconds_bucket{le="60",connector="kaleyra"}': 1,
    'signalbox_receipts_total{connector="kaleyra",status="delivered",applied="true"}': 1,
    'signalbox_receipts_total{connector="kaleyra",status="delivered",applied="false"}': 1,
    'signalbox_inbound_messages_total{connector="mgage"}': 1,
    'signalbox_duplicates_dropped_total{connector="mgage"}': 1,
    'signalbox_queue_depth{state="queued"}': 3,
    'signalbox_queue_depth{state="sending"}': 1,
    signalbox_oldest_undelivered_seconds: 60,
    signalbox_feed_subscribers: 2,
    signalbox_database_up: 1,
  }
  for (const [name, value] of Object.entries(expected)) assert.equal(found.get(name), value, name)
  assert.match(metrics.contentType, /^text\/plain; version=0\.0\.4/)
})

test('two servers in one process count for themselves', async (t) => {
  const [one, other] = [metricsFor(t), metricsFor(t)]
  one.inboundMessage({ connector: 'c' })
  const name = 'signalbox_inbound_messages_total{connector="c"}'
  assert.equal((await samples(one)).get(name), 1)
  assert.equal((await samples(other)).get(name), undefined)
})

test('states that are gone do not linger, and nothing waiting is no age', async (t) => {
  const depths = [{ byState: { queued: 3 }, oldestMs: 1 }, { byState: { sent: 3 } }]
  const metrics = metricsFor(t, { depth: async () => depths.shift() ?? { byState: {} } })
  await samples(metrics)
  const found = await samples(metrics)
  assert.equal(found.get('signalbox_queue_depth{state="queued"}'), undefined)
  assert.equal(found.get('signalbox_queue_depth{state="sent"}'), 3)
  assert.equal(found.get('signalbox_oldest_undelivered_seconds'), 0)
})

test('the figures come without a database too, and say that it is gone', async (t) => {
  let isUp = true
  const metrics = metricsFor(t, {
    depth: async () => {
      if (!isUp) throw new Error('connection lost')
      return { byState: { queued: 1 }, oldestMs: 1 }
    },
  })
  await samples(metrics)
  isUp = false
  metrics.inboundMessage({ connector: 'c' })
  const found = await samples(metrics)
  assert.equal(found.get('signalbox_database_up'), 0)
  assert.equal(found.get('signalbox_queue_depth{state="queued"}'), undefined)
  assert.equal(found.get('signalbox_oldest_undelivered_seconds'), undefined)
  assert.equal(found.get('signalbox_inbound_messages_total{connector="c"}'), 1)
})

test('the process is measured when it is read, the event loop from then on', async (t) => {
  const metrics = metricsFor(t)
  const first = await samples(metrics)
  assert.ok((first.get('process_resident_memory_bytes') ?? 0) > 1e6)
  assert.ok((first.get('process_cpu_seconds') ?? 0) > 0)
  assert.equal(first.get('signalbox_event_loop_lag_seconds{quantile="1"}'), undefined)
  await new Promise((resolve) => setTimeout(resolve, 60))
  const blockedUntil = performance.now() + 150
  while (performance.now() < blockedUntil);
  await new Promise((resolve) => setTimeout(resolve, 60))
  const lag = (await samples(metrics)).get('signalbox_event_loop_lag_seconds{quantile="1"}') ?? 0
  assert.ok(lag > 0.1 && lag < 5, `${lag} s`)
})
