import { createRequire } from 'node:module'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type * as prometheus from 'prom-client'

// The package's entry also loads its push gateway, cluster and default collectors: 45 ms at start instead of 5.
const load = createRequire(import.meta.url)
const Registry: typeof prometheus.Registry = load('prom-client/lib/registry.js')
const Counter: typeof prometheus.Counter = load('prom-client/lib/counter.js')
const Gauge: typeof prometheus.Gauge = load('prom-client/lib/gauge.js')
const Histogram: typeof prometheus.Histogram = load('prom-client/lib/histogram.js')

/** What is not counted as it happens but asked for when somebody reads the figures. */
export interface MetricSources {
  /** Deliveries of all organizations by state, and when the oldest unsent one was accepted, in epoch milliseconds. */
  depth(): Promise<{
    readonly byState: Readonly<Record<string, number>>
    readonly oldestMs?: number
  }>
  /** Open subscriptions to the feed. */
  feedSubscribers(): number
  /** Epoch milliseconds. */
  now(): number
}

/** What the server counts. Labels are few and bounded: never ids, numbers or texts. */
export interface Metrics {
  /** `route` is the pattern, such as `/api/v2/users/:userId`, never the path. */
  httpRequest(
    request: { readonly method: string; readonly route: string; readonly status: number },
    seconds: number,
  ): void
  attempt(labels: { readonly connector: string; readonly outcome: string }): void
  /** A provider took a message that we accepted this long before. */
  sent(labels: { readonly connector: string }, seconds: number): void
  /** `applied` is false for receipts that changed nothing: late, repeated or unknown. */
  receipt(labels: {
    readonly connector: string
    readonly status: string
    readonly applied: boolean
  }): void
  inboundMessage(labels: { readonly connector: string }): void
  /** A provider delivered something that we had already. */
  duplicateDropped(labels: { readonly connector: string }): void
  /** All figures in the Prometheus text format, of the type that `contentType` names. */
  text(): Promise<string>
  readonly contentType: string
  /** Stops watching the event loop. */
  close(): void
}

const secondsBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** Makes the figures of one server. Two servers in one process do not share any. */
export function createMetrics(sources: MetricSources): Metrics {
  const registry = new Registry()
  const counts = addCounts(registry)
  const refreshQueue = addQueueGauges(registry, sources)
  const own = addProcessGauges(registry)
  /** Figures that were looked up by their labels: that takes longer than counting. */
  const byRequest = new Map<
    string,
    {
      readonly total: prometheus.Counter.Internal
      readonly seconds: prometheus.Histogram.Internal<string>
    }
  >()

  return {
    httpRequest({ method, route, status }, seconds) {
      const key = `${method} ${route} ${status}`
      let of = byRequest.get(key)
      if (of === undefined) {
        of = {
          total: counts.requests.labels({ method, route, status }),
          seconds: counts.requestSeconds.labels({ method, route }),
        }
        byRequest.set(key, of)
      }
      of.total.inc()
      of.seconds.observe(seconds)
    },
    attempt: (labels) => counts.attempts.inc(labels),
    sent: (labels, seconds) => counts.sentSeconds.observe(labels, seconds),
    receipt: ({ connector, status, applied }) =>
      counts.receipts.inc({ connector, status, applied: String(applied) }),
    inboundMessage: (labels) => counts.inbound.inc(labels),
    duplicateDropped: (labels) => counts.duplicates.inc(labels),
    async text() {
      await refreshQueue()
      own.refresh()
      return registry.metrics()
    },
    contentType: registry.contentType,
    close: own.close,
  }
}

