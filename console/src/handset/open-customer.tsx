import { SendHorizontal } from 'lucide-react'
import { useState } from 'react'
import { api, list } from '../api.ts'
import { useAction, useResource } from '../resource.ts'
import { Button } from '../ui/basics.tsx'
import { SelectField, TextArea, TextField } from '../ui/fields.tsx'
import { Problem } from '../ui/states.tsx'

interface Integration {
  readonly id: string
  readonly name: string
}

/** A customer in an app of ours: what he writes comes in through an Open Messaging integration. */
export function OpenCustomer() {
  const integrations = useResource('open-integrations', () =>
    list<Integration>('/api/v2/conversations/messaging/integrations/open'),
  )
  const [integrationId, setIntegrationId] = useState('')
  const [customer, setCustomer] = useState('ava@example.com')
  const [name, setName] = useState('Ava')
  const [text, setText] = useState('')
  const [said, setSaid] = useState<readonly string[]>([])
  const chosen = integrationId === '' ? (integrations.data?.[0]?.id ?? '') : integrationId
  const write = useAction(async () => {
    await api('POST', `/api/v2/conversations/messages/${chosen}/inbound/open/message`, {
      body: {
        channel: {
          messageId: crypto.randomUUID(),
          from: { id: customer, idType: 'Opaque', nickname: name },
          time: new Date().toISOString(),
        },
        type: 'Text',
        text,
        direction: 'Inbound',
      },
    })
    setSaid([...said, text])
    setText('')
  })
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault()
        if (text !== '') void write.run()
      }}
    >
      <SelectField
        label="Integration"
        value={chosen}
        choices={(integrations.data ?? []).map((one) => ({ value: one.id, label: one.name }))}
        onChange={setIntegrationId}
      />
      <TextField label="Customer id" value={customer} onChange={setCustomer} />
      <TextField label="Name" value={name} onChange={setName} />
      <ul className="said" aria-label="Sent so far">
        {said.map((one, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines are only ever added
          <li key={index} className="sms mine">
            {one}
          </li>
        ))}
      </ul>
      <TextArea label="Message" rows={3} value={text} onChange={setText} />
      {integrations.error === undefined ? null : <Problem error={integrations.error} />}
      {write.error === undefined ? null : <Problem error={write.error} />}
      <p className="xs soft">
        Answers go to the integration's webhook: see them in the inspector, or on a phone when a
        relay carries them.
      </p>
      <Button
        type="submit"
        look="primary"
        icon={SendHorizontal}
        isDisabled={text === '' || chosen === '' || write.isBusy}
      >
        Send as the customer
      </Button>
    </form>
  )
}
