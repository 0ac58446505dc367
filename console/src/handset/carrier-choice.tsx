import { useState } from 'react'
import { api, list } from '../api.ts'
import { useAction, useResource } from '../resource.ts'
import { Button } from '../ui/basics.tsx'
import { SelectField, TextField } from '../ui/fields.tsx'
import { Problem } from '../ui/states.tsx'

interface Account {
  readonly id: string
  readonly name: string
  readonly connector: string
  readonly carrier?: { readonly report?: string; readonly delayMs?: number; readonly code?: string }
}

const reports = [
  { value: 'delivered', label: 'Reports that it was delivered' },
  { value: 'failed', label: 'Reports that it failed' },
  { value: 'nothing', label: 'Takes it, and never reports' },
  { value: 'manual', label: 'Waits for you to report' },
]

/** What the loopback carrier does with the next texts to its handsets. */
export function CarrierChoice() {
  const accounts = useResource('carrier-accounts', async () =>
    (await list<Account>('/api/signalbox/accounts')).filter(
      ({ connector }) => connector === 'loopback',
    ),
  )
  const [report, setReport] = useState('delivered')
  const [delayMs, setDelayMs] = useState('0')
  const [code, setCode] = useState('')
  const [said, setSaid] = useState('')
  const put = useAction(async () => {
    const accountId = accounts.data?.[0]?.id
    await api('PUT', '/api/signalbox/handset/carrier', {
      body: {
        ...(accountId === undefined ? {} : { accountId }),
        report,
        delayMs: Number(delayMs),
        ...(code === '' ? {} : { code }),
      },
    })
    setSaid('The carrier does so from the next text on.')
  })
  return (
    <form
      className="carrier"
      onSubmit={(event) => {
        event.preventDefault()
        void put.run()
      }}
    >
      <SelectField
        label="The carrier"
        value={report}
        choices={reports}
        onChange={(value) => {
          setReport(value)
          setSaid('')
        }}
      />
      <div className="carrier-row">
        <TextField label="After (ms)" type="number" value={delayMs} onChange={setDelayMs} />
        {report === 'failed' ? (
          <TextField label="Code" value={code} onChange={setCode} placeholder="e.g. 34" />
        ) : null}
        <Button type="submit" isDisabled={put.isBusy}>
          Set
        </Button>
      </div>
      <span className="xs soft" role="status">
        {said}
      </span>
      {put.error === undefined ? null : <Problem error={put.error} />}
    </form>
  )
}
