import { SendHorizontal } from 'lucide-react'
import { useState } from 'react'
import { api, list, send } from '../api.ts'
import { useAction, useResource } from '../resource.ts'
import { Button } from '../ui/basics.tsx'
import { TextArea, TextField } from '../ui/fields.tsx'
import { Loaded, Problem } from '../ui/states.tsx'
import { exactTime } from '../ui/time.tsx'

interface Mail {
  readonly id: string
  readonly from: string
  readonly recipients: readonly string[]
  readonly subject: string
  readonly time: string
}

/** A customer's mailbox: writes mails to our addresses, and shows what the embedded mailbox took for customers. */
export function MailCustomer() {
  const [from, setFrom] = useState('ava@example.com')
  const [chosen, setTo] = useState<string | undefined>(undefined)
  const routes = useResource('mail-routes', readRoutes)
  const to = chosen ?? routes.data?.[0] ?? ''
  const [subject, setSubject] = useState('')
  const [text, setText] = useState('')
  const [said, setSaid] = useState('')
  const mails = useResource(
    'mailbox',
    () =>
      api<{ entities: readonly Mail[] }>('GET', '/api/signalbox/mailbox', { query: { limit: 20 } }),
    { everyMs: 3000 },
  )
  const write = useAction(async () => {
    const reply = await send('POST', '/api/signalbox/mailbox/inbound', {
      body: rawMail({ from, to, subject, text }),
    })
    if (reply.status >= 400)
      throw new Error(JSON.parse(reply.text).message ?? 'The mail was refused.')
    setSaid(`Sent at ${new Date().toLocaleTimeString()}.`)
    setText('')
  })
  return (
    <>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault()
          if (to !== '') void write.run()
        }}
      >
        <TextField label="From" type="email" value={from} onChange={setFrom} />
        <TextField
          label="To"
          hint={
            routes.data?.length === 0
              ? 'No address has a route yet: see E-mail in the workbench.'
              : undefined
          }
          type="email"
          value={to}
          onChange={setTo}
        />
        <TextField label="Subject" value={subject} onChange={setSubject} />
        <TextArea label="Mail" rows={4} value={text} onChange={setText} />
        {write.error === undefined ? null : <Problem error={write.error} />}
        <span className="xs soft" role="status">
          {said}
        </span>
        <Button
          type="submit"
          look="primary"
          icon={SendHorizontal}
          isDisabled={to === '' || text === '' || write.isBusy}
        >
          Send as the customer
        </Button>
      </form>
      <h3>Mails to customers</h3>
      <Loaded resource={mails}>
        {({ entities }) =>
          entities.length === 0 ? (
            <p className="soft small">None yet.</p>
          ) : (
            <ul className="stack">
              {entities.map((mail) => (
                <li key={mail.id} className="card small">
                  <strong>{mail.subject === '' ? '(no subject)' : mail.subject}</strong>
                  <p className="xs soft">
                    to {mail.recipients.join(', ')} · {exactTime(Date.parse(mail.time))}
                  </p>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </>
  )
}

/** The addresses that mail is taken for; none where the user may not see them. */
async function readRoutes(): Promise<readonly string[]> {
  const domains = await list<{ id: string }>('/api/v2/routing/email/domains')
  const routes = await Promise.all(
    domains.map(async ({ id }) => {
      const path = `/api/v2/routing/email/domains/${encodeURIComponent(id)}/routes`
      const found = await list<{ pattern: string }>(path)
      return found.map(({ pattern }) => `${pattern === '*' ? 'help' : pattern}@${id}`)
    }),
  )
  return routes.flat()
}

/** A mail as it goes over the wire (RFC 5322), with words of any alphabet. */
function rawMail(mail: { from: string; to: string; subject: string; text: string }): string {
  const clean = (line: string) => line.replaceAll(/[\r\n]+/g, ' ')
  return [
    `From: <${clean(mail.from)}>`,
    `To: <${clean(mail.to)}>`,
    `Subject: ${clean(mail.subject)}`,
    `Date: ${new Date().toUTCString()}`,
    `Message-ID: <${crypto.randomUUID()}@handset.example>`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: 8bit',
    '',
    mail.text,
  ].join('\r\n')
}
