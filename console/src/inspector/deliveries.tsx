import { RotateCw, Truck } from 'lucide-react'
import { useState } from 'react'
import { Link, useLocation } from 'wouter'
import { api, type Listing } from '../api.ts'
import { useLiveResource } from '../feed.ts'
import { useAround } from '../me.ts'
import { useAction } from '../resource.ts'
import { Badge, Button, type Tone } from '../ui/basics.tsx'
import { Dialog } from '../ui/dialogs.tsx'
import { SelectField } from '../ui/fields.tsx'
import { Empty, Loaded, Problem } from '../ui/states.tsx'
import { Age, exactTime } from '../ui/time.tsx'
import type { Exchange } from './exchange.ts'
import { ExchangeView } from './exchange-view.tsx'

interface Delivery {
  readonly id: string
  readonly kind: string
  readonly state: string
  readonly accountId: string
  readonly lane: string
  readonly attemptCount: number
  readonly dateAccepted: string
  readonly dateDue: string
  readonly messageId?: string
  readonly failure?: {
    readonly message: string
    readonly meaning: string
    readonly providerCode?: string
  }
  readonly attempts?: readonly Attempt[]
}

interface Attempt {
  readonly number: number
  readonly dateStarted: string
  readonly durationMs: number
  readonly outcome: string
  readonly meaning?: string
  readonly error?: string
  readonly exchange?: Exchange
}

const states = [
  'queued',
  'sending',
  'sent',
  'delivered',
  'failed',
  'uncertain',
  'canceled',
] as const
const tones: Readonly<Record<string, Tone>> = {
  delivered: 'good',
  sent: 'good',
  failed: 'bad',
  uncertain: 'warn',
  queued: 'info',
  sending: 'info',
}
const path = '/api/signalbox/deliveries'

/** What is or was on its way out: texts, mails and webhooks, with their attempts, the next retry, and the way to send again. */
export function Deliveries({ openId }: { readonly openId: string | undefined }) {
  const [, navigate] = useLocation()
  const [state, setState] = useState('')
  const deliveries = useLiveResource(
    `deliveries-${state}`,
    () => api<Listing<Delivery>>('GET', path, { query: { state, pageSize: 50 } }),
    ['delivery'],
  )
  return (
    <div className="page">
      <header>
        <div>
          <h1>Deliveries</h1>
          <p>
            Everything that leaves: texts, mails and webhooks, newest first, with what became of
            each attempt.
          </p>
        </div>
        <SelectField
          label="State"
          value={state}
          empty="Any"
          choices={states.map((value) => ({ value, label: value }))}
          onChange={setState}
        />
      </header>
      <Loaded resource={deliveries}>
        {({ entities }) =>
          entities.length === 0 ? (
            <Empty icon={Truck} title="Nothing has left yet">
              Answers, webhooks and mails appear here as soon as they are queued.
            </Empty>
          ) : (
            <div className="table-wrap">
              <table className="table">
                <thead>
                  <tr>
                    <th scope="col">State</th>
                    <th scope="col">Kind</th>
                    <th scope="col">Lane</th>
                    <th scope="col">Attempts</th>
                    <th scope="col">Accepted</th>
                    <th scope="col">Next</th>
                  </tr>
                </thead>
                <tbody>
                  {entities.map((one) => (
                    <tr key={one.id}>
                      <td>
                        <button
                          type="button"
                          className="link"
                          onClick={() => navigate(`/inspector/deliveries/${one.id}`)}
                        >
                          <Badge tone={tones[one.state] ?? 'plain'}>{one.state}</Badge>
                          <span className="sr-only"> delivery {one.id}</span>
                        </button>
                      </td>
                      <td>{one.kind}</td>
                      <td className="mono xs">{one.lane}</td>
                      <td>{one.attemptCount}</td>
                      <td>
                        <Age timeMs={Date.parse(one.dateAccepted)} suffix=" ago" />
                      </td>
                      <td>{one.state === 'queued' ? exactTime(Date.parse(one.dateDue)) : '–'}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )
        }
      </Loaded>
      <Dialog
        title="Delivery"
        isOpen={openId !== undefined}
        onClose={() => navigate('/inspector/deliveries')}
        place="side"
      >
        {openId === undefined ? null : (
          <DeliveryView id={openId} onChanged={() => void deliveries.reload()} />
        )}
      </Dialog>
    </div>
  )
}

function DeliveryView({ id, onChanged }: { readonly id: string; readonly onChanged: () => void }) {
  const { me } = useAround()
  const delivery = useLiveResource(`delivery-${id}`, () => api<Delivery>('GET', `${path}/${id}`), [
    'delivery',
  ])
  const decide = useAction(async (decision: 'resend' | 'give-up') => {
    await api('POST', `${path}/${id}/${decision}`)
    await delivery.reload()
    onChanged()
  })
  return (
    <Loaded resource={delivery}>
      {(data) => (
        <div className="stack">
          <div className="row">
            <Badge tone={tones[data.state] ?? 'plain'}>{data.state}</Badge>
            <span className="small soft">
              {data.kind} · {data.attemptCount} attempt{data.attemptCount === 1 ? '' : 's'}
            </span>
            {data.messageId === undefined ? null : (
              <Link className="small" href={`/inspector/messages/${data.messageId}`}>
                Timeline
              </Link>
            )}
          </div>
          {data.state === 'queued' ? (
            <p className="notice info">Next attempt: {exactTime(Date.parse(data.dateDue))}</p>
          ) : null}
          {data.failure === undefined ? null : (
            <div className="notice bad">
              <p>
                {data.failure.message} {data.failure.meaning}
              </p>
            </div>
          )}
          {['failed', 'uncertain'].includes(data.state) && me.can('signalbox:deliveries:edit') ? (
            <div className="row">
              <Button
                look="primary"
                icon={RotateCw}
                isDisabled={decide.isBusy}
                onPress={() => void decide.run('resend')}
              >
                Send once more
              </Button>
              <Button
                look="danger"
                isDisabled={decide.isBusy}
                onPress={() => void decide.run('give-up')}
              >
                Give up
              </Button>
            </div>
          ) : null}
          {decide.error === undefined ? null : <Problem error={decide.error} />}
          <h3>Attempts</h3>
          {(data.attempts ?? []).length === 0 ? <p className="soft">None yet.</p> : null}
          {(data.attempts ?? []).map((attempt) => (
            <section key={attempt.number} className="card stack">
              <div className="row between small">
                <strong>
                  Attempt {attempt.number}: {attempt.outcome}
                </strong>
                <span className="soft">
                  {exactTime(Date.parse(attempt.dateStarted))} · {attempt.durationMs} ms
                </span>
              </div>
              {attempt.error === undefined ? null : <p className="small">{attempt.error}</p>}
              {attempt.meaning === undefined ? null : (
                <p className="small soft">{attempt.meaning}</p>
              )}
              {attempt.exchange === undefined ? null : (
                <details>
                  <summary>Raw exchange</summary>
                  <ExchangeView exchange={attempt.exchange} />
                </details>
              )}
            </section>
          ))}
        </div>
      )}
    </Loaded>
  )
}
