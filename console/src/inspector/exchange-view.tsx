import { CircleHelp, Send } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { Link } from 'wouter'
import { type RawReply, send } from '../api.ts'
import { CodeField } from '../editor/code-field.tsx'
import { useAction } from '../resource.ts'
import { Badge, Button } from '../ui/basics.tsx'
import { Code, CopyButton, pretty } from '../ui/copy.tsx'
import { TextField } from '../ui/fields.tsx'
import { NameOf } from '../ui/names.tsx'
import { Problem } from '../ui/states.tsx'
import { exactTime } from '../ui/time.tsx'
import { count } from '../ui/words.ts'
import { asCurl, asSdk, type Exchange, idsIn, toneOf } from './exchange.ts'
import { reasonOf } from './reason.ts'

/** One exchange in full, and what can be done with it. */
export function ExchangeView({ exchange }: { readonly exchange: Exchange }) {
  const [isEditing, setEditing] = useState(false)
  const isOwn = exchange.direction === 'in' && exchange.url.startsWith('/api/')
  return (
    <>
      <header className="stack">
        <h2 className="mono">
          {exchange.method} {exchange.url}
        </h2>
        <p className="row small soft">
          <Badge tone={toneOf(exchange.status)}>{exchange.status ?? 'No reply'}</Badge>
          {exchange.direction === 'in' ? 'To us' : 'From us'} ·{' '}
          {exactTime(Date.parse(exchange.dateStarted))} · {exchange.durationMs} ms
        </p>
        <Parties exchange={exchange} />
        <div className="row">
          <CopyButton text={asCurl(exchange, location.origin)} label="Copy as curl" />
          {exchange.url.includes('/api/v2/') ? (
            <CopyButton text={asSdk(exchange, location.origin)} label="Copy as SDK call" />
          ) : null}
          {isOwn ? (
            <Button icon={Send} onPress={() => setEditing(!isEditing)}>
              {isEditing ? 'Close the editor' : 'Edit and send again'}
            </Button>
          ) : null}
        </div>
      </header>
      <Why exchange={exchange} />
      {isEditing ? <Again exchange={exchange} /> : null}
      {exchange.error === undefined ? null : (
        <p className="notice bad" role="alert">
          {exchange.error}
        </p>
      )}
      <Part title="Request" headers={exchange.requestHeaders} body={exchange.requestBody} />
      {exchange.status === undefined ? null : (
        <Part
          title="Reply"
          headers={exchange.responseHeaders ?? {}}
          body={exchange.responseBody ?? ''}
        />
      )}
      <p className="xs soft">
        Correlation id <code>{exchange.id}</code>. What stands as [redacted] was masked before it
        was kept.
      </p>
    </>
  )
}

/** Whom the exchange is with and what it is about, by name, with the way to each. */
function Parties({ exchange }: { readonly exchange: Exchange }) {
  const { userId, clientId, accountId } = exchange
  const { conversationId, integrationId, messageId } = idsIn(exchange.url)
  const facts: readonly (readonly [string, ReactNode])[] = [
    ...(userId === undefined
      ? []
      : [['User', <NameOf key="user" kind="user" id={userId} />] as const]),
    ...(clientId === undefined
      ? []
      : [['Client', <NameOf key="client" kind="client" id={clientId} />] as const]),
    ...(accountId === undefined
      ? []
      : [['Account', <NameOf key="account" kind="account" id={accountId} />] as const]),
    ...(integrationId === undefined
      ? []
      : [
          [
            'Integration',
            <NameOf key="integration" kind="integration" id={integrationId} />,
          ] as const,
        ]),
    ...(conversationId === undefined
      ? []
      : [
          [
            'Conversation',
            <Link key="conversation" href={`/desk/${conversationId}`}>
              Open it
            </Link>,
          ] as const,
        ]),
    ...(messageId === undefined
      ? []
      : [
          [
            'Message',
            <Link key="message" href={`/inspector/messages/${messageId}`}>
              Timeline
            </Link>,
          ] as const,
        ]),
  ]
  if (facts.length === 0) return null
  return (
    <dl className="row small parties">
      {facts.map(([name, value]) => (
        <div key={name} className="row tight">
          <dt className="soft">{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

function Part({
  title,
  headers,
  body,
}: {
  readonly title: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}) {
  const named = Object.entries(headers)
  return (
    <section className="stack">
      <h3>{title}</h3>
      <Code label={`${title} body`}>{pretty(body)}</Code>
      {named.length === 0 ? null : (
        <details>
          <summary>{count(named.length, 'header')}</summary>
          <dl className="headers">
            {named.map(([name, value]) => (
              <div key={name} style={{ display: 'contents' }}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
        </details>
      )}
    </section>
  )
}

/** Why a request was refused: the server's words, the field, what to do, and where it is written. */
function Why({ exchange }: { readonly exchange: Exchange }) {
  const reason = reasonOf(exchange)
  if (reason === undefined) return null
  return (
    <section className="notice warn" aria-label={`Why this ${exchange.status}`}>
      <CircleHelp size={18} aria-hidden />
      <div className="stack">
        <h3>Why this {exchange.status}</h3>
        <p>{reason.message}</p>
        {reason.fields.length === 0 ? null : (
          <ul>
            {reason.fields.map(({ name, problem }) => (
              <li key={name}>
                <code>{name}</code>
                {problem === '' ? '' : `: ${problem}`}
              </li>
            ))}
          </ul>
        )}
        <p>{reason.advice}</p>
        {reason.doc === undefined ? null : (
          <p className="xs">
            In the vendor's documentation:{' '}
            <a href={reason.doc.url} target="_blank" rel="noreferrer noopener">
              {reason.doc.title}
            </a>
          </p>
        )}
      </div>
    </section>
  )
}

/** Sends a request once more with the user's own token, after he has changed what he wants. */
function Again({ exchange }: { readonly exchange: Exchange }) {
  const [url, setUrl] = useState(exchange.url)
  const [body, setBody] = useState(pretty(exchange.requestBody))
  const [reply, setReply] = useState<RawReply | undefined>(undefined)
  const again = useAction(async () => {
    setReply(undefined)
    setReply(await send(exchange.method, url, { ...(body === '' ? {} : { body }), isReplay: true }))
  })
  return (
    <form
      className="card form"
      onSubmit={(event) => {
        event.preventDefault()
        void again.run()
      }}
    >
      <h3>Send again, with your own token</h3>
      <TextField label={`${exchange.method} to`} value={url} onChange={setUrl} isMono />
      <CodeField label="Body" language="json" value={body} onChange={setBody} rows={8} />
      {again.error === undefined ? null : <Problem error={again.error} />}
      <div className="row">
        <Button
          type="submit"
          look="primary"
          icon={Send}
          isDisabled={again.isBusy || !url.startsWith('/api/')}
        >
          Send
        </Button>
        {reply === undefined ? null : (
          <span role="status">
            <Badge tone={toneOf(reply.status)}>{reply.status}</Badge>
          </span>
        )}
      </div>
      {reply === undefined ? null : <Code label="Reply">{pretty(reply.text)}</Code>}
    </form>
  )
}
