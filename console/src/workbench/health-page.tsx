import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import { api } from '../api.ts'
import { useLiveResource } from '../feed.ts'
import { Badge } from '../ui/basics.tsx'
import { Freshness } from '../ui/freshness.tsx'
import { Loaded, Loading } from '../ui/states.tsx'
import { duration } from '../ui/time.tsx'
import { figuresOf } from './figures.ts'

const Chart = lazy(() => import('./chart.tsx'))

interface Status {
  readonly version: string
  readonly uptimeSeconds: number
  readonly nodeIds: readonly string[]
  readonly deliveries: {
    readonly byState: Readonly<Record<string, number>>
    readonly oldestUndelivered?: { readonly ageMs: number }
  }
  readonly feedHead: number
}

/** One look at the server. */
interface Sample {
  readonly timeS: number
  readonly depth: number
  readonly oldestS: number
  readonly sentPerS: number
  readonly latencyMs: number
  readonly requestsPerS: number
}

const everyMs = 2000
const samplesMax = 300

/** How the server is doing, now and over the last minutes: what waits, how old the oldest is, how fast things go. */
export function HealthPage() {
  const status = useLiveResource('status', () => api<Status>('GET', '/api/signalbox/status'), [
    'delivery',
    'message',
  ])
  const { reload } = status
  useEffect(() => {
    const timer = setInterval(() => (document.hidden ? undefined : void reload()), everyMs)
    return () => clearInterval(timer)
  }, [reload])
  const samples = useSamples(status.data)
  return (
    <div className="page">
      <header>
        <div>
          <h1>
            Health <Freshness />
          </h1>
          <p>What waits, how old the oldest is, and how fast things go while this page is open.</p>
        </div>
      </header>
      <Loaded resource={status}>
        {(now) => (
          <>
            <div className="stats">
              <Stat name="Waiting to be sent" value={String(waiting(now))} />
              <Stat
                name="Oldest undelivered"
                value={
                  now.deliveries.oldestUndelivered === undefined
                    ? 'None'
                    : duration(now.deliveries.oldestUndelivered.ageMs)
                }
              />
              <Stat name="Nodes that send" value={String(now.nodeIds.length)} />
              <Stat name="Up for" value={duration(now.uptimeSeconds * 1000)} />
            </div>
            <section className="card">
              <h2>Deliveries</h2>
              <p className="row">
                {Object.entries(now.deliveries.byState).map(([state, total]) => (
                  <Badge
                    key={state}
                    tone={state === 'failed' ? 'bad' : state === 'uncertain' ? 'warn' : 'plain'}
                  >
                    {state}: {total}
                  </Badge>
                ))}
                {Object.keys(now.deliveries.byState).length === 0 ? (
                  <span className="soft small">Nothing waits.</span>
                ) : null}
              </p>
            </section>
            <Suspense fallback={<Loading />}>
              <div className="two">
                <Chart
                  title="Queue depth"
                  unit="deliveries"
                  times={samples.map(({ timeS }) => timeS)}
                  series={[{ name: 'Waiting', values: samples.map(({ depth }) => depth) }]}
                />
                <Chart
                  title="Oldest undelivered"
                  unit="s"
                  times={samples.map(({ timeS }) => timeS)}
                  series={[{ name: 'Age', values: samples.map(({ oldestS }) => oldestS) }]}
                />
                <Chart
                  title="Throughput"
                  unit="a second"
                  times={samples.map(({ timeS }) => timeS)}
                  series={[
                    {
                      name: 'Requests answered',
                      values: samples.map(({ requestsPerS }) => requestsPerS),
                    },
                    { name: 'Messages sent', values: samples.map(({ sentPerS }) => sentPerS) },
                  ]}
                />
                <Chart
                  title="Time from accepted to sent"
                  unit="ms"
                  times={samples.map(({ timeS }) => timeS)}
                  series={[{ name: 'Mean', values: samples.map(({ latencyMs }) => latencyMs) }]}
                />
              </div>
            </Suspense>
            <p className="xs soft">
              Version {now.version} · event {now.feedHead} of the feed · {now.nodeIds.join(', ')}
            </p>
          </>
        )}
      </Loaded>
    </div>
  )
}

function Stat({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div className="card stat">
      <strong>{value}</strong>
      <span className="small soft">{name}</span>
    </div>
  )
}

function waiting({ deliveries }: Status): number {
  const { queued = 0, sending = 0 } = deliveries.byState
  return queued + sending
}

function useSamples(status: Status | undefined): readonly Sample[] {
  const [samples, setSamples] = useState<readonly Sample[]>([])
  const last = useRef<{ timeS: number; figures: ReturnType<typeof figuresOf> } | undefined>(
    undefined,
  )
  useEffect(() => {
    if (status === undefined) return
    void fetch('/metrics')
      .then((response) => response.text())
      .then((text) => {
        const timeS = Date.now() / 1000
        const figures = figuresOf(text)
        const before = last.current
        last.current = { timeS, figures }
        const pastS = before === undefined ? 1 : Math.max(0.1, timeS - before.timeS)
        const sent = before === undefined ? 0 : figures.sent - before.figures.sent
        const seconds = before === undefined ? 0 : figures.sentSeconds - before.figures.sentSeconds
        const requests = before === undefined ? 0 : figures.requests - before.figures.requests
        const sample = {
          timeS,
          depth: waiting(status),
          oldestS: (status.deliveries.oldestUndelivered?.ageMs ?? 0) / 1000,
          sentPerS: Math.max(0, sent / pastS),
          latencyMs: sent > 0 ? (seconds / sent) * 1000 : 0,
          requestsPerS: Math.max(0, requests / pastS),
        }
        setSamples((past) => [...past, sample].slice(-samplesMax))
      })
      .catch(() => undefined) // the next look fills the gap
  }, [status])
  return samples
}
