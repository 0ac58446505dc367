import { useState } from 'react'
import { api, list } from '../api.ts'
import { useAround } from '../me.ts'
import { useAction, useResource } from '../resource.ts'
import { Button } from '../ui/basics.tsx'
import { Dialog } from '../ui/dialogs.tsx'
import { SelectField, TextField } from '../ui/fields.tsx'
import { Problem } from '../ui/states.tsx'
import type { Queue } from '../wire.ts'

interface Given {
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly onOpened: (conversationId: string) => void
}

const kinds = [
  { value: 'sms', label: 'SMS' },
  { value: 'open', label: 'Open messaging' },
  { value: 'email', label: 'E-mail' },
]

/** Begins a conversation with a customer on behalf of a queue. */
export function OutboundDialog(given: Given) {
  return (
    <Dialog title="New conversation" isOpen={given.isOpen} onClose={given.onClose}>
      <OutboundForm {...given} />
    </Dialog>
  )
}

function OutboundForm({ onClose, onOpened }: Given) {
  const { me, desk } = useAround()
  const [kind, setKind] = useState('sms')
  const [to, setTo] = useState('')
  const [queueId, setQueueId] = useState('')
  const [subject, setSubject] = useState('')
  const queues = useResource('own-queues', () => list<Queue>(`/api/v2/users/${me.id}/queues`))
  const [first] = queues.data ?? []
  const queue = queueId === '' ? (first?.id ?? '') : queueId
  const begin = useAction(async () => {
    const { id } =
      kind === 'email'
        ? await api<{ id: string }>('POST', '/api/v2/conversations/emails', {
            body: { queueId: queue, toAddress: to, subject, direction: 'OUTBOUND' },
          })
        : await api<{ id: string }>('POST', '/api/v2/conversations/messages', {
            body: {
              queueId: queue,
              toAddress: to,
              toAddressMessengerType: kind,
              useExistingConversation: true,
            },
          })
    await desk.refresh(id)
    onClose()
    onOpened(id)
  })
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault()
        if (to !== '') void begin.run()
      }}
    >
      <SelectField label="Channel" value={kind} choices={kinds} onChange={setKind} />
      <TextField
        label={kind === 'sms' ? 'Number' : kind === 'email' ? 'E-mail address' : 'Customer id'}
        hint={
          kind === 'sms'
            ? 'With the country code, like +12025550101.'
            : kind === 'open'
              ? 'As the customer is known to the integration.'
              : undefined
        }
        type={kind === 'sms' ? 'tel' : kind === 'email' ? 'email' : 'text'}
        value={to}
        onChange={setTo}
        isRequired
      />
      {kind === 'email' ? (
        <TextField label="Subject" value={subject} onChange={setSubject} />
      ) : null}
      <SelectField
        label="On behalf of"
        value={queue}
        choices={(queues.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        onChange={setQueueId}
      />
      {queues.error === undefined ? null : <Problem error={queues.error} />}
      {begin.error === undefined ? null : <Problem error={begin.error} />}
      <div className="row end">
        <Button onPress={onClose}>Cancel</Button>
        <Button type="submit" look="primary" isDisabled={to === '' || queue === '' || begin.isBusy}>
          Begin
        </Button>
      </div>
    </form>
  )
}
