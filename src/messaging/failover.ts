import type { AfterFailure } from '../domain/delivery.ts'
import { detourOf, homeAccountOf } from '../domain/failover.ts'
import type { SendFailure } from '../errors.ts'
import type { Attempt, Store } from '../store/store.ts'
import type { Carriage } from './carriage.ts'
import type { Ended } from './settle.ts'

/**
 * What becomes of a failed attempt where its account names another one to fall back to: the same, or a retry on that
 * other account. The delivery stays in its lane, so that what comes after it waits for it.
 */
export async function failOver(
  store: Store,
  failed: {
    readonly lane: string
    readonly attempt: Attempt
    readonly ended: Ended
    readonly carriage: Carriage
    readonly nowMs: number
    /** What would become of the attempt on this account alone, had it failed in this way. */
    after(failure: SendFailure): AfterFailure
  },
): Promise<Ended> {
  const { attempt, ended, carriage, nowMs } = failed
  const home = homeAccountOf(failed)
  const fallback = carriage.fallbackAccountId
  if (ended.error === undefined || carriage.message.kind !== 'sms') return ended
  if (fallback === undefined && attempt.accountId === home) return ended
  const before = await store.deliveries.attempts(attempt.deliveryId)
  const detour = detourOf({
    tried: [...before, attempt],
    attempts: attempt.number,
    home,
    fallback,
    isExhausted: ended.outcome === 'failed',
  })
  if (detour === undefined) return ended
  const account = await store.records.known('account', detour.to)
  if (account === undefined) return ended
  if (detour.waitsFor === undefined) {
    return { ...ended, outcome: 'retry', dueMs: nowMs, accountId: account.id }
  }
  const after = failed.after(detour.waitsFor)
  if (after.next !== 'retry') return ended
  return { ...ended, outcome: 'retry', dueMs: after.dueMs, accountId: account.id }
}
