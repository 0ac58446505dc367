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
})

/** Hands a conversation of any medium over, as the request says; unattended unless it says otherwise. */
export function handOver(
  seat: Seat,
  { userId, queueId, address, transferType }: Static<typeof TransferRequest>,
  { store, messaging, principal }: Context,
): Promise<void> {
  const kind = transferType ?? 'Unattended'
  const wish = { userId, queueId, address, kind, byUserId: principal.userId }
  return transferParticipant(store, { ...seat, ...wish }, messaging)
}
