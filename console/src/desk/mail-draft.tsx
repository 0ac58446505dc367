import { Paperclip, SendHorizontal, Trash2, X } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { api } from '../api.ts'
import { useKeys } from '../keys.ts'
import { useAction, useResource } from '../resource.ts'
import { Button, IconButton } from '../ui/basics.tsx'
import { TextArea, TextField } from '../ui/fields.tsx'
import { Loaded, Problem } from '../ui/states.tsx'
import { bytes } from '../ui/words.ts'
import type { EmailAddress, EmailFile, EmailMessage } from '../wire.ts'
import { AttachButton } from './attach-button.tsx'

const kinds = [
  { value: 'Reply', label: 'Reply' },
  { value: 'ReplyAll', label: 'Reply to all' },
  { value: 'Forward', label: 'Forward' },
] as const

/** A draft is kept when nothing has been written for so long. */
const keepAfterMs = 1200

/** The mail that is being written: a reply, a reply to all or a forward, kept by the server as it grows. */
export function MailDraft({
  base,
  newest,
  onSent,
}: {
  readonly base: string
  readonly newest: string | undefined
  readonly onSent: () => void
}) {
  const [fresh, setFresh] = useState(0)
  const draft = useResource(`${base}/draft ${fresh}`, () =>
    api<EmailMessage>('GET', `${base}/draft`),
  )
  return (
    <Loaded resource={draft}>
      {(data) => (
        <DraftForm
          key={`${data.id} ${fresh}`}
          base={base}
          draft={data}
          answers={newest}
          onAnew={() => setFresh(fresh + 1)}
          onSent={() => {
            setFresh(fresh + 1)
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

interface Written {
  readonly to: string
  readonly cc: string
  readonly bcc: string
  readonly subject: string
  readonly text: string
}

/** One change of a draft after another: each names all files, and one that was late would take out another's. */
function useTurns(): (work: () => Promise<void>) => Promise<void> {
  const last = useRef<Promise<unknown>>(Promise.resolve())
  return (work) => {
    const mine = last.current.then(work, work)
    last.current = mine
    return mine
  }
}

function useDraft(base: string, draft: EmailMessage, onSent: () => void) {
  const [written, setWritten] = useState<Written>({
    to: addresses(draft.to),
    cc: addresses(draft.cc),
    bcc: addresses(draft.bcc),
    subject: draft.subject ?? '',
    text: draft.textBody ?? '',
  })
  const [files, setFiles] = useState(draft.attachments ?? [])
  const [isDirty, setDirty] = useState(false)
  const latest = useRef({ written, files })
  latest.current = { written, files }
  const inTurn = useTurns()
  const body = () => {
    const { htmlBody: _html, ...rest } = draft
    const { to, cc, bcc, subject, text } = latest.current.written
    return {
      ...rest,
      to: addressList(to),
      cc: addressList(cc),
      bcc: addressList(bcc),
      subject,
      textBody: text,
      attachments: latest.current.files,
    }
  }
  const change = (next: readonly EmailFile[]) => {
    latest.current = { ...latest.current, files: next }
    setFiles(next)
  }
  const keep = useAction(() =>
    inTurn(async () => {
      setDirty(false)
      await api('PUT', `${base}/draft`, { body: body() })
    }),
  )
  const sendIt = useAction(() =>
    inTurn(async () => {
      setDirty(false)
      await api('POST', base, { body: body() })
      onSent()
    }),
  )
  const attach = useAction((file: File) =>
    inTurn(async () => {
      const added = await upload(base, file)
      change([...latest.current.files, added])
    }),
  )
  const remove = useAction(({ attachmentId }: EmailFile) =>
    inTurn(async () => {
      await api('DELETE', `${base}/draft/attachments/${attachmentId}`)
      change(latest.current.files.filter((one) => one.attachmentId !== attachmentId))
    }),
  )
  const { run } = keep
  // biome-ignore lint/correctness/useExhaustiveDependencies: begins anew with every change of what is written
  useEffect(() => {
    if (!isDirty || sendIt.isBusy) return
    const timer = setTimeout(() => void run(), keepAfterMs)
    return () => clearTimeout(timer)
  }, [isDirty, written, sendIt.isBusy])
  const write = (change: Partial<Written>) => {
    setWritten({ ...written, ...change })
    setDirty(true)
  }
  return { written, write, files, isDirty, keep, sendIt, attach, remove }
}

function DraftForm({
  base,
  draft,
  answers,
  onAnew,
  onSent,
}: {
  readonly base: string
  readonly draft: EmailMessage
  readonly answers: string | undefined
  readonly onAnew: () => void
  readonly onSent: () => void
}) {
  const form = useDraft(base, draft, onSent)
  const { written, write } = form
  const [hasCopies, setCopies] = useState(written.cc !== '' || written.bcc !== '')
  const area = useRef<HTMLFormElement>(null)
  useKeys({ reply: () => area.current?.querySelector('textarea')?.focus() })
  const anew = useAction(async (draftType: string | undefined) => {
    const query = draftType === undefined ? { discard: true } : { autoFill: true }
    await api('PATCH', `${base}/draft`, {
      query,
      body: draftType === undefined ? {} : { draftType },
    })
    onAnew()
  })
  const problems = [form.sendIt, form.keep, form.attach, form.remove, anew]
  return (
    <form
      ref={area}
      className="composer mail-draft"
      aria-label="Draft"
      onSubmit={(event) => {
        event.preventDefault()
        void form.sendIt.run()
      }}
    >
      <div className="mail-head">
        {answers === undefined ? null : (
          <fieldset className="segmented" disabled={anew.isBusy}>
            <legend className="sr-only">What to do with the newest mail</legend>
            {kinds.map(({ value, label }) => (
              <button
                key={value}
                type="button"
                aria-pressed={(draft.draftType ?? 'Reply') === value}
                onClick={() => void anew.run(value)}
              >
                {label}
              </button>
            ))}
          </fieldset>
        )}
        {hasCopies ? null : (
          <button type="button" className="text-button" onClick={() => setCopies(true)}>
            Cc and Bcc
          </button>
        )}
      </div>
      <div className="mail-fields">
        <TextField label="To" value={written.to} onChange={(to) => write({ to })} isRequired />
        {hasCopies ? (
          <>
            <TextField label="Cc" value={written.cc} onChange={(cc) => write({ cc })} />
            <TextField label="Bcc" value={written.bcc} onChange={(bcc) => write({ bcc })} />
          </>
        ) : null}
        <TextField
          label="Subject"
          value={written.subject}
          onChange={(subject) => write({ subject })}
        />
      </div>
      <TextArea
        label="Mail"
        isLabelHidden
        rows={6}
        value={written.text}
        onChange={(text) => write({ text })}
      />
      <DraftFiles form={form} maxBytes={draft.maxEmailSizeBytes} />
      {problems.map((one, index) =>
        // biome-ignore lint/suspicious/noArrayIndexKey: there are always the same
        one.error === undefined ? null : <Problem key={index} error={one.error} />,
      )}
      <div className="composer-foot">
        <span className="row grow">
          <AttachButton onFile={(file) => void form.attach.run(file)} isBusy={form.attach.isBusy} />
          <IconButton
            icon={Trash2}
            label="Discard the draft"
            isDisabled={anew.isBusy}
            onPress={() => void anew.run(undefined)}
          />
          <span className="xs soft" role="status">
            {keptWords(form)}
          </span>
        </span>
        <Button
          type="submit"
          look="primary"
          icon={SendHorizontal}
          isDisabled={
            written.text.trim() === '' || form.sendIt.isBusy || form.attach.isBusy || anew.isBusy
          }
        >
          {form.sendIt.isBusy ? 'Sending…' : 'Send'}
        </Button>
      </div>
    </form>
  )
}

function keptWords({ isDirty, keep }: ReturnType<typeof useDraft>): string {
  if (keep.isBusy) return 'Keeping the draft…'
  if (isDirty) return 'Not kept yet'
  return keep.error === undefined ? 'The draft is kept by the server.' : 'The draft is not kept.'
}

function DraftFiles({
  form,
  maxBytes,
}: {
  readonly form: ReturnType<typeof useDraft>
  readonly maxBytes: number | undefined
}) {
  if (form.files.length === 0) return null
  const total = form.files.reduce((sum, { contentLength = 0 }) => sum + contentLength, 0)
  return (
    <div className="row">
      <ul className="mail-files" aria-label="Files of the draft">
        {form.files.map((file) => (
          <li key={file.attachmentId} className="file-chip">
            <Paperclip size={14} aria-hidden />
            <span className="truncate">{file.name ?? 'File'}</span>
            <span className="xs soft">{bytes(file.contentLength ?? 0)}</span>
            <IconButton
              icon={X}
              label={`Remove ${file.name ?? 'the file'}`}
              isDisabled={form.remove.isBusy}
              onPress={() => void form.remove.run(file)}
            />
          </li>
        ))}
      </ul>
      <span className="xs soft">
        {bytes(total)}
        {maxBytes === undefined ? '' : ` of ${bytes(maxBytes)}`}
      </span>
    </div>
  )
}

interface UploadPlace {
  readonly attachmentId: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
}

async function upload(base: string, file: File): Promise<EmailFile> {
  const place = await api<UploadPlace>('POST', `${base}/draft/attachments/uploads`, {
    body: { name: file.name, contentLengthBytes: file.size },
  })
  const { pathname, search } = new URL(place.url)
  const contentType = file.type === '' ? 'application/octet-stream' : file.type
  const response = await fetch(pathname + search, {
    method: 'PUT',
    headers: { ...place.headers, 'content-type': contentType },
    body: file,
  })
  if (!response.ok) {
    const { message } = (await response.json().catch(() => ({}))) as { message?: string }
    throw new Error(message ?? `${file.name} could not be attached.`)
  }
  const { attachmentId } = place
  return { attachmentId, name: file.name, contentType, contentLength: file.size }
}
