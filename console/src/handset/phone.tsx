import { SendHorizontal } from 'lucide-react'
import { useLayoutEffect, useRef, useState } from 'react'
import { segmentSms } from '../../../src/domain/sms.ts'
import { api } from '../api.ts'
import { useAction } from '../resource.ts'
import { IconButton } from '../ui/basics.tsx'
import { SelectField, TextField } from '../ui/fields.tsx'
import { Problem } from '../ui/states.tsx'
import { clockTime } from '../ui/time.tsx'
import { count } from '../ui/words.ts'
import type { HandsetText, Sender } from './handset-panel.tsx'

/** One phone: its number, whom it writes to, and the texts on its screen. */
export function Phone({
  number,
  texts,
  senders,
  onRenumber,
}: {
  readonly number: string
  readonly texts: readonly HandsetText[]
  readonly senders: readonly Sender[]
  readonly onRenumber: (number: string) => void
}) {
  const [own, setOwn] = useState(number)
  const [to, setTo] = useState('')
  const [text, setText] = useState('')
  const screen = useRef<HTMLDivElement>(null)
  const sender = to === '' ? (texts.at(-1)?.sender ?? senders[0]?.address ?? '') : to
  const write = useAction(async () => {
    await api('POST', '/api/signalbox/handset/messages', { body: { from: own, to: sender, text } })
    setText('')
    if (own !== number) onRenumber(own)
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new text is what is followed
  useLayoutEffect(() => {
    const element = screen.current
    if (element !== null) element.scrollTop = element.scrollHeight
  }, [texts.length])
  const { segments, encoding } = segmentSms(text)
  const choices = senders.map(({ address, name }) => ({
    value: address,
    label: name === address ? address : `${address} · ${name}`,
  }))
  const known = choices.some(({ value }) => value === sender) || sender === ''
  return (
    <div className="phone">
      <div className="phone-head">
        <TextField label="Number of this phone" value={own} onChange={setOwn} type="tel" />
        <SelectField
          label="Writes to"
          value={sender}
          choices={known ? choices : [{ value: sender, label: sender }, ...choices]}
          onChange={setTo}
        />
      </div>
      <div
        ref={screen}
        className="phone-screen"
        role="log"
        aria-label={`Texts on ${number}`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
      >
        {texts.length === 0 ? <p className="soft small phone-none">No texts yet.</p> : null}
        {texts.map((one) => (
          <div
            key={one.id}
            className={`sms ${one.direction === 'from-handset' ? 'mine' : 'theirs'}`}
          >
            <p className="text">{one.text}</p>
            <span className="xs">
              {clockTime(Date.parse(one.time))}
              {one.segments > 1 ? ` · ${count(one.segments, 'segment')}` : ''}
              {one.direction === 'to-handset' ? ` · carrier: ${one.status}` : ''}
            </span>
          </div>
        ))}
      </div>
      {write.error === undefined ? null : <Problem error={write.error} />}
      <form
        className="phone-write"
        onSubmit={(event) => {
          event.preventDefault()
          if (text !== '') void write.run()
        }}
      >
        <input
          className="input"
          aria-label={`Text from ${own}`}
          placeholder="Text as the customer"
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <IconButton
          icon={SendHorizontal}
          label="Send as the customer"
          look="primary"
          type="submit"
          isDisabled={text === '' || sender === '' || write.isBusy}
        />
      </form>
      <p className="xs soft" aria-live="off">
        {text === ''
          ? 'What is written here comes to you as from a real phone.'
          : `${count(text.length, 'character')} · ${count(segments.length, 'segment')} · ${encoding}`}
      </p>
    </div>
  )
}
