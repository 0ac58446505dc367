import { SendHorizontal } from 'lucide-react'
import { useLayoutEffect, useRef, useState } from 'react'
import { api, list } from '../api.ts'
import { useAction, useResource } from '../resource.ts'
import { Button } from '../ui/basics.tsx'
import { SelectField, TextArea, TextField } from '../ui/fields.tsx'
import { Problem } from '../ui/states.tsx'
import { clockTime } from '../ui/time.tsx'
import type { MessageData } from '../wire.ts'

interface Integration {
  readonly id: string
  readonly name: string
}

/** How often the customer's app looks for answers. */
const lookMs = 1500
/** We are told of the customer's typing at most this often. */
const typingEveryMs = 4000

/** A customer in an app of ours: what he writes comes in through an Open Messaging integration, and he sees the answers. */
export function OpenCustomer() {
  const integrations = useResource('open-integrations', () =>
    list<Integration>('/api/v2/conversations/messaging/integrations/open'),
  )
  const [integrationId, setIntegrationId] = useState('')
  const [customer, setCustomer] = useState('ava@example.com')
  const [name, setName] = useState('Ava')
  const [text, setText] = useState('')
  const [conversationId, setConversation] = useState<string | undefined>(undefined)
  const typedMs = useRef(0)
  const chosen = integrationId === '' ? (integrations.data?.[0]?.id ?? '') : integrationId
  const inbound = `/api/v2/conversations/messages/${chosen}/inbound/open`
  const channel = () => ({
    messageId: crypto.randomUUID(),
    from: { id: customer, idType: 'Opaque', nickname: name },
    time: new Date().toISOString(),
  })
  const write = useAction(async () => {
    const told = await api<{ conversationId?: string }>('POST', `${inbound}/message`, {
      query: { prefetchConversationId: true },
      body: { channel: channel(), type: 'Text', text, direction: 'Inbound' },
    })
    setConversation(told.conversationId)
    setText('')
    typedMs.current = 0
  })
  const type = (value: string) => {
    setText(value)
    if (conversationId === undefined || Date.now() - typedMs.current < typingEveryMs) return
    typedMs.current = Date.now()
    const typing = { type: 'On', duration: typingEveryMs }
    const body = { channel: channel(), type: 'Event', events: [{ eventType: 'Typing', typing }] }
    // An integration that lets no typing in refuses it, which changes nothing for the customer.
    api('POST', `${inbound}/event`, { body }).catch(() => undefined)
  }
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
      <div className="carrier-row">
        <TextField
          label="Customer id"
          value={customer}
          onChange={(value) => {
            setCustomer(value)
            setConversation(undefined)
          }}
        />
        <TextField label="Name" value={name} onChange={setName} />
      </div>
      <App key={conversationId} conversationId={conversationId} />
      <TextArea label="Message" rows={2} value={text} onChange={type} />
      {integrations.error === undefined ? null : <Problem error={integrations.error} />}
      {write.error === undefined ? null : <Problem error={write.error} />}
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

/** The conversation on the customer's screen, answers included. They go to the integration's webhook too. */
function App({ conversationId }: { readonly conversationId: string | undefined }) {
  const screen = useRef<HTMLDivElement>(null)
  const read = useResource(
    `open-app-${conversationId}`,
    async () =>
      conversationId === undefined
        ? []
        : (
            await api<{ entities: readonly MessageData[] }>(
              'GET',
              `/api/signalbox/conversations/${conversationId}/messages`,
              { query: { pageSize: 50 } },
            )
          ).entities,
    { everyMs: lookMs },
  )
  const messages = read.data ?? []
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new message is what is followed
  useLayoutEffect(() => {
    const element = screen.current
    if (element !== null) element.scrollTop = element.scrollHeight
  }, [messages.length])
  return (
    <div
      ref={screen}
      className="phone-screen app-screen"
      role="log"
      aria-label="Messages of the customer"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
    >
      {messages.length === 0 ? <p className="soft small phone-none">No messages yet.</p> : null}
      {messages.map((one) => (
        <div key={one.id} className={`sms ${one.direction === 'inbound' ? 'mine' : 'theirs'}`}>
          <p className="text">{one.textBody === '' ? 'A file' : one.textBody}</p>
          <span className="xs">{clockTime(Date.parse(one.timestamp))}</span>
        </div>
      ))}
      {read.error === undefined ? null : <Problem error={read.error} />}
    </div>
  )
}
