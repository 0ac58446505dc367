import { RotateCw, Truck } from 'lucide-react'
import { useState } from 'react'
import { Link, useLocation } from 'wouter'
import { api, type Listing } from '../api.ts'
import { useLiveResource } from '../feed.ts'
import { useAround } from '../me.ts'
import { useAction, useNow } from '../resource.ts'
import { Badge, Button, type Tone } from '../ui/basics.tsx'
import { Dialog } from '../ui/dialogs.tsx'
import { SelectField } from '../ui/fields.tsx'
import { Freshness } from '../ui/freshness.tsx'
import { NameOf } from '../ui/names.tsx'
import { Empty, Loaded, Problem } from '../ui/states.tsx'
import { Table } from '../ui/table.tsx'
import { Age, duration, exactTime } from '../ui/time.tsx'
import { count } from '../ui/words.ts'
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
          <h1>
            Deliveries <Freshness />
          </h1>
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
            <Empty
              icon={Truck}
              title={state === '' ? 'Nothing has left yet' : `Nothing is ${state}`}
              action={
                state === '' ? undefined : <Button onPress={() => setState('')}>Show all</Button>
              }
            >
              Answers, webhooks and mails appear here as soon as they are queued.
            </Empty>
          ) : (
            <Table heads={['State', 'What', 'From', 'To', 'By', 'Attempts', 'Accepted', 'Next']}>
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
                  <td>{kindWords[one.kind] ?? one.kind}</td>
                  <Ends delivery={one} />
                  <td>
                    <Carrier delivery={one} />
                  </td>
                  <td>{one.attemptCount}</td>
                  <td>
                    <Age timeMs={Date.parse(one.dateAccepted)} suffix=" ago" />
                  </td>
                  <td>{one.state === 'queued' ? <Due dateDue={one.dateDue} /> : '–'}</td>
                </tr>
              ))}
            </Table>
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

const kindWords: Readonly<Record<string, string>> = {
  sms: 'Text',
  email: 'E-mail',
  open: 'Webhook',
  hook: 'Webhook',
  platform: 'Call to a platform',
  fax: 'Fax',
}

/** Who a delivery is from and to, out of its lane: account or integration, then sender and customer. */
function Ends({ delivery }: { readonly delivery: Delivery }) {
  const [first = '', ...ends] = delivery.lane.split('|')
  const to = ends.at(-1) ?? ''
  const from = ends.length > 1 ? ends[0] : undefined
  return (
    <>
      <td className="mono xs">
        {from ?? (delivery.kind === 'open' ? <NameOf kind="integration" id={first} /> : '–')}
      </td>
      <td className="mono xs">{to}</td>
    </>
  )
}

/** Whose account carries a delivery; a webhook has no account that anybody set up. */
function Carrier({ delivery: { kind, accountId } }: { readonly delivery: Delivery }) {
  return kind === 'open' ? 'its webhook' : <NameOf kind="account" id={accountId} />
}

/** When the next attempt comes, counted down. */
function Due({ dateDue }: { readonly dateDue: string }) {
  const nowMs = useNow()
  const leftMs = Date.parse(dateDue) - nowMs
  return (
    <time dateTime={dateDue} title={exactTime(Date.parse(dateDue))}>
      {leftMs <= 0 ? 'now' : `in ${duration(leftMs)}`}
    </time>
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
              {kindWords[data.kind] ?? data.kind} · {count(data.attemptCount, 'attempt')} · by{' '}
              <Carrier delivery={data} />
            </span>
            {data.messageId === undefined ? null : (
              <Link className="small" href={`/inspector/messages/${data.messageId}`}>
                Timeline
              </Link>
            )}
          </div>
          {data.state === 'queued' ? (
            <p className="notice info">
              <span>
                Next attempt: <Due dateDue={data.dateDue} /> ({exactTime(Date.parse(data.dateDue))})
              </span>
            </p>
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
