import { Paperclip, SendHorizontal } from 'lucide-react'
import { useState } from 'react'
import { api, type Listing } from '../api.ts'
import { useAction, useResource } from '../resource.ts'
import { Button } from '../ui/basics.tsx'
import { TextArea, TextField } from '../ui/fields.tsx'
import { Empty, Loaded, Problem } from '../ui/states.tsx'
import { exactTime } from '../ui/time.tsx'
import type { EmailAddress, EmailMessage } from '../wire.ts'
import { type Interaction, stageOf } from './interaction.ts'

/** The mails of an interaction and the draft that answers them. */
export default function EmailView({ interaction }: { readonly interaction: Interaction }) {
  const base = `/api/v2/conversations/emails/${interaction.id}/messages`
  const newest = interaction.raw.participants
    .flatMap(({ emails = [] }) => emails.map((leg) => `${leg.messageId} ${leg.messagesSent}`))
    .join()
  const mails = useResource(`mails-${interaction.id}-${newest}`, async () => {
    const page = await api<Listing<EmailMessage>>('GET', base, { query: { pageSize: 100 } })
    return Promise.all(page.entities.map(({ id }) => api<EmailMessage>('GET', `${base}/${id}`)))
  })
  const isIn = stageOf(interaction) === 'connected' && interaction.own?.isMonitoring !== true
  return (
    <div className="mails">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <div className="mail-list" role="log" aria-label="Mails" tabIndex={0}>
        <Loaded resource={mails}>
          {(all) =>
            all.length === 0 ? (
              <Empty title="No mails yet">Write the first one below.</Empty>
            ) : (
              all.map((mail) => <Mail key={mail.id} mail={mail} />)
            )
          }
        </Loaded>
      </div>
      {isIn ? <Draft base={base} onSent={() => void mails.reload()} /> : null}
    </div>
  )
}

const named = ({ name, email }: EmailAddress): string =>
  name === undefined || name === '' ? email : `${name} <${email}>`

function Mail({ mail }: { readonly mail: EmailMessage }) {
  return (
    <article className="mail">
      <header>
        <strong>{mail.from === undefined ? '' : named(mail.from)}</strong>
        <span className="xs soft">
          {mail.time === undefined ? '' : exactTime(Date.parse(mail.time))}
        </span>
        <span className="xs soft">to {(mail.to ?? []).map(named).join(', ')}</span>
        <span className="small">{mail.subject}</span>
      </header>
      <p className="text">{mail.textBody ?? textOf(mail.htmlBody ?? '')}</p>
      {(mail.attachments ?? []).length === 0 ? null : (
        <ul className="row">
          {(mail.attachments ?? []).map(({ attachmentId, name, contentUri }) => (
            <li key={attachmentId}>
              <a className="file" href={contentUri} target="_blank" rel="noreferrer">
                <Paperclip size={14} aria-hidden /> {name}
              </a>
            </li>
          ))}
        </ul>
      )}
    </article>
  )
}

/** The words of a mail in HTML; its looks stay away, and with them what could spy. */
function textOf(html: string): string {
  return new DOMParser().parseFromString(html, 'text/html').body.innerText
}

function Draft({ base, onSent }: { readonly base: string; readonly onSent: () => void }) {
  const draft = useResource(`${base}/draft`, () => api<EmailMessage>('GET', `${base}/draft`))
  return (
    <Loaded resource={draft}>
      {(data) => (
        <DraftForm
          key={data.id}
          base={base}
          draft={data}
          onSent={() => {
            void draft.reload()
            onSent()
          }}
        />
      )}
    </Loaded>
  )
}

const addresses = (list: readonly EmailAddress[] = []): string =>
  list.map(({ email }) => email).join(', ')
const addressList = (text: string): readonly EmailAddress[] =>
  text
    .split(/[,;]/)
    .map((one) => one.trim())
    .filter((one) => one !== '')
    .map((email) => ({ email }))

function DraftForm({
  base,
  draft,
  onSent,
}: {
  readonly base: string
  readonly draft: EmailMessage
  readonly onSent: () => void
}) {
  const [to, setTo] = useState(addresses(draft.to))
  const [cc, setCc] = useState(addresses(draft.cc))
  const [subject, setSubject] = useState(draft.subject ?? '')
  const [text, setText] = useState(draft.textBody ?? '')
  const [kept, setKept] = useState('')
  const body = () => ({
    ...draft,
    to: addressList(to),
    cc: addressList(cc),
    bcc: draft.bcc ?? [],
    subject,
    textBody: text,
    htmlBody: '',
  })
  const keep = useAction(async () => {
    await api('PUT', `${base}/draft`, { body: body() })
    setKept('Draft kept.')
  })
  const sendIt = useAction(async () => {
    await api('PUT', `${base}/draft`, { body: body() })
    await api('POST', base, {
      body: { ...body(), ...(draft.id === undefined ? {} : { id: draft.id }) },
    })
    setText('')
    onSent()
  })
  return (
    <form
      className="composer mail-draft"
      onSubmit={(event) => {
        event.preventDefault()
        void sendIt.run()
      }}
    >
      <div className="mail-fields">
        <TextField label="To" value={to} onChange={setTo} isRequired />
        <TextField label="Cc" value={cc} onChange={setCc} />
        <TextField label="Subject" value={subject} onChange={setSubject} />
      </div>
      <TextArea
        label="Mail"
        rows={6}
        value={text}
        onChange={(value) => {
          setText(value)
          setKept('')
        }}
      />
      {sendIt.error === undefined ? null : <Problem error={sendIt.error} />}
      {keep.error === undefined ? null : <Problem error={keep.error} />}
      <div className="row end">
        <span className="xs soft" role="status">
          {kept}
        </span>
        <Button isDisabled={keep.isBusy} onPress={() => void keep.run()}>
          Keep draft
        </Button>
        <Button
          type="submit"
          look="primary"
          icon={SendHorizontal}
          isDisabled={text === '' || sendIt.isBusy}
        >
          Send
        </Button>
      </div>
    </form>
  )
}
