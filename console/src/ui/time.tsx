import { useNow } from '../resource.ts'

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' })
const day = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long' })
const exact = new Intl.DateTimeFormat(undefined, {
  dateStyle: 'medium',
  timeStyle: 'medium',
})

const withSeconds = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' })

/** 14:05:09 */
export const secondTime = (timeMs: number): string => withSeconds.format(timeMs)
/** 14:05 */
export const clockTime = (timeMs: number): string => clock.format(timeMs)
/** Monday 5 January */
export const dayName = (timeMs: number): string => day.format(timeMs)
/** The whole of it. */
export const exactTime = (timeMs: number): string => exact.format(timeMs)

/** 5 s, 3 min, 2 h, 4 d */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  if (seconds < 60) return `${seconds} s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h`
  return `${Math.floor(seconds / 86_400)} d`
}

/** 0:07, 12:30: for what is counted by the second. */
export function stopwatch(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000))
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}

/** How long ago, kept up to date. */
export function Age({
  timeMs,
  suffix = '',
}: {
  readonly timeMs: number
  readonly suffix?: string
}) {
  const nowMs = useNow()
  return (
    <time dateTime={new Date(timeMs).toISOString()} title={exactTime(timeMs)}>
      {duration(nowMs - timeMs)}
      {suffix}
    </time>
  )
}
