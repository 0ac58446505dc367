import { ArrowDownLeft, ArrowUpRight, Pause, Play, Radio } from 'lucide-react'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useLocation } from 'wouter'
import { api } from '../api.ts'
import { useKeys } from '../keys.ts'
import { Badge, Button } from '../ui/basics.tsx'
import { SelectField, TextField } from '../ui/fields.tsx'
import { useNames } from '../ui/names.tsx'
import { Empty, Loading, Problem } from '../ui/states.tsx'
import { exactTime, secondTime } from '../ui/time.tsx'
import { count } from '../ui/words.ts'
import { type Exchange, idsIn, toneOf } from './exchange.ts'
import { ExchangeView } from './exchange-view.tsx'

const waitMs = 15_000
const keptMax = 1000

/** The live log: every request to the APIs and webhooks, and every one to providers, as it happens. */
export function RequestLogView({ openId }: { readonly openId: string | undefined }) {
  const [, navigate] = useLocation()
  const [isPaused, setPaused] = useState(false)
  const { requests, error, isRead } = useRequests(isPaused)
  const [text, setText] = useState('')
  const [status, setStatus] = useState('')
  const [direction, setDirection] = useState('')
  const [party, setParty] = useState('')
  const who = useParties()
  const search = useRef<HTMLDivElement>(null)
  useKeys({ search: () => search.current?.querySelector('input')?.focus() })
  const shown = useMemo(
    () => requests.filter((one) => fits(one, { text, status, direction, party, who })).toReversed(),
    [requests, text, status, direction, party, who],
  )
  const parties = [...new Set(requests.map(who))].filter((one) => one !== '').sort()
  const open = requests.find(({ id }) => id === openId)
  return (
    <div className="log">
      <section className="log-list" aria-label="Requests">
        <h1 className="sr-only">Requests</h1>
        <div className="filters" ref={search}>
          <TextField
            label="Filter"
            placeholder="Path, conversation, account, text…"
            type="search"
            value={text}
            onChange={setText}
          />
          <SelectField
            label="Status"
            value={status}
            empty="Any"
            choices={['2xx', '3xx', '4xx', '5xx'].map((value) => ({ value, label: value }))}
            onChange={setStatus}
          />
          <SelectField
            label="Direction"
            value={direction}
            empty="Both"
            choices={[
              { value: 'in', label: 'To us' },
              { value: 'out', label: 'From us' },
            ]}
            onChange={setDirection}
          />
          <SelectField
            label="Of"
            value={party}
            empty="Anybody"
            choices={parties.map((value) => ({ value, label: value }))}
            onChange={setParty}
          />
          <Button icon={isPaused ? Play : Pause} onPress={() => setPaused(!isPaused)}>
            {isPaused ? 'Go on' : 'Pause'}
          </Button>
        </div>
        {error === undefined ? null : <Problem error={error} />}
        <div className="log-rows">
          {isRead ? null : (
            <div className="roster-loading">
              <Loading />
            </div>
          )}
          {isRead && shown.length === 0 ? (
            <Empty
              icon={Radio}
              title={requests.length === 0 ? 'Listening…' : 'Nothing fits the filter'}
            >
              {requests.length === 0
                ? 'Requests to the APIs, webhooks and relays appear here as they come, and those to providers as they go.'
                : `${count(requests.length, 'request is', 'requests are')} hidden by it.`}
            </Empty>
          ) : null}
          {shown.slice(0, 300).map((one) => (
            <Row
              key={one.id}
              request={one}
              who={who(one)}
              isOpen={one.id === openId}
              onOpen={() => navigate(`/inspector/requests/${one.id}`)}
            />
          ))}
        </div>
      </section>
      <section className="exchange" aria-label="Request">
        {open !== undefined ? (
          <ExchangeView key={open.id} exchange={open} />
        ) : openId !== undefined && isRead ? (
          <Empty title="This request is not kept any more">
            The log keeps the last 1000 requests of this node.
          </Empty>
        ) : (
          <Empty title="Choose a request">Its headers, bodies, and what can be done with it.</Empty>
        )}
      </section>
    </div>
  )
}

