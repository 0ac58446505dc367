import { lazy, Suspense, useState } from 'react'
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components/Tabs'
import { api } from '../api.ts'
import { useAround } from '../me.ts'
import { useAction } from '../resource.ts'
import { Button } from '../ui/basics.tsx'
import { Code } from '../ui/copy.tsx'
import { TextArea, TextField } from '../ui/fields.tsx'
import { Empty, Loading, Problem } from '../ui/states.tsx'
import { Age, clockTime, exactTime } from '../ui/time.tsx'
import { type Interaction, stageOf } from './interaction.ts'
import { channels } from './roster.tsx'

const Journey = lazy(() => import('./journey.tsx'))

/** What is known of an interaction and its customer, in tabs beside the thread. */
export function ContextPanel({ interaction }: { readonly interaction: Interaction }) {
  return (
    <aside className="context" aria-label="What is known">
      <Tabs className="tabs">
        <TabList className="tab-list" aria-label="What is known">
          <Tab id="profile" className="tab">
            Profile
          </Tab>
          <Tab id="data" className="tab">
            Data
          </Tab>
          <Tab id="notes" className="tab">
            Notes
          </Tab>
          <Tab id="journey" className="tab">
            Journey
          </Tab>
          <Tab id="raw" className="tab">
            Raw
          </Tab>
        </TabList>
        <TabPanel id="profile" className="tab-panel">
          <Profile interaction={interaction} />
        </TabPanel>
        <TabPanel id="data" className="tab-panel">
          <ParticipantData interaction={interaction} />
        </TabPanel>
        <TabPanel id="notes" className="tab-panel">
          <Notes key={interaction.id} interaction={interaction} />
        </TabPanel>
        <TabPanel id="journey" className="tab-panel">
          <Suspense fallback={<Loading />}>
            <Journey interaction={interaction} />
          </Suspense>
        </TabPanel>
        <TabPanel id="raw" className="tab-panel">
          <Code label="The conversation as the API gives it">
            {JSON.stringify(interaction.raw, null, 2)}
          </Code>
        </TabPanel>
      </Tabs>
    </aside>
  )
}

function Profile({ interaction }: { readonly interaction: Interaction }) {
  const { own } = interaction
  const inbound = interaction.lines.filter(({ isInbound }) => isInbound).length
  return (
    <dl className="facts">
      <dt>Customer</dt>
      <dd>{interaction.customerName}</dd>
      <dt>{interaction.channel === 'sms' ? 'Number' : 'Address'}</dt>
      <dd className="mono">{interaction.customerAddress}</dd>
      <dt>Channel</dt>
      <dd>{channels[interaction.channel].name}</dd>
      <dt>Our end</dt>
      <dd className="mono">{interaction.ourAddress}</dd>
      <dt>Queue</dt>
      <dd>{interaction.queueName ?? 'None'}</dd>
      <dt>Began</dt>
      <dd>{exactTime(interaction.startMs)}</dd>
      {own?.connectedMs === undefined ? null : (
        <>
          <dt>With you since</dt>
          <dd>
            {clockTime(own.connectedMs)} (<Age timeMs={own.connectedMs} />)
          </dd>
        </>
      )}
      {interaction.channel === 'email' ? null : (
        <>
          <dt>Messages</dt>
          <dd>
            {inbound} in, {interaction.lines.length - inbound} out
            {interaction.reach === 'whole' ? '' : ', and older ones'}
          </dd>
        </>
      )}
      <dt>Conversation</dt>
      <dd className="mono xs">{interaction.id}</dd>
    </dl>
  )
}

/** Attributes of the customer's participant: what flows and programs keep there, and what the agent adds. */
function ParticipantData({ interaction }: { readonly interaction: Interaction }) {
  const { me, desk } = useAround()
  const customer = interaction.raw.participants.find(({ id }) => id === interaction.customerId)
  const attributes = Object.entries(customer?.attributes ?? {})
  const [name, setName] = useState('')
  const [value, setValue] = useState('')
  const save = useAction(async () => {
    await api(
      'PATCH',
      `/api/v2/conversations/${interaction.id}/participants/${interaction.customerId}/attributes`,
      { body: { attributes: { [name]: value } } },
    )
    await desk.refresh(interaction.id)
    setName('')
    setValue('')
  })
  const mayEdit =
    me.can('conversation:participant:attributes') || me.can('conversation:participant:edit')
  return (
    <div className="stack">
      {attributes.length === 0 ? (
        <Empty title="No participant data">
          Programs and flows put here what they know, such as an order number.
        </Empty>
      ) : (
        <dl className="facts">
          {attributes.map(([key, one]) => (
            <div key={key} style={{ display: 'contents' }}>
              <dt>{key}</dt>
              <dd>{one}</dd>
            </div>
          ))}
        </dl>
      )}
      {mayEdit ? (
        <form
          className="form"
          onSubmit={(event) => {
            event.preventDefault()
            if (name !== '') void save.run()
          }}
        >
          <TextField label="Name" value={name} onChange={setName} />
          <TextField label="Value" value={value} onChange={setValue} />
          <Button type="submit" isDisabled={name === '' || save.isBusy}>
            Add or change
          </Button>
        </form>
      ) : null}
      {save.error === undefined ? null : <Problem error={save.error} />}
    </div>
  )
}

/** What the agent wants to remember until he wraps up: kept by the server as a provisional wrap-up. */
function Notes({ interaction }: { readonly interaction: Interaction }) {
  const { own } = interaction
  const kind = interaction.channel === 'email' ? 'emails' : 'messages'
  const path = `/api/v2/conversations/${kind}/${interaction.id}/participants/${own?.participantId}/communications/${own?.communicationId}/wrapup`
  const [notes, setNotes] = useState<string>(
    () => sessionStorage.getItem(`signalbox.notes.${interaction.id}`) ?? '',
  )
  const [isKept, setKept] = useState(false)
  const save = useAction(async () => {
    await api('POST', path, { body: { notes, provisional: true } })
    setKept(true)
  })
  const canSave = own !== undefined && stageOf(interaction) !== 'ended'
  return (
    <div className="stack">
      <TextArea
        label="Notes"
        hint="They become the notes of your wrap-up."
        rows={8}
        value={notes}
        isReadOnly={!canSave}
        onChange={(value) => {
          setNotes(value)
          setKept(false)
          sessionStorage.setItem(`signalbox.notes.${interaction.id}`, value)
        }}
      />
      <div className="row">
        <Button
          isDisabled={!canSave || notes === '' || save.isBusy}
          onPress={() => void save.run()}
        >
          Keep
        </Button>
        <span className="xs soft" role="status">
          {isKept ? 'Kept on the server.' : ''}
        </span>
      </div>
      {save.error === undefined ? null : <Problem error={save.error} />}
    </div>
  )
}
