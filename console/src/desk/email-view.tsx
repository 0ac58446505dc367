import { useRef } from 'react'
import { api, type Listing } from '../api.ts'
import { useResource } from '../resource.ts'
import { Empty, Loaded } from '../ui/states.tsx'
import type { EmailMessage } from '../wire.ts'
import { type Interaction, stageOf } from './interaction.ts'
import { Mail } from './mail.tsx'
import { MailDraft } from './mail-draft.tsx'

/** The mails of an interaction and the draft that answers them. */
export default function EmailView({ interaction }: { readonly interaction: Interaction }) {
  const base = `/api/v2/conversations/emails/${interaction.id}/messages`
  const mails = useMails(interaction, base)
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
              all.map((mail) => <Mail key={mail.id} base={base} mail={mail} />)
            )
          }
        </Loaded>
      </div>
      {isIn ? (
        <MailDraft base={base} newest={mails.data?.at(-1)?.id} onSent={() => void mails.reload()} />
      ) : null}
    </div>
  )
}

/** The mails in full, read again when there is another; what was read stays, for mails do not change. */
function useMails(interaction: Interaction, base: string) {
  const known = useRef(new Map<string, EmailMessage>())
  const newest = interaction.raw.participants
    .flatMap(({ emails = [] }) => emails.map((leg) => `${leg.messageId} ${leg.messagesSent}`))
    .join()
  const read = useResource(`mails-${interaction.id}-${newest}`, async () => {
    const page = await api<Listing<EmailMessage>>('GET', base, { query: { pageSize: 100 } })
    return Promise.all(
      page.entities.map(async ({ id }) => {
        const mail = known.current.get(id) ?? (await api<EmailMessage>('GET', `${base}/${id}`))
        known.current.set(id, mail)
        return mail
      }),
    )
  })
  const all = [...known.current.values()]
  return read.data === undefined && all.length > 0 ? { ...read, data: all } : read
}
