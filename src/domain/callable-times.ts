import { zonesOfNumber } from './number-zones.ts'
import { localMoment } from './quiet-hours.ts'

/** Hours of one weekday in which contacts may be written to. */
export interface TimeSlot {
  /** ISO 8601: 1 is Monday, 7 is Sunday. */
  readonly day: number
  /** Minutes after midnight, where the contact is. */
  readonly fromMinute: number
  /** Minutes after midnight; 1440 is the end of the day. */
  readonly toMinute: number
}

/** The hours of the contacts of one time zone (vendor model `CallableTime`). */
export interface CallableTime {
  /** IANA name. */
  readonly zone: string
  readonly slots: readonly TimeSlot[]
}

/**
 * Whether a contact may be written to now, later, or never, because the set has no hours for where he is (vendor: a
 * contact whose time zone is not in the campaign's callable time set is not called). A number that may be in several
 * zones of the set must be allowed in all of them.
 */
export function callableNow(
  number: string,
  times: readonly CallableTime[],
  nowMs: number,
): 'now' | 'later' | 'never' {
  const zones = new Set(zonesOfNumber(number).zones.map(sameZone))
  const own = times.filter(({ zone }) => zones.has(sameZone(zone)))
  if (own.every(({ slots }) => slots.length === 0)) return 'never'
  return own.every((time) => isOpen(time, nowMs)) ? 'now' : 'later'
}

function isOpen({ zone, slots }: CallableTime, nowMs: number): boolean {
  const { day, minute } = localMoment(zone, nowMs)
  const today = day === 0 ? 7 : day
  return slots.some(
    (slot) => slot.day === today && minute >= slot.fromMinute && minute < slot.toMinute,
  )
}

/** A zone under its one name: `US/Eastern` is `America/New_York`. Undefined for what is no time zone. */
export function zoneNamed(zone: string): string | undefined {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: zone }).resolvedOptions().timeZone
  } catch (cause) {
    if (cause instanceof RangeError) return undefined
    throw cause
  }
}

const names = new Map<string, string>()

function sameZone(zone: string): string {
  let name = names.get(zone)
  if (name === undefined) {
    name = zoneNamed(zone) ?? zone
    names.set(zone, name)
  }
  return name
}
