import { api } from '../api.ts'
import { useFeed } from '../feed.ts'
import { useResource } from '../resource.ts'
import { duration } from '../ui/time.tsx'

interface Statistics {
  readonly waiting: number
  readonly longestWaitSeconds: number
  readonly membersJoined: number
  readonly membersOnQueue: number
}

/** A page of queues asks for each of them: no more often than this. */
const everyMs = 1000

/** How a queue stands now: read again when the feed tells of a conversation of its own, or of any agent. */
export function QueueNow({ queueId }: { readonly queueId: string }) {
  const { data, error, reload } = useResource(`queue-now-${queueId}`, () =>
    api<Statistics>('GET', `/api/signalbox/queues/${queueId}/statistics`),
  )
  useFeed(
    (events) => {
      const isMeant = events.some(
        (event) =>
          event === undefined || event.type === 'agent' || event.queueIds?.includes(queueId),
      )
      if (isMeant) void reload()
    },
    { everyMs },
  )
  if (data === undefined) return <span className="soft">{error === undefined ? '…' : '–'}</span>
  const { waiting, longestWaitSeconds, membersOnQueue, membersJoined } = data
  return (
    <>
      {waiting} waiting
      {waiting === 0 ? '' : ` (${duration(longestWaitSeconds * 1000)})`},{' '}
      <span className={waiting > 0 && membersOnQueue === 0 ? 'problem' : undefined}>
        {membersOnQueue} of {membersJoined} on queue
      </span>
    </>
  )
}
