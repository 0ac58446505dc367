import { zonesOfNumber } from './number-zones.ts'

/** Hours of the day, in minutes after midnight where the handset is, in which bulk texts may leave. */
export interface SendingWindow {
  readonly fromMinute: number
  readonly toMinute: number
}

/** When bulk texts may leave. */
export interface QuietHours {
  /** 8:00 to 21:00 is what 47 CFR 64.1200(c)(1) leaves to telemarketing. */
  readonly window: SendingWindow
  /** Whether the narrower windows of some states of the US apply too. */
  readonly stateRules: boolean
}

/** Where bulk texts to a number may leave at that moment, and where not, the place that forbids it. */
export type QuietCheck =
  | { readonly allowed: true }
  | { readonly allowed: false; readonly zone: string; readonly localTime: string }

/** Days as `Intl` counts them here: 0 is Sunday. */
type Day = 0 | 1 | 2 | 3 | 4 | 5 | 6

/**
 * Whether a bulk text may leave for a number now. A number tells only roughly where its handset is, so the moment must
 * be allowed in every time zone that it may be in. Numbers of no known place are held to UTC.
 */
export function mayDisturb(number: string, quiet: QuietHours, nowMs: number): QuietCheck {
  const { zones, state } = zonesOfNumber(number)
  for (const zone of zones) {
    const local = localMoment(zone, nowMs)
    const ofState = quiet.stateRules ? stateWindow(state, local.day) : undefined
    const windows = ofState === undefined ? [quiet.window] : [quiet.window, ofState]
    if (!windows.every((window) => isInside(window, local.minute))) {
      return { allowed: false, zone, localTime: clockTime(local.minute) }
    }
  }
  return { allowed: true }
}

/** Windows of states that leave less than the federal one; as listed by practitioners, not checked against statutes. */
function stateWindow(state: string | undefined, day: Day): SendingWindow | undefined {
  if (state === undefined) return undefined
  const isWeekend = day === 0 || day === 6
  if (state === 'CT') return hours(9, 20)
  if (['FL', 'MD', 'MS', 'NJ', 'OK'].includes(state)) return hours(8, 20)
  if (state === 'RI') return isWeekend ? hours(10, 17) : hours(9, 18)
  if (state === 'TX') return day === 0 ? hours(12, 21) : hours(9, 21)
  return undefined
}

function hours(from: number, to: number): SendingWindow {
  return { fromMinute: from * 60, toMinute: to * 60 }
}

/** A window whose end comes before its start goes over midnight. */
function isInside({ fromMinute, toMinute }: SendingWindow, minute: number): boolean {
  return fromMinute <= toMinute
    ? minute >= fromMinute && minute < toMinute
    : minute >= fromMinute || minute < toMinute
}

const formats = new Map<string, Intl.DateTimeFormat>()

/** The weekday and the minute of the day that clocks of a zone show. */
export function localMoment(
  zone: string,
  nowMs: number,
): { readonly day: Day; readonly minute: number } {
  let format = formats.get(zone)
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      weekday: 'short',
      hour: 'numeric',
      minute: 'numeric',
    })
    formats.set(zone, format)
  }
  const parts = new Map(format.formatToParts(nowMs).map(({ type, value }) => [type, value]))
  const day = days.get(parts.get('weekday') ?? '') ?? 0
  return { day, minute: Number(parts.get('hour')) * 60 + Number(parts.get('minute')) }
}

const days: ReadonlyMap<string, Day> = new Map([
  ['Sun', 0],
  ['Mon', 1],
  ['Tue', 2],
  ['Wed', 3],
  ['Thu', 4],
  ['Fri', 5],
  ['Sat', 6],
])

/** `HH:MM` of a minute of the day. */
export function clockTime(minute: number): string {
  const two = (value: number) => String(value).padStart(2, '0')
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`
}
