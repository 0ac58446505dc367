import type { Delivery } from '../domain/delivery.ts'
import { SendError } from '../errors.ts'
import type { Store } from '../store/store.ts'
import type { Waiting } from './lanes.ts'
import { throttle } from './throttle.ts'

/** What the start of an attempt goes by. */
export interface StartGround {
  readonly manyNodes: boolean
  /** Epoch milliseconds. */
  now(): number
  /** Epoch of the lease under which a bucket's attempts are written; undefined when it is not ours now. */
  epochOf(bucket: number): number | undefined
}

/** The delivery with its next attempt begun under that lease. */
export function startedFrom(delivery: Delivery, leaseEpoch: number): Delivery {
  return { ...delivery, state: 'sending', attempts: delivery.attempts + 1, leaseEpoch }
}

/**
 * Writes that the attempt begins, before anything leaves. Undefined when it is somebody else's, or dealt with; `untilMs`
 * when its sender has used its rate up until then.
 */
export async function startAttempt(
  store: Store,
  { waiting, isAgain }: { readonly waiting: Waiting; readonly isAgain: boolean },
  { manyNodes, now, epochOf }: StartGround,
): Promise<Delivery | { readonly untilMs: number } | undefined> {
  const known = waiting.delivery
  // Another node may have accepted one before it that this one has not read; the next look reads both, in order.
  if (manyNodes && !(await store.deliveries.isFirstOfLane(known))) return undefined
  return store.transaction(async (store) => {
    const epoch = epochOf(known.bucket)
    if (epoch === undefined || known.state !== 'queued') return undefined
    const nowMs = now()
    const untilMs = nowMs > known.expiresMs ? undefined : await throttle(store, waiting, nowMs)
    if (untilMs !== undefined) return { untilMs: Math.min(untilMs, known.expiresMs + 1) }
    const expected = startedFrom(known, epoch)
    if (await store.deliveries.replace(known, expected)) return expected
    const delivery = await store.deliveries.get(known.id)
    const isWritten =
      delivery?.state === 'sending' &&
      delivery.leaseEpoch === epoch &&
      delivery.attempts === known.attempts + 1
    if (isAgain && isWritten) return delivery // by a commit whose answer was lost
    if (delivery?.state !== 'queued') return undefined
    const started = startedFrom(delivery, epoch)
    await store.deliveries.update(started)
    return started
  })
}

/** Whether its attempt is begun and no other node can have come in between, so that the store need not be asked. */
export function isBegun(
  { state, bucket, leaseEpoch }: Delivery,
  { manyNodes, epochOf }: StartGround,
): boolean {
  return state === 'sending' && !manyNodes && epochOf(bucket) === leaseEpoch
}

/**
 * Whether an attempt that began in the commit which queued its delivery may go on. If not, it is taken back: nothing of
 * it has left. That is when another node accepted something before it, or the bucket went to one meanwhile.
 */
export async function confirmStart(
  store: Store,
  taken: Delivery,
  { manyNodes, epochOf }: StartGround,
): Promise<Delivery | undefined> {
  const isOurs = epochOf(taken.bucket) === taken.leaseEpoch
  if (isOurs && !(manyNodes && !(await store.deliveries.isFirstOfLane(taken)))) return taken
  const queued: Delivery = { ...taken, state: 'queued', attempts: taken.attempts - 1 }
  await store.transaction((store) => store.deliveries.replace(taken, queued))
  return undefined
}

/** It waited for longer than it was worth sending. */
export function expired(): SendError {
  return new SendError(
    'rejected',
    'The message waited for longer than it was valid, and was not sent.',
    { reason: 'MessageExpired' },
  )
}
