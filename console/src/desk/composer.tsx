import { FileText, LayoutTemplate, SendHorizontal, X } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { api } from '../api.ts'
import { useKeys } from '../keys.ts'
import { useAround } from '../me.ts'
import { useAction } from '../resource.ts'
import { Button, IconButton } from '../ui/basics.tsx'
import { Problem } from '../ui/states.tsx'
import type { MessageData } from '../wire.ts'
import { AttachButton } from './attach-button.tsx'
import { CannedList, type Prepared, useCanned } from './canned.tsx'
import { Limit, limitOf } from './composer-limit.tsx'
import type { Interaction } from './interaction.ts'
import { TemplateDialog } from './template-dialog.tsx'

/** A customer's app is told of typing at most this often. */
const typingEveryMs = 4000

interface File {
  readonly mediaId: string
  readonly name: string
}

const draftKey = (id: string) => `signalbox.draft.${id}`

/** Where the agent writes: Enter sends, Shift and Enter makes a line, a slash at the beginning finds prepared answers. */
export function Composer({ interaction }: { readonly interaction: Interaction }) {
  const { desk } = useAround()
  const [text, setText] = useState(() => sessionStorage.getItem(draftKey(interaction.id)) ?? '')
  const [files, setFiles] = useState<readonly File[]>([])
  const field = useRef<HTMLTextAreaElement>(null)
  const base = `/api/v2/conversations/messages/${interaction.id}/communications/${interaction.own?.communicationId}`
  const write = (value: string) => {
    setText(value)
    if (value === '') sessionStorage.removeItem(draftKey(interaction.id))
    else sessionStorage.setItem(draftKey(interaction.id), value)
  }
  const post = async (body: object) =>
    desk.addMessage(await api<MessageData>('POST', `${base}/messages`, { body }))
  // A message has files or words, and in an app one file: what has left is not sent again where the rest fails.
  const sendIt = useAction(async () => {
    const step = interaction.channel === 'sms' ? files.length : 1
    for (let at = 0; at < files.length; at += step) {
      await post({ mediaIds: files.slice(at, at + step).map(({ mediaId }) => mediaId) })
      setFiles(files.slice(at + step))
    }
    if (text.trim() !== '') await post({ textBody: text })
    write('')
  })
  const attach = useAction(async (file: globalThis.File) => {
    setFiles([...files, await upload(base, file)])
  })
  const tellTyping = useTyping(`${base}/typing`, interaction.channel === 'open')
  const canned = useCanned(text)
  useKeys({ reply: () => field.current?.focus() })
  const [templates, setTemplates] = useState<{ chosenId?: string } | undefined>(undefined)
  const limit =
    text === ''
      ? { words: 'Enter sends, Shift and Enter makes a line', isOver: false }
      : limitOf(interaction.channel, text)
  const isEmpty = text.trim() === '' && files.length === 0
  const submit = () => {
    if (!isEmpty && !limit.isOver && !sendIt.isBusy) void sendIt.run()
  }
  const choose = (one: Prepared) => {
    write(one.template === undefined ? one.text : '')
    if (one.template === undefined) field.current?.focus()
    else setTemplates({ chosenId: one.id })
  }
  return (
    <div className="composer">
      {sendIt.error === undefined ? null : <Problem error={sendIt.error} onRetry={submit} />}
      {attach.error === undefined ? null : <Problem error={attach.error} />}
      <CannedList canned={canned} onChoose={choose} />
      {files.length === 0 ? null : (
        <ul className="row">
          {files.map((file) => (
            <li key={file.mediaId} className="badge">
              <FileText size={13} aria-hidden /> {file.name}
              <IconButton
                icon={X}
                label={`Remove ${file.name}`}
                onPress={() => setFiles(files.filter((one) => one !== file))}
              />
            </li>
          ))}
        </ul>
      )}
      <textarea
        ref={field}
        className="input"
        aria-label={`Answer to ${interaction.customerName}`}
        aria-describedby="composer-limit"
        aria-invalid={limit.isOver || undefined}
        placeholder="Write an answer… / for prepared ones"
        rows={Math.min(8, Math.max(2, text.split('\n').length))}
        value={text}
        onChange={(event) => {
          write(event.target.value)
          tellTyping()
        }}
        onKeyDown={(event) => {
          if (canned.onKey(event, choose)) return
          if (event.key === 'Escape') event.currentTarget.blur()
          if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return
          event.preventDefault()
          submit()
        }}
      />
      <div className="composer-foot">
        <span className="row grow">
          <AttachButton onFile={(file) => void attach.run(file)} isBusy={attach.isBusy} />
          <IconButton
            icon={LayoutTemplate}
            label="Send a template"
            onPress={() => setTemplates({})}
          />
          <Limit id="composer-limit" limit={limit} />
        </span>
        <Button
          look="primary"
          icon={SendHorizontal}
          isDisabled={isEmpty || limit.isOver}
          onPress={submit}
        >
          Send
        </Button>
      </div>
      <TemplateDialog
        interaction={interaction}
        path={`${base}/messages`}
        isOpen={templates !== undefined}
        templateId={templates?.chosenId}
        onClose={() => setTemplates(undefined)}
      />
    </div>
  )
}

interface UploadPlace {
  readonly id: string
  readonly uploadUrl: string
  readonly uploadHeaders: Readonly<Record<string, string>>
}

async function upload(base: string, file: globalThis.File): Promise<File> {
  const place = await api<UploadPlace>('POST', `${base}/messages/media/uploads`, {
    body: { fileName: file.name, contentLengthBytes: file.size },
  })
  const { pathname, search } = new URL(place.uploadUrl)
  const response = await fetch(pathname + search, {
    method: 'PUT',
    headers: place.uploadHeaders,
    body: file,
  })
  if (!response.ok) throw new Error(`${file.name} could not be attached: ${await response.text()}`)
  return { mediaId: place.id, name: file.name }
}

function useTyping(path: string, isTold: boolean): () => void {
  const lastMs = useRef(0)
  useEffect(() => {
    lastMs.current = 0
  }, [])
  return () => {
    if (!isTold || Date.now() - lastMs.current < typingEveryMs) return
    lastMs.current = Date.now()
    const body = { typing: { type: 'On', duration: 5000 } }
    // Where typing is not enabled the server refuses it, which changes nothing for the agent.
    api('POST', path, { body }).catch(() => undefined)
  }
}
