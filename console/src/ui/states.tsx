import { AlertTriangle, CloudOff, Lock, type LucideIcon, Timer } from 'lucide-react'
import type { ReactNode } from 'react'
import { ApiError, Offline } from '../api.ts'
import { type Resource, useNow } from '../resource.ts'
import { Button } from './basics.tsx'

/** What stands where there is nothing yet: why, and what to do about it. */
export function Empty({
  icon: Icon,
  title,
  children,
  action,
}: {
  readonly icon?: LucideIcon
  readonly title: string
  readonly children?: ReactNode
  readonly action?: ReactNode
}) {
  return (
    <div className="empty">
      {Icon === undefined ? null : (
        <span className="mark">
          <Icon size={22} aria-hidden />
        </span>
      )}
      <h2>{title}</h2>
      {children === undefined ? null : <p>{children}</p>}
      {action}
    </div>
  )
}

const widths = ['92%', '78%', '86%', '64%', '80%', '70%']

/** Grey lines in the place of what is being read. */
export function Loading({ lines = 5 }: { readonly lines?: number }) {
  return (
    <div className="stack" role="status" aria-label="Loading">
      {widths.slice(0, lines).map((width) => (
        <span key={width} className="skeleton" style={{ width }} />
      ))}
    </div>
  )
}

/** A failure in the server's words, with what can be done: wait, ask for a right, try again. */
export function Problem({
  error,
  onRetry,
}: {
  readonly error: Error
  readonly onRetry?: () => void
}) {
  if (error instanceof ApiError && error.status === 429) {
    return <RateLimited error={error} {...(onRetry === undefined ? {} : { onRetry })} />
  }
  const Icon =
    error instanceof Offline
      ? CloudOff
      : error instanceof ApiError && error.status === 403
        ? Lock
        : AlertTriangle
  return (
    <div className="notice bad" role="alert">
      <Icon size={18} aria-hidden />
      <div className="stack grow">
        <div>
          {error.message}
          {error instanceof ApiError && error.fields.length > 0 ? (
            <ul>
              {error.fields.map(({ name, problem }) => (
                <li key={name}>
                  <code>{name}</code>
                  {problem === '' ? null : `: ${problem}`}
                </li>
              ))}
            </ul>
          ) : null}
        </div>
        {onRetry === undefined ? null : (
          <div>
            <Button onPress={onRetry}>Try again</Button>
          </div>
        )}
      </div>
    </div>
  )
}

function RateLimited({
  error,
  onRetry,
}: {
  readonly error: ApiError
  readonly onRetry?: () => void
}) {
  const nowMs = useNow()
  const seconds = Math.max(0, Math.ceil(((error.retryAtMs ?? nowMs) - nowMs) / 1000))
  return (
    <div className="notice warn" role="alert">
      <Timer size={18} aria-hidden />
      <div className="stack grow">
        <div>
          {error.message} {seconds > 0 ? `You can go on in ${seconds} s.` : 'You can go on now.'}
        </div>
        {onRetry === undefined ? null : (
          <div>
            <Button isDisabled={seconds > 0} onPress={onRetry}>
              Try again
            </Button>
          </div>
        )}
      </div>
    </div>
  )
}

/** Draws what a resource has: the data, with a note when it could not be read again; else the failure; else grey lines. */
export function Loaded<Data>({
  resource,
  children,
}: {
  readonly resource: Resource<Data>
  readonly children: (data: Data) => ReactNode
}) {
  const { data, error, reload } = resource
  if (data === undefined) {
    if (error === undefined) return <Loading />
    if (error instanceof ApiError && error.status === 403) return <Forbidden error={error} />
    return <Problem error={error} onRetry={() => void reload()} />
  }
  return (
    <>
      {error === undefined ? null : <Problem error={error} onRetry={() => void reload()} />}
      {children(data)}
    </>
  )
}

/** The page exists, but not for this user. */
export function Forbidden({ error }: { readonly error: Error }) {
  return (
    <Empty icon={Lock} title="You may not see this">
      {error.message} An administrator can give you that permission.
    </Empty>
  )
}
