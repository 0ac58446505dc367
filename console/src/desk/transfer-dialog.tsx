import { useState } from 'react'
import { api, list } from '../api.ts'
import { useAround } from '../me.ts'
import { useAction, useResource } from '../resource.ts'
import { Button } from '../ui/basics.tsx'
import { Dialog } from '../ui/dialogs.tsx'
import { SelectField, TextField } from '../ui/fields.tsx'
import { Problem } from '../ui/states.tsx'
import type { Queue, UserView } from '../wire.ts'
import type { Interaction } from './interaction.ts'

interface Given {
  readonly interaction: Interaction
  readonly isOpen: boolean
  readonly onClose: () => void
}

/** Hands an interaction to a queue or a colleague, at once or when they have answered. */
export function TransferDialog(given: Given) {
  return (
    <Dialog title="Transfer" isOpen={given.isOpen} onClose={given.onClose}>
      <TransferForm {...given} />
    </Dialog>
  )
}

function TransferForm({ interaction, onClose }: Given) {
  const { me, desk } = useAround()
  const [kind, setKind] = useState('queue')
  const [to, setTo] = useState('')
  const [isAttended, setAttended] = useState(false)
  const places = useResource('transfer-places', async () => ({
    queues: await list<Queue>('/api/v2/routing/queues'),
    users: await list<UserView>('/api/v2/users'),
  }))
  const transfer = useAction(async () => {
    await api(
      'POST',
      `/api/v2/conversations/${interaction.id}/participants/${interaction.own?.participantId}/replace`,
      {
        body: {
          ...destinationOf(kind, to),
          transferType: isAttended ? 'Attended' : 'Unattended',
        },
      },
    )
    onClose()
    await desk.refresh(interaction.id)
  })
  const choices =
    kind === 'queue'
      ? (places.data?.queues ?? [])
      : (places.data?.users ?? []).filter(({ id }) => id !== me.id)
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault()
        if (to !== '') void transfer.run()
      }}
    >
      {places.error === undefined ? null : <Problem error={places.error} />}
      <SelectField
        label="To a"
        value={kind}
        choices={[
          { value: 'queue', label: 'Queue' },
          { value: 'user', label: 'Colleague' },
          { value: 'address', label: 'Address' },
        ]}
        onChange={(value) => {
          setKind(value)
          setTo('')
        }}
      />
      {kind === 'address' ? (
        <TextField
          label="E-mail address"
          hint="Of a colleague, as he signs in."
          type="email"
          value={to}
          onChange={setTo}
        />
      ) : (
        <SelectField
          label={kind === 'queue' ? 'Queue' : 'Colleague'}
          value={to}
          empty="Choose…"
          choices={choices.map(({ id, name }) => ({ value: id, label: name }))}
          onChange={setTo}
        />
      )}
      <label className="check">
        <input
          type="checkbox"
          checked={isAttended}
          onChange={(event) => setAttended(event.target.checked)}
        />
        Stay until they have answered (attended)
      </label>
      {transfer.error === undefined ? null : <Problem error={transfer.error} />}
      <div className="row end">
        <Button onPress={onClose}>Cancel</Button>
        <Button type="submit" look="primary" isDisabled={to === '' || transfer.isBusy}>
          Transfer
        </Button>
      </div>
    </form>
  )
}

function destinationOf(kind: string, to: string) {
  if (kind === 'queue') return { queueId: to }
  return kind === 'user' ? { userId: to } : { address: to.trim() }
}
