import { useSyncExternalStore } from 'react'
import type { Live } from '../live.ts'
import { useNow } from '../resource.ts'
import { duration } from '../ui/time.tsx'

/** Whether what is seen is what is: live, or how old it is and when the next try to connect comes. */
export function LiveMark({ live }: { readonly live: Live }) {
  const { state, heardMs, retryMs } = useSyncExternalStore(live.subscribe, live.snapshot)
  const nowMs = useNow()
  if (state === 'live') {
    return (
      <span className="badge good" role="status">
        <span className="dot" aria-hidden /> Live
      </span>
    )
  }
  if (state === 'connecting') {
    return (
      <span className="badge" role="status">
        Connecting…
      </span>
    )
  }
  const seconds = retryMs === undefined ? 0 : Math.ceil((retryMs - nowMs) / 1000)
  return (
    <span className="badge warn" role="status">
      <span className="dot" aria-hidden /> Not live: last news {duration(nowMs - heardMs)} ago
      {seconds > 0 ? `, next try in ${seconds} s` : ', connecting…'}
    </span>
  )
}
