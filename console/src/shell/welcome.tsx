import { useState, useSyncExternalStore } from 'react'
import { useLocation } from 'wouter'
import { api, list } from '../api.ts'
import { stageOf } from '../desk/interaction.ts'
import { keyOf } from '../keys.ts'
import { useAround } from '../me.ts'
import { useAction, useResource } from '../resource.ts'
import { Button } from '../ui/basics.tsx'
import { TextField } from '../ui/fields.tsx'
import { Problem } from '../ui/states.tsx'

interface Sender {
  readonly id: string
  readonly address: string
}

const customer = '+12025550101'

/** From nothing to a text of a customer and an answer from the desk, in under a minute. */
export function Welcome() {
  const { me, desk } = useAround()
  const { routing, interactions } = useSyncExternalStore(desk.subscribe, desk.snapshot)
  const [, navigate] = useLocation()
  const [text, setText] = useState('Hello, where is my order?')
  const mayWrite = me.can('signalbox:handset:edit')
  const senders = useResource('welcome-senders', () =>
    mayWrite ? list<Sender>('/api/signalbox/senders') : Promise.resolve([]),
  )
  const [sender] = senders.data ?? []
  const goOn = useAction(async () => {
    await api('PUT', `/api/v2/users/${me.id}/routingstatus`, { body: { status: 'IDLE' } })
  })
  const write = useAction(async () => {
    await api('POST', '/api/signalbox/handset/messages', {
      body: { from: customer, to: sender?.address ?? '', text },
    })
  })
  const open = interactions.find((one) => stageOf(one) !== 'ended')
  const answered = interactions.some(({ lines }) => lines.some(({ isInbound }) => !isInbound))
  const isOn = routing.status !== 'OFF_QUEUE'
  const toDesk = () => {
    localStorage.setItem('signalbox.handset', '1')
    navigate(open === undefined ? '/desk' : `/desk/${open.id}`)
  }
  return (
    <div className="page">
      <header>
        <div>
          <h1>Welcome, {me.name.split(' ')[0]}</h1>
          <p>
            Three steps, and you have seen a customer's text arrive and your answer leave. Nothing
            goes out to a real network: the phone is part of this server.
          </p>
        </div>
      </header>
      <ol className="steps card">
        <li className={isOn ? 'done' : ''}>
          <div className="stack">
            <h2>Go on queue</h2>
            <p className="soft">Then customers who write to your queues alert at your desk.</p>
            <div>
              <Button
                look={isOn ? 'plain' : 'primary'}
                isDisabled={isOn || goOn.isBusy}
                onPress={() => void goOn.run()}
              >
                {isOn ? 'You are on queue' : 'Go on queue'}
              </Button>
            </div>
            {goOn.error === undefined ? null : <Problem error={goOn.error} />}
          </div>
        </li>
        <li className={open === undefined ? '' : 'done'}>
          <div className="stack">
            <h2>Be a customer</h2>
            {mayWrite ? (
              <form
                className="form"
                style={{ maxWidth: '30rem' }}
                onSubmit={(event) => {
                  event.preventDefault()
                  void write.run()
                }}
              >
                <TextField
                  label={`Text from ${customer} to ${sender?.address ?? 'our number'}`}
                  value={text}
                  onChange={setText}
                />
                <div>
                  <Button
                    type="submit"
                    look={isOn && open === undefined ? 'primary' : 'plain'}
                    isDisabled={sender === undefined || text === '' || write.isBusy}
                  >
                    Send the text
                  </Button>
                </div>
              </form>
            ) : (
              <p className="soft">
                Ask an administrator to write to one of your numbers from the handset.
              </p>
            )}
            {write.error === undefined ? null : <Problem error={write.error} />}
            {senders.error === undefined ? null : <Problem error={senders.error} />}
          </div>
        </li>
        <li className={answered ? 'done' : ''}>
          <div className="stack">
            <h2>Answer from the desk</h2>
            <p className="soft">
              Press <kbd>{keyOf('answer')}</kbd> to answer, write, press Enter, and watch the text
              reach the handset.
            </p>
            <div>
              <Button look={open === undefined || answered ? 'plain' : 'primary'} onPress={toDesk}>
                {open === undefined ? 'Open the desk' : 'Open the interaction'}
              </Button>
            </div>
          </div>
        </li>
      </ol>
    </div>
  )
}
