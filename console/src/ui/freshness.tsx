import { useFeedStatus } from '../feed.ts'
import { useNow } from '../resource.ts'
import { duration } from './time.tsx'

/** Whether a page that follows the feed shows what is: live, or since when it has heard nothing. */
export function Freshness() {
  const { state, heardMs, retryMs } = useFeedStatus()
  const nowMs = useNow()
  if (state === 'live') {
    return (
      <span className="badge good">
        <span className="dot" aria-hidden /> Follows the feed
      </span>
    )
  }
  if (state === 'over') return <span className="badge">Read again every 3 s</span>
  if (state === 'connecting') return <span className="badge">Connecting to the feed…</span>
  const seconds = Math.ceil(((retryMs ?? nowMs) - nowMs) / 1000)
  return (
    <span className="badge warn" role="status">
      <span className="dot" aria-hidden /> Stale: {duration(nowMs - heardMs)} old
      {seconds > 0 ? `, next try in ${seconds} s` : ', connecting…'}
    </span>
  )
}