/** Adds what is counted as it happens. */
function addCounts(registry: prometheus.Registry) {
  const counter = <Label extends string>(name: string, help: string, labelNames: Label[]) =>
    new Counter({ name: `signalbox_${name}`, help, labelNames, registers: [registry] })
  const histogram = <Label extends string>(name: string, help: string, buckets: number[]) => {
    return (labelNames: Label[]) =>
      new Histogram({ name: `signalbox_${name}`, help, labelNames, buckets, registers: [registry] })
  }

  const requests = counter('http_requests_total', 'HTTP requests answered.', [
    'method',
    'route',
    'status',
  ])
  const requestSeconds = histogram<'method' | 'route'>(
    'http_request_seconds',
    'Time from a request to its answer.',
    secondsBuckets,
  )(['method', 'route'])
  const attempts = counter('attempts_total', 'Attempts to send, by how they ended.', [
    'connector',
    'outcome',
  ])
  const sentSeconds = histogram<'connector'>(
    'accepted_to_sent_seconds',
    'Time from accepting a message to the provider taking it.',
    [...secondsBuckets, 60, 600, 3600],
  )(['connector'])
  const receipts = counter('receipts_total', 'Receipts of providers.', [
    'connector',
    'status',
    'applied',
  ])
  const inbound = counter('inbound_messages_total', 'Messages of customers.', ['connector'])
  const duplicates = counter('duplicates_dropped_total', 'Repeats of providers, dropped.', [
    'connector',
  ])
  return {
    requests,
    requestSeconds,
    attempts,
    sentSeconds,
    receipts,
    inbound,
    duplicates,
  }
}

/** Adds the gauges that the sources fill, and gives the function that fills them. */
function addQueueGauges(registry: prometheus.Registry, sources: MetricSources) {
  const registers = [registry]
  const depth = new Gauge({
    name: 'signalbox_queue_depth',
    help: 'Deliveries by state.',
    labelNames: ['state'],
    registers,
  })
  const oldest = new Gauge({
    name: 'signalbox_oldest_undelivered_seconds',
    help: 'Age of the oldest delivery that is not sent; 0 when there is none.',
    registers,
  })
  const subscribers = new Gauge({
    name: 'signalbox_feed_subscribers',
    help: 'Open subscriptions to the feed.',
    registers,
  })
  const databaseUp = new Gauge({
    name: 'signalbox_database_up',
    help: '1 when the database answered for these figures.',
    registers,
  })
  return async () => {
    subscribers.set(sources.feedSubscribers())
    depth.reset()
    oldest.remove() // an old figure would hide that there is none
    try {
      const { byState, oldestMs } = await sources.depth()
      for (const [state, count] of Object.entries(byState)) depth.set({ state }, count)
      oldest.set(oldestMs === undefined ? 0 : Math.max(0, (sources.now() - oldestMs) / 1000))
      databaseUp.set(1)
    } catch {
      databaseUp.set(0) // the other figures matter most just then
    }
  }
}

/** Adds the process's own figures. The event loop is watched from the first reading on: until then nobody looks. */
function addProcessGauges(registry: prometheus.Registry) {
  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name, help, labelNames, registers: [registry] })
  const cpu = gauge('process_cpu_seconds', 'CPU time used since the start.')
  const resident = gauge('process_resident_memory_bytes', 'Memory held by the process.')
  const heap = gauge('nodejs_heap_size_used_bytes', 'Memory in use by JavaScript.')
  const uptime = gauge('process_uptime_seconds', 'Time since the start.')
  const lag = gauge(
    'signalbox_event_loop_lag_seconds',
    'How late timers were since the last reading.',
    ['quantile'],
  )
  let delays: ReturnType<typeof monitorEventLoopDelay> | undefined
  return {
    refresh() {
      const { user, system } = process.cpuUsage()
      const { rss, heapUsed } = process.memoryUsage()
      cpu.set((user + system) / 1e6)
      resident.set(rss)
      heap.set(heapUsed)
      uptime.set(process.uptime())
      if (delays === undefined) {
        delays = monitorEventLoopDelay({ resolution: 20 })
        delays.enable()
        return
      }
      for (const percent of [50, 99, 100]) {
        lag.set({ quantile: String(percent / 100) }, delays.percentile(percent) / 1e9)
      }
      delays.reset()
    },
    close() {
      delays?.disable()
    },
  }
}