function Row({
  request,
  who,
  isOpen,
  onOpen,
}: {
  readonly request: Exchange
  readonly who: string
  readonly isOpen: boolean
  readonly onOpen: () => void
}) {
  const isIn = request.direction === 'in'
  const Icon = isIn ? ArrowDownLeft : ArrowUpRight
  return (
    <button type="button" className="log-row" aria-current={isOpen || undefined} onClick={onOpen}>
      <Icon size={15} role="img" aria-label={isIn ? 'To us' : 'From us'} />
      <Badge tone={toneOf(request.status)}>{request.status ?? 'none'}</Badge>
      <span className="method mono">{request.method}</span>
      <span className="truncate mono" title={request.url}>
        {request.url}
      </span>
      <span className="soft about">
        <span className="truncate">{who}</span>
        <span className="when">
          {request.durationMs} ms
          <time dateTime={request.dateStarted} title={exactTime(Date.parse(request.dateStarted))}>
            {secondTime(Date.parse(request.dateStarted))}
          </time>
        </span>
      </span>
    </button>
  )
}

/** Names the other side of a request: the integration, account, user or client that it is of. */
function useParties(): (request: Exchange) => string {
  const integrations = useNames('integration')
  const accounts = useNames('account')
  const users = useNames('user')
  const clients = useNames('client')
  return useCallback(
    ({ url, accountId = '', userId = '', clientId = '' }) =>
      integrations.get(idsIn(url).integrationId ?? '') ??
      accounts.get(accountId) ??
      users.get(userId) ??
      clients.get(clientId) ??
      '',
    [integrations, accounts, users, clients],
  )
}

function fits(
  request: Exchange,
  filter: {
    readonly text: string
    readonly status: string
    readonly direction: string
    readonly party: string
    readonly who: (request: Exchange) => string
  },
): boolean {
  if (filter.direction !== '' && request.direction !== filter.direction) return false
  if (filter.party !== '' && filter.who(request) !== filter.party) return false
  if (filter.status !== '' && String(request.status ?? '')[0] !== filter.status[0]) return false
  const wanted = filter.text.toLowerCase()
  if (wanted === '') return true
  const { method, url, requestBody, responseBody = '', id } = request
  return [`${method} ${url}`, requestBody, responseBody, id, filter.who(request)].some((one) =>
    one.toLowerCase().includes(wanted),
  )
}

function useRequests(isPaused: boolean) {
  const [requests, setRequests] = useState<readonly Exchange[]>([])
  const [error, setError] = useState<Error | undefined>(undefined)
  const [isRead, setRead] = useState(false)
  const after = useRef(0)
  useEffect(() => {
    if (isPaused) return
    const over = new AbortController()
    const { signal } = over
    const follow = async () => {
      let isFirst = true
      while (!signal.aborted) {
        try {
          const page = await api<{ entities: readonly Exchange[]; last: number }>(
            'GET',
            '/api/signalbox/requests',
            {
              query: { after: after.current, limit: keptMax, waitMs: isFirst ? 0 : waitMs },
              signal,
            },
          )
          isFirst = false
          // a smaller number than before is another process: the server has been started again
          if (page.last < after.current) setRequests([])
          after.current = page.last
          setRead(true)
          setError(undefined)
          if (page.entities.length > 0) {
            setRequests((past) => {
              const known = new Set(past.map(({ id }) => id))
              const fresh = page.entities.filter(({ id }) => !known.has(id))
              return [...past, ...fresh].slice(-keptMax)
            })
          }
        } catch (cause) {
          if (signal.aborted) return
          setError(cause instanceof Error ? cause : new Error(String(cause)))
          await new Promise((resolve) => setTimeout(resolve, 2000))
        }
      }
    }
    void follow()
    return () => over.abort()
  }, [isPaused])
  return { requests, error, isRead }
}
