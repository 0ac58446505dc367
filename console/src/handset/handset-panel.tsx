import { Plus, X } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { api, list } from '../api.ts'
import { useResource } from '../resource.ts'
import { Button, IconButton } from '../ui/basics.tsx'
import { Problem } from '../ui/states.tsx'
import { CarrierChoice } from './carrier-choice.tsx'
import { MailCustomer } from './mail-customer.tsx'
import { OpenCustomer } from './open-customer.tsx'
import { Phone } from './phone.tsx'

/** A text on a handset. */
export interface HandsetText {
  readonly id: string
  readonly direction: 'to-handset' | 'from-handset'
  readonly handset: string
  readonly sender: string
  readonly text: string
  readonly segments: number
  readonly status: string
  readonly time: string
  readonly messageId?: string
}

export interface Sender {
  readonly id: string
  readonly address: string
  readonly name: string
}

const phonesKey = 'signalbox.phones'
const kinds = [
  { id: 'sms', label: 'Phones' },
  { id: 'open', label: 'Open messaging' },
  { id: 'email', label: 'E-mail' },
] as const

/** Customers' devices beside the desk: phones, an app over open messaging, a mailbox; and what the carrier does. */
export default function HandsetPanel({ onClose }: { readonly onClose: () => void }) {
  const [kind, setKind] = useState<(typeof kinds)[number]['id']>('sms')
  return (
    <aside className="handset" aria-label="Handset">
      <header>
        <h2>Handset</h2>
        <span className="grow" />
        <IconButton icon={X} label="Hide the handset" onPress={onClose} />
      </header>
      <fieldset className="segmented">
        <legend className="sr-only">What the customer writes with</legend>
        {kinds.map(({ id, label }) => (
          <button key={id} type="button" aria-pressed={kind === id} onClick={() => setKind(id)}>
            {label}
          </button>
        ))}
      </fieldset>
      {kind === 'sms' ? <Phones /> : kind === 'open' ? <OpenCustomer /> : <MailCustomer />}
    </aside>
  )
}

function Phones() {
  const { texts, error } = useTexts()
  const senders = useResource('handset-senders', async () => {
    const [own, relays] = await Promise.all([
      list<Sender>('/api/signalbox/senders'),
      list<{ id: string; name: string; defaultSender?: string }>('/api/signalbox/relays'),
    ])
    const relayed = relays.flatMap(({ id, name, defaultSender }) =>
      defaultSender === undefined ? [] : [{ id, name, address: defaultSender }],
    )
    return [...own, ...relayed]
  })
  const [added, setAdded] = useState<readonly string[]>(
    () => JSON.parse(localStorage.getItem(phonesKey) ?? '["+12025550101"]') as string[],
  )
  const numbers = [...new Set([...added, ...texts.map(({ handset }) => handset)])]
  const [open, setOpen] = useState<string | undefined>(undefined)
  const shown = open ?? texts.at(-1)?.handset ?? numbers[0] ?? ''
  const keep = (next: readonly string[]) => {
    setAdded(next)
    localStorage.setItem(phonesKey, JSON.stringify(next))
  }
  return (
    <>
      <div className="phone-tabs">
        {numbers.map((number) => (
          <button
            key={number}
            type="button"
            className="chip"
            aria-pressed={number === shown}
            onClick={() => setOpen(number)}
          >
            {number}
          </button>
        ))}
        <Button
          icon={Plus}
          look="quiet"
          onPress={() => {
            const next = nextNumber(numbers)
            keep([...added, next])
            setOpen(next)
          }}
        >
          Phone
        </Button>
      </div>
      {error === undefined ? null : <Problem error={error} />}
      {senders.error === undefined ? null : <Problem error={senders.error} />}
      <Phone
        key={shown}
        number={shown}
        texts={texts.filter(({ handset }) => handset === shown)}
        senders={senders.data ?? []}
        onRenumber={(number) => {
          keep([...added.filter((one) => one !== shown), number])
          setOpen(number)
        }}
      />
      <CarrierChoice />
    </>
  )
}

/** The next number of the range that is kept free for fiction. */
function nextNumber(taken: readonly string[]): string {
  for (let last = 101; last < 199; last += 1) {
    const number = `+12025550${last}`
    if (!taken.includes(number) && last !== 142 && last !== 143) return number
  }
  return '+12025550199'
}

const waitMs = 15_000
/** How often the marks of texts that are under way are looked at again. */
const lookMs = 1500

/** All texts on the handsets: asked for with patience, so that a new one is there as soon as it is sent. */
function useTexts() {
  const [texts, setTexts] = useState<ReadonlyMap<string, HandsetText>>(new Map())
  const [error, setError] = useState<Error | undefined>(undefined)
  const known = useRef(texts)
  known.current = texts
  useEffect(() => {
    const over = new AbortController()
    const { signal } = over
    const take = (page: { entities: readonly HandsetText[] }) => {
      if (page.entities.length === 0) return
      setTexts((past) => new Map([...past, ...page.entities.map((one) => [one.id, one] as const)]))
    }
    const read = (query: Record<string, string | number>) =>
      api<{ entities: readonly HandsetText[] }>('GET', '/api/signalbox/handset/messages', {
        query: { limit: 500, ...query },
        signal,
      })
    const follow = async () => {
      let after = ''
      while (!signal.aborted) {
        try {
          const page = await read(after === '' ? {} : { after, waitMs })
          after = page.entities.at(-1)?.id ?? after
          take(page)
          setError(undefined)
          if (after === '') await pause(lookMs)
        } catch (cause) {
          if (signal.aborted) return
          setError(cause instanceof Error ? cause : new Error(String(cause)))
          await pause(3000)
        }
      }
    }
    const look = setInterval(() => {
      const [first] = [...known.current.values()].filter(({ status }) =>
        /^(sent|queued|accepted|shown|taken)$/.test(status),
      )
      if (first === undefined || document.hidden) return
      read({}).then(take, () => undefined)
    }, lookMs)
    void follow()
    return () => {
      over.abort()
      clearInterval(look)
    }
  }, [])
  return { texts: [...texts.values()], error }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
