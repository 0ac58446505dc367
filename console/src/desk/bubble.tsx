import {
  Bot,
  Check,
  CheckCheck,
  CircleAlert,
  Clock3,
  FileText,
  type LucideIcon,
  RotateCw,
  Trash2,
} from 'lucide-react'
import { useState } from 'react'
import { Link } from 'wouter'
import { api } from '../api.ts'
import { useAround } from '../me.ts'
import { useAction } from '../resource.ts'
import { clockTime, exactTime } from '../ui/time.tsx'
import type { MessageContent, MessageData, MessageStatus } from '../wire.ts'
import type { Line } from './lines.ts'
import { TemplateWords, templateIn } from './template-words.tsx'

const statuses: Readonly<
  Record<MessageStatus, { readonly word: string; readonly icon: LucideIcon }>
> = {
  queued: { word: 'Queued', icon: Clock3 },
  sent: { word: 'Sent', icon: Check },
  received: { word: 'Received', icon: Check },
  'delivery-success': { word: 'Delivered', icon: CheckCheck },
  'delivery-failed': { word: 'Failed', icon: CircleAlert },
  read: { word: 'Read', icon: CheckCheck },
  published: { word: 'Published', icon: Check },
  removed: { word: 'Removed', icon: Trash2 },
}

/** One message: its text and content, when, by whom, and how its delivery stands in a sign and a word. */
export function Bubble({
  line,
  customerName,
  author,
}: {
  readonly line: Line
  readonly customerName: string
  /** Who wrote it on our side. */
  readonly author: string
}) {
  const { me } = useAround()
  const { message } = line
  const isOut = !line.isInbound
  const hasFailed = line.status === 'delivery-failed'
  const { word, icon: Icon } = statuses[line.status]
  return (
    <article className={`bubble ${isOut ? 'out' : 'in'} ${hasFailed ? 'failed' : ''}`}>
      <h3 className="sr-only">
        {isOut ? author : customerName} at {clockTime(line.timeMs)}
      </h3>
      <Content message={message} />
      <footer>
        {isOut && author !== 'You' ? <span>{author}</span> : null}
        {message.normalizedMessage.originatingEntity === 'Bot' ? (
          <span className="row">
            <Bot size={12} aria-hidden /> Bot
          </span>
        ) : null}
        <time dateTime={new Date(line.timeMs).toISOString()} title={exactTime(line.timeMs)}>
          {clockTime(line.timeMs)}
        </time>
        {isOut ? (
          <span className="status">
            <Icon size={13} aria-hidden /> {word}
          </span>
        ) : null}
        {me.can('signalbox:messages:view') ? (
          <Link href={`/inspector/messages/${line.id}`} className="trace">
            Timeline
          </Link>
        ) : null}
      </footer>
      {hasFailed ? <Failure line={line} /> : null}
    </article>
  )
}

/** Why a message did not arrive, and the way to send it again: the server sends the same delivery once more, once. */
function Failure({ line }: { readonly line: Line }) {
  const [isAgain, setAgain] = useState(false)
  const resend = useAction(async () => {
    await api('POST', `/api/signalbox/messages/${line.id}/resend`)
    setAgain(true)
  })
  const providerCode = line.error?.messageParams?.providerCode
  return (
    <div className="failure">
      <p>
        {line.error?.message ?? 'The provider did not say why.'}
        {providerCode === undefined ? '' : ` (${providerCode})`}
      </p>
      {isAgain ? (
        <p role="status">Sent again. The message counts as delivered when a receipt says so.</p>
      ) : (
        <button
          type="button"
          className="button"
          disabled={resend.isBusy}
          onClick={() => void resend.run()}
        >
          <RotateCw size={14} aria-hidden /> {resend.isBusy ? 'Sending…' : 'Retry'}
        </button>
      )}
      {resend.error === undefined ? null : <p role="alert">{resend.error.message}</p>}
    </div>
  )
}

function Content({ message }: { readonly message: MessageData }) {
  const text = message.textBody ?? message.normalizedMessage.text ?? ''
  const content = message.normalizedMessage.content ?? []
  const template = templateIn(content, text)
  return (
    <>
      {template === undefined ? null : <TemplateWords {...template} />}
      {text === '' || template !== undefined ? null : <p className="text">{text}</p>}
      {(message.media ?? []).map((file) => (
        <Attachment key={file.url ?? file.name} file={file} />
      ))}
      {content
        .filter(({ contentType }) => !['Attachment', 'Notification'].includes(contentType))
        .map((one, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a message never move
          <Structured key={`${one.contentType}-${index}`} content={one} said={text} />
        ))}
    </>
  )
}

function Attachment({ file }: { readonly file: NonNullable<MessageData['media']>[number] }) {
  const href = ownPath(file.url)
  const name = file.name ?? 'File'
  if (file.mediaType?.startsWith('image/') === true && href?.startsWith('/') === true) {
    return (
      <a href={href} className="media">
        <img src={href} alt={name} loading="lazy" />
      </a>
    )
  }
  return (
    <a href={href} className="file" target="_blank" rel="noreferrer">
      <FileText size={16} aria-hidden /> {name}
    </a>
  )
}

/** Files of this server are asked for under the name by which the page was opened. */
function ownPath(url: string | undefined): string | undefined {
  if (url === undefined || !URL.canParse(url)) return undefined
  const { pathname, search, protocol } = new URL(url)
  if (pathname.startsWith('/media/')) return pathname + search
  return protocol === 'https:' || protocol === 'http:' ? url : undefined
}

/** Buttons, cards and what a customer chose, as words in frames: what was on his screen, in short. */
function Structured({
  content,
  said,
}: {
  readonly content: MessageContent
  /** What the message says anyway. */
  readonly said: string
}) {
  const inner = Object.entries(content).find(([name]) => name !== 'contentType')?.[1]
  const seen = new Set([said.toLowerCase()])
  const labels = textsOf(inner).filter((label) => {
    const isNew = !seen.has(label.toLowerCase())
    seen.add(label.toLowerCase())
    return isNew
  })
  return (
    <div className="structured">
      <span className="xs soft">{content.contentType.replace(/([a-z])([A-Z])/g, '$1 $2')}</span>
      {labels.map((label) => (
        <span key={label} className="chip">
          {label}
        </span>
      ))}
    </div>
  )
}

const told = new Set(['text', 'title', 'description', 'payload', 'body'])

function textsOf(value: unknown): readonly string[] {
  if (Array.isArray(value)) return [...new Set(value.flatMap(textsOf))]
  if (typeof value !== 'object' || value === null) return []
  return [
    ...new Set(
      Object.entries(value).flatMap(([name, one]) =>
        typeof one === 'string' ? (told.has(name) ? [one] : []) : textsOf(one),
      ),
    ),
  ]
}
