import { ShieldCheck } from 'lucide-react'
import { useState } from 'react'
import { api, type Listing, list } from '../api.ts'
import { useLiveResource } from '../feed.ts'
import { useAround } from '../me.ts'
import { useAction, useResource } from '../resource.ts'
import { Badge, Button } from '../ui/basics.tsx'
import { Dialog } from '../ui/dialogs.tsx'
import { SelectField, TextField } from '../ui/fields.tsx'
import { Empty, Loaded, Problem } from '../ui/states.tsx'
import { Table } from '../ui/table.tsx'
import { exactTime } from '../ui/time.tsx'

interface Consent {
  readonly id?: string
  readonly sender: string
  readonly handset: string
  /** What is in force has a status, a line of the ledger says what was done. */
  readonly status?: string
  readonly kind?: string
  readonly date?: string
  readonly source?: string
  readonly text?: string
  readonly note?: string
}

/** Who may be written to by which sender: what is in force, and the ledger of how we know. */
export function ConsentPage() {
  const { me } = useAround()
  const [handset, setHandset] = useState('')
  const [view, setView] = useState('consents')
  const [isNew, setNew] = useState(false)
  const path = view === 'entries' ? '/api/signalbox/consents/entries' : '/api/signalbox/consents'
  const found = useLiveResource(
    `${path}-${handset}`,
    () => api<Listing<Consent>>('GET', path, { query: { handset, pageSize: 100 } }),
    ['consent'],
  )
  return (
    <div className="page">
      <header>
        <div>
          <h1>Consent</h1>
          <p>
            What handsets have said about being written to. A text to one that opted out is held
            back.
          </p>
        </div>
        {me.can('signalbox:consents:edit') ? (
          <Button look="primary" onPress={() => setNew(true)}>
            Record
          </Button>
        ) : null}
      </header>
      <div className="row" style={{ alignItems: 'end' }}>
        <TextField
          label="Handset"
          type="search"
          placeholder="+12025550101"
          value={handset}
          onChange={setHandset}
        />
        <SelectField
          label="Show"
          value={view}
          choices={[
            { value: 'consents', label: 'What is in force' },
            { value: 'entries', label: 'The ledger' },
          ]}
          onChange={setView}
        />
      </div>
      <Loaded resource={found}>
        {({ entities }) =>
          entities.length === 0 ? (
            <Empty icon={ShieldCheck} title="Nothing is recorded">
              As soon as a customer writes STOP or START, it is here.
            </Empty>
          ) : (
            <Entries entities={entities} />
          )
        }
      </Loaded>
      <Dialog title="Record a consent" isOpen={isNew} onClose={() => setNew(false)}>
        <RecordForm
          onDone={() => {
            setNew(false)
            void found.reload()
          }}
        />
      </Dialog>
    </div>
  )
}

const statusWords: Readonly<Record<string, string>> = {
  'opted-out': 'Opted out',
  'opted-in': 'Opted in',
  'opt-out': 'Opted out',
  'opt-in': 'Opted in',
  help: 'Asked for help',
}
const sourceWords: Readonly<Record<string, string>> = {
  keyword: 'A word of the customer',
  api: 'Recorded by hand or program',
  import: 'Imported',
  carrier: 'Told by the carrier',
}

/** How it is known: what was noted, what the customer wrote, or where it came from. */
function howOf({ note, text, source = '' }: Consent): string {
  if (note !== undefined && note !== '') return note
  const word = sourceWords[source] ?? source
  if (text === undefined || text === '') return word === '' ? '–' : word
  return word === '' ? `“${text}”` : `${word}: “${text}”`
}

function Entries({ entities }: { readonly entities: readonly Consent[] }) {
  return (
    <Table heads={['Handset', 'Sender', 'Status', 'When', 'How we know']}>
      {entities.map((one) => (
        <tr key={one.id ?? `${one.sender} ${one.handset} ${one.date}`}>
          <td className="mono">{one.handset}</td>
          <td className="mono">{one.sender}</td>
          <td>
            <Badge tone={(one.status ?? one.kind)?.includes('out') === true ? 'bad' : 'good'}>
              {statusWords[one.status ?? one.kind ?? ''] ?? one.status ?? one.kind}
            </Badge>
          </td>
          <td>{one.date === undefined ? '' : exactTime(Date.parse(one.date))}</td>
          <td>{howOf(one)}</td>
        </tr>
      ))}
    </Table>
  )
}

function RecordForm({ onDone }: { readonly onDone: () => void }) {
  const [sender, setSender] = useState('')
  const [handset, setHandset] = useState('')
  const [status, setStatus] = useState('opted-out')
  const [note, setNote] = useState('')
  const senders = useResource('consent-senders', () =>
    list<{ id: string; address: string }>('/api/signalbox/senders'),
  )
  const chosen = sender === '' ? (senders.data?.[0]?.address ?? '') : sender
  const save = useAction(async () => {
    await api('POST', '/api/signalbox/consents', {
      body: { sender: chosen, handset, status, note },
    })
    onDone()
  })
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault()
        void save.run()
      }}
    >
      <SelectField
        label="Sender"
        value={chosen}
        choices={(senders.data ?? []).map(({ address }) => ({ value: address, label: address }))}
        onChange={setSender}
      />
      <TextField label="Handset *" type="tel" value={handset} onChange={setHandset} isRequired />
      <SelectField
        label="Status"
        value={status}
        choices={[
          { value: 'opted-out', label: 'Does not want to be written to' },
          { value: 'opted-in', label: 'Wants to be written to' },
        ]}
        onChange={setStatus}
      />
      <TextField label="How it was given" value={note} onChange={setNote} />
      {save.error === undefined ? null : <Problem error={save.error} />}
      <div className="row end">
        <Button
          type="submit"
          look="primary"
          isDisabled={handset === '' || chosen === '' || save.isBusy}
        >
          Record
        </Button>
      </div>
    </form>
  )
}
