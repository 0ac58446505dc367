import Type from 'typebox'

/** How fast a sender or an account may send, in segments. */
export const RateSchema = Type.Object({
  /** May be a fraction: 0.1 is one segment every ten seconds. */
  segmentsPerSecond: Type.Number({ exclusiveMinimum: 0, maximum: 100_000 }),
  burstSegments: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000 })),
  segmentsPerDayMax: Type.Optional(Type.Integer({ minimum: 1 })),
  /** Where the day begins, in minutes east of UTC. */
  dayOffsetMinutes: Type.Optional(Type.Integer({ minimum: -840, maximum: 840 })),
})

/** A rate to set, or null to send as fast as can be. */
export const RateChange = Type.Optional(Type.Union([RateSchema, Type.Null()]))

/** The record with the rate as asked: left as it was, set, or taken away. */
export function withRate<T extends { readonly rate?: R }, R>(
  record: T,
  rate: R | null | undefined,
): T {
  if (rate === undefined) return record
  const { rate: _before, ...rest } = record
  // Only the optional member is left out, so what remains is still a T.
  return (rate === null ? rest : { ...rest, rate }) as T
}
