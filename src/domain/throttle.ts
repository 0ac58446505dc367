/** How fast a sender or an account may send, in segments: what carriers count and bill. */
export interface Rate {
  /** May be a fraction: 0.1 is one segment every ten seconds. */
  readonly segmentsPerSecond: number
  /** Segments that may go at once after a rest; a second's worth, and at least one, unless given. */
  readonly burstSegments?: number
  readonly segmentsPerDayMax?: number
  /** Where the day begins, in minutes east of UTC; 0 unless given. */
  readonly dayOffsetMinutes?: number
}

/** How far a rate has been used up. Kept in the store, so that restarts and other nodes know it. */
export interface Level {
  /** When the bucket is full again, in epoch microseconds: fractions of a millisecond matter at high rates. */
  readonly fullUs: number
  /** The day that `used` counts, as days since the epoch in the rate's own zone. */
  readonly day: number
  readonly used: number
}

/** Either the level after the segments were let through, or when to ask again. */
export type Taken = { readonly level: Level } | { readonly untilMs: number }

const dayMs = 86_400_000
/** Segments of the longest text that is accepted, 765 characters of 67 a segment, and room above that. */
const segmentsOfTextMax = 16
/** What rounding may add to a level: a bucket that is just empty must not look like one of another time. */
const roundedUs = 1

/**
 * Takes segments from a token bucket (in the form of a virtual clock: one number is the whole state). A text with more
 * segments than the burst goes when the bucket is full. A text never goes in parts.
 */
export function takeSegments(
  rate: Rate,
  level: Level | undefined,
  asked: { readonly segments: number; readonly nowMs: number },
): Taken {
  const { segments, nowMs } = asked
  const offsetMs = (rate.dayOffsetMinutes ?? 0) * 60_000
  const day = Math.floor((nowMs + offsetMs) / dayMs)
  const used = level?.day === day ? level.used : 0
  if (
    rate.segmentsPerDayMax !== undefined &&
    used > 0 &&
    used + segments > rate.segmentsPerDayMax
  ) {
    return { untilMs: (day + 1) * dayMs - offsetMs }
  }
  const intervalUs = 1_000_000 / rate.segmentsPerSecond
  const burst = Math.max(1, rate.burstSegments ?? Math.ceil(rate.segmentsPerSecond))
  const nowUs = nowMs * 1000
  // No text takes the bucket further than this: a level beyond was written before the clock was set back, says
  // nothing about now, and would hold the sender for as long as the clock went back.
  const emptiestUs = nowUs + Math.max(burst, segmentsOfTextMax) * intervalUs + roundedUs
  const knownUs = level?.fullUs ?? 0
  const fullUs = knownUs > emptiestUs ? nowUs : Math.max(knownUs, nowUs)
  const room = Math.max(0, burst - segments) * intervalUs
  if (fullUs > nowUs + room) return { untilMs: Math.ceil((fullUs - room) / 1000) }
  return {
    level: { fullUs: Math.round(fullUs + segments * intervalUs), day, used: used + segments },
  }
}
