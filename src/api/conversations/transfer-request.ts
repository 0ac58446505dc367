import Type, { type Static } from 'typebox'
import type { Context } from '../../context.ts'
import type { Seat } from '../../messaging/seat.ts'
import { transferParticipant } from '../../messaging/transfer.ts'

/** The vendor's `TransferRequest`: exactly one of userId, queueId and address. */
export const TransferRequest = Type.Object({
  userId: Type.Optional(Type.String()),
  queueId: Type.Optional(Type.String()),
  address: Type.Optional(Type.String()),
  transferType: Type.Optional(Type.Enum(['Attended', 'Unattended'])),
  keepInternalMessageAlive: Type.Optional(Type.Boolean()),
})

/** Hands a conversation of any medium over, as the request says; unattended unless it says otherwise. */
export function handOver(
  seat: Seat,
  body: Static<typeof TransferRequest>,
  { store, messaging, principal }: Context,
): Promise<void> {
  const { userId, queueId, address, transferType: kind = 'Unattended' } = body
  const keepsConsults = body.keepInternalMessageAlive
  const wish = { userId, queueId, address, kind, keepsConsults, byUserId: principal.userId }
  return transferParticipant(store, { ...seat, ...wish }, messaging)
}
