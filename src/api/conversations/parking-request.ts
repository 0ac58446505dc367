import Type, { type Static } from 'typebox'
import type { Parking } from '../../messaging/parking.ts'
import { timeOf } from './inbound-open.ts'

/** The vendor's `ParkingStateRequest`. */
export const ParkingStateRequest = Type.Object({
  state: Type.Enum(['parked', 'connected']),
  resumeTime: Type.Optional(Type.String()),
})

/** The request as the message path takes it. */
export function parkingOf({ state, resumeTime }: Static<typeof ParkingStateRequest>): Parking {
  return {
    state,
    ...(resumeTime === undefined ? {} : { resumeMs: timeOf(resumeTime, 'resumeTime') }),
  }
}
