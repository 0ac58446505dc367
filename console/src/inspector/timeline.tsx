import { Search } from 'lucide-react'
import { useState } from 'react'
import { Link, useLocation } from 'wouter'
import { api } from '../api.ts'
import { useLiveResource } from '../feed.ts'
import { Badge, Button } from '../ui/basics.tsx'
import { TextField } from '../ui/fields.tsx'
import { Freshness } from '../ui/freshness.tsx'
import { Empty, Loaded } from '../ui/states.tsx'
import { exactTime, secondTime } from '../ui/time.tsx'
import type { Exchange } from './exchange.ts'
import { ExchangeView } from './exchange-view.tsx'

interface Step {
  readonly time: string
  readonly lagMs: number
  readonly kind: string
  readonly text: string
  readonly details: { readonly exchange?: Exchange; readonly [member: string]: unknown }
}

interface MessageTimeline {
  readonly messageId: string
  readonly conversationId?: string
  readonly status: string
  readonly where: string
  readonly next: string
  readonly nextAttempt?: string
  readonly steps: readonly Step[]
}

/** From here on a step counts as slow, and its lag is marked. */
const slowMs = 1000

/** Everything that happened to one message, with the time between the steps and the raw exchanges behind them. */
export function Timeline({ id }: { readonly id: string | undefined }) {
  const [, navigate] = useLocation()
  const [wanted, setWanted] = useState(id ?? '')
  return (
    <div className="page">
      <header>
        <div>
          <h1>Message timeline {id === undefined ? null : <Freshness />}</h1>
          <p>
            Every step of one message, from whoever wrote it to whoever got it, with the lag between
            them.
          </p>
        </div>
      </header>
      <form
        className="row"
        style={{ alignItems: 'end' }}
        onSubmit={(event) => {
          event.preventDefault()
          if (wanted.trim() !== '')
            navigate(`/inspector/messages/${encodeURIComponent(wanted.trim())}`)
        }}
      >
        <div className="grow">
          <TextField
            label="Message id"
            hint="Ours, or the id that another platform gave a message that a relay carried."
            value={wanted}
            onChange={setWanted}
            isMono
          />
        </div>
        <Button type="submit" icon={Search}>
          Show
        </Button>
      </form>
      {id === undefined ? (
        <Empty icon={Search} title="Which message?">
          Follow “Timeline” from a message at the desk, or enter its id.
        </Empty>
      ) : (
        <Steps key={id} id={id} />
      )}
    </div>
  )
}

const tones: Readonly<Record<string, string>> = {
  status: 'accent',
  receipt: 'good',
  answer: 'good',
}

function toneOfStep({ kind, text }: Step): string {
  if (/fail|refus|not sent|rejected/i.test(text)) return 'bad'
  return tones[kind] ?? ''
}

function Steps({ id }: { readonly id: string }) {
  const timeline = useLiveResource(
    `timeline-${id}`,
    () => api<MessageTimeline>('GET', `/api/signalbox/messages/${encodeURIComponent(id)}/timeline`),
    ['delivery', 'message', 'conversation'],
  )
  return (
    <Loaded resource={timeline}>
      {(data) => (
        <>
          <section className="card stack" aria-label="Where it is">
            <div className="row">
              <Badge tone={data.status === 'delivery-failed' ? 'bad' : 'accent'}>
                {data.status}
              </Badge>
              {data.conversationId === undefined ? null : (
                <Link href={`/desk/${data.conversationId}`} className="small">
                  Conversation
                </Link>
              )}
            </div>
            <p>
              <strong>{data.where}</strong>
            </p>
            <p className="soft">
              Next: {data.next}
              {data.nextAttempt === undefined
                ? ''
                : ` (${exactTime(Date.parse(data.nextAttempt))})`}
            </p>
          </section>
          <ol className="timeline">
            {data.steps.map((step, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: steps are only ever added
              <li key={index}>
                <span
                  className={`lag ${step.lagMs >= slowMs ? 'slow' : ''}`}
                  title={exactTime(Date.parse(step.time))}
                >
                  {index === 0 ? secondTime(Date.parse(step.time)) : `+${lag(step.lagMs)}`}
                </span>
                <div className={`step ${toneOfStep(step)}`}>
                  <p>{step.text}</p>
                  <p className="xs soft">{step.kind}</p>
                  <Behind step={step} />
                </div>
              </li>
            ))}
          </ol>
        </>
      )}
    </Loaded>
  )
}

function lag(ms: number): string {
  return ms < 1000 ? `${ms} ms` : `${(ms / 1000).toFixed(1)} s`
}

/** The raw exchange of a step, one click further. */
function Behind({ step }: { readonly step: Step }) {
  const { exchange } = step.details
  if (exchange === undefined) return null
  return (
    <details>
      <summary>
        Raw exchange: {exchange.method} {exchange.status ?? 'no reply'} in {exchange.durationMs} ms
      </summary>
      <div className="card stack">
        <ExchangeView exchange={exchange} />
      </div>
    </details>
  )
}
