import { Download, Image, Paperclip } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { api } from '../api.ts'
import { useAction, useResource } from '../resource.ts'
import { Problem } from '../ui/states.tsx'
import { exactTime } from '../ui/time.tsx'
import { bytes } from '../ui/words.ts'
import type { EmailAddress, EmailFile, EmailMessage } from '../wire.ts'

const named = ({ name, email }: EmailAddress): string =>
  name === undefined || name === '' ? email : `${name} <${email}>`

/** One mail: who, when, to whom, what it says as its writer made it, and its files. */
export function Mail({ base, mail }: { readonly base: string; readonly mail: EmailMessage }) {
  const { attachments = [], cc = [], to = [] } = mail
  const hasHtml = (mail.htmlBody ?? '').trim() !== ''
  const [isPlain, setPlain] = useState(!hasHtml)
  const files = attachments.filter(({ inlineImage }) => inlineImage !== true || !hasHtml)
  return (
    <article className="mail" aria-label={`Mail from ${mail.from?.email ?? 'nobody'}`}>
      <header>
        <strong>{mail.from === undefined ? '' : named(mail.from)}</strong>
        <span className="xs soft mail-time">
          {mail.time === undefined ? '' : exactTime(Date.parse(mail.time))}
        </span>
        {hasHtml ? (
          <button type="button" className="text-button xs" onClick={() => setPlain(!isPlain)}>
            {isPlain ? 'As it was written' : 'Only the words'}
          </button>
        ) : null}
        <span className="xs soft mail-to">
          to {to.map(named).join(', ')}
          {cc.length === 0 ? '' : `, cc ${cc.map(named).join(', ')}`}
        </span>
        <span className="small mail-subject">{mail.subject}</span>
      </header>
      {isPlain ? <p className="text">{mail.textBody ?? ''}</p> : <Html base={base} mail={mail} />}
      {files.length === 0 ? null : (
        <ul className="mail-files" aria-label="Files of the mail">
          {files.map((file) => (
            <li key={file.attachmentId}>
              <FileButton base={base} mailId={mail.id} file={file} />
            </li>
          ))}
        </ul>
      )}
    </article>
  )
}

interface Link {
  readonly url: string
}

function linkTo(base: string, mailId: string): Promise<Link> {
  return api<Link>('POST', `${base.replace('/v2/conversations', '/signalbox')}/${mailId}/link`)
}

/** A mail in HTML, in a frame of its own that can do nothing and loads nothing from elsewhere; as high as what is in it. */
function Html({ base, mail }: { readonly base: string; readonly mail: EmailMessage }) {
  const link = useResource(`mail-${mail.id}`, () => linkTo(base, mail.id))
  const frame = useRef<HTMLIFrameElement>(null)
  const [heightPx, setHeight] = useState(120)
  useEffect(() => {
    const measure = () => {
      const page = frame.current?.contentDocument?.documentElement
      if (page != null && page.scrollHeight > 0) setHeight(page.scrollHeight)
    }
    const element = frame.current
    const watch = new ResizeObserver(measure)
    if (element !== null) watch.observe(element)
    element?.addEventListener('load', measure)
    return () => {
      watch.disconnect()
      element?.removeEventListener('load', measure)
    }
  })
  if (link.error !== undefined)
    return <Problem error={link.error} onRetry={() => void link.reload()} />
  if (link.data === undefined) return <span className="skeleton" style={{ width: '60%' }} />
  return (
    <iframe
      ref={frame}
      className="mail-html"
      title={`What ${mail.from?.email ?? 'somebody'} wrote`}
      src={`${link.data.url}/body`}
      sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox"
      style={{ height: heightPx }}
    />
  )
}

function FileButton({
  base,
  mailId,
  file,
}: {
  readonly base: string
  readonly mailId: string
  readonly file: EmailFile
}) {
  const isPicture = /^image\/(png|jpeg|gif|webp)$/.test(file.contentType ?? '')
  const open = useAction(async () => {
    const { url } = await linkTo(base, mailId)
    const link = document.createElement('a')
    link.href = `${url}/files/${file.attachmentId}`
    link.target = '_blank'
    link.rel = 'noreferrer'
    link.click()
  })
  return (
    <>
      <button
        type="button"
        className="file-button"
        disabled={open.isBusy}
        title={isPicture ? 'Open' : 'Save'}
        onClick={() => void open.run()}
      >
        {isPicture ? <Image size={16} aria-hidden /> : <Paperclip size={16} aria-hidden />}
        <span className="truncate">{file.name ?? 'File'}</span>
        <span className="xs soft">
          {file.contentLength === undefined ? '' : bytes(file.contentLength)}
        </span>
        <Download size={14} aria-hidden />
      </button>
      {open.error === undefined ? null : <Problem error={open.error} />}
    </>
  )
}
