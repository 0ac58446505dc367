import type { SendFailure } from '../errors.ts'
import type { MessageStatus } from './message.ts'
import type { ReceiptReason, ReceiptStatus } from './receipt.ts'

/**
 * Where a delivery stands. `queued` waits for its turn or its next attempt; `sending` is under way;
 * `uncertain` may have been taken by the provider, and is not repeated by itself; the rest is over
 * as far as sending goes.
 */
export type DeliveryState =
  | 'queued'
  | 'sending'
  | 'sent'
  | 'delivered'
  | 'failed'
  | 'uncertain'
  | 'canceled'

/** The shorter the wait that its reader bears, the smaller the number. */
export const priorityOf = { agent: 0, 'one-time-code': 1, bulk: 2 } as const

/** Buckets that senders hash into; a node owns whole buckets. */
export const bucketCount = 64

/** One thing on its way out of the house. */
export interface Delivery {
  readonly id: string
  readonly accountId: string
  readonly kind: 'sms' | 'open' | 'platform' | 'email' | 'fax' | 'hook'
  /** Deliveries of one lane leave one at a time, in the order accepted. */
  readonly lane: string
  readonly bucket: number
  readonly priority: number
  readonly state: DeliveryState
  /** Attempts started so far. */
  readonly attempts: number
  readonly acceptedMs: number
  /** Not before this. */
  readonly dueMs: number
  /** Not after this. */
  readonly expiresMs: number
  readonly messageId?: string
  readonly conversationId?: string
  /** Reports the fate back to this receipt target: a relayed message of another platform. */
  readonly relayId?: string
  /** Epoch of the lease under which the running attempt was written. */
  readonly leaseEpoch: number
  readonly failure?: DeliveryFailure
}

export interface DeliveryFailure {
  readonly failure: SendFailure
  readonly reason: ReceiptReason
  readonly message: string
  readonly providerCode?: string
}

/** How failed sends are repeated. Times in milliseconds. */
export interface RetryPolicy {
  readonly retriesMax: number
  readonly delayMs: number
  readonly factor: number
  readonly delayMsMax: number
  readonly jitter: number
  readonly horizonMs: number
}

/** What to do after an attempt that failed. */
export type AfterFailure =
  | { readonly next: 'retry'; readonly dueMs: number }
  | { readonly next: 'uncertain' }
  | { readonly next: 'failed' }

export interface FailedAttempt {
  readonly failure: SendFailure
  /** The number of the attempt that failed, from 1. */
  readonly attempt: number
  readonly acceptedMs: number
  readonly expiresMs: number
  readonly nowMs: number
  readonly retryAfterMs?: number | undefined
  /** Whether the other side drops a repeat of the same id. */
  readonly idempotent: boolean
  /** 0 to 1, for the jitter. */
  readonly chance: number
}

/**
 * Decides what a failed attempt means. An uncertain send is repeated only where the other side drops doubles;
 * what was surely not taken is repeated until the policy's end; everything else is final.
 */
export function afterFailure(failed: FailedAttempt, policy: RetryPolicy): AfterFailure {
  const uncertain = failed.failure === 'uncertain'
  if (uncertain && !failed.idempotent) return { next: 'uncertain' }
  if (!uncertain && !isPassing(failed.failure)) return { next: 'failed' }
  const dueMs = failed.nowMs + delayBefore(failed, policy)
  const lastMs = Math.min(failed.acceptedMs + policy.horizonMs, failed.expiresMs)
  const exhausted = failed.attempt > policy.retriesMax || dueMs > lastMs
  return exhausted ? { next: 'failed' } : { next: 'retry', dueMs }
}

/** What users are told when a send failed for good and the provider gave no reason of its own. */
export function reasonOf(failure: SendFailure): ReceiptReason {
  return reasons[failure]
}

const reasons = {
  throttled: 'RateLimited',
  unreachable: 'ServerError',
  unavailable: 'ServerError',
  uncertain: 'ServerError',
  rejected: 'GeneralError',
  opted_out: 'RecipientOptedOut',
  misconfigured: 'GeneralError',
} as const satisfies Record<SendFailure, ReceiptReason>

function isPassing(failure: SendFailure): boolean {
  return failure === 'throttled' || failure === 'unreachable' || failure === 'unavailable'
}

function delayBefore(failed: FailedAttempt, policy: RetryPolicy): number {
  const grown = Math.min(policy.delayMs * policy.factor ** (failed.attempt - 1), policy.delayMsMax)
  const spread = grown * policy.jitter * (2 * failed.chance - 1)
  return Math.max(Math.round(grown + spread), failed.retryAfterMs ?? 0)
}

/**
 * The order in which news about a message may move it: only upwards, whatever the order of arrival.
 * `Delivered` outranks `Failed`, because a provider that reports both has the handset's word for the first.
 */
const rank = {
  queued: 0,
  sent: 1,
  published: 1,
  'delivery-failed': 2,
  failed: 2,
  'delivery-success': 3,
  received: 3,
  read: 4,
  removed: 5,
} as const satisfies Record<MessageStatus, number>

/** The status after hearing `news`: the higher of the two. Ties keep the first that came. */
export function joinStatus(known: MessageStatus, news: MessageStatus): MessageStatus {
  return rank[news] > rank[known] ? news : known
}

/** The message status that a receipt's word stands for. */
export function statusOfReceipt(status: ReceiptStatus): MessageStatus {
  return statusOf[status]
}

const statusOf = {
  Sent: 'sent',
  Published: 'published',
  Delivered: 'delivery-success',
  Failed: 'delivery-failed',
  Read: 'read',
  Removed: 'removed',
} as const satisfies Record<ReceiptStatus, MessageStatus>

/**
 * The status of a message that left in several parts: failed as soon as one part failed, otherwise as far as
 * the part that is furthest behind. Parts not heard of count as `sent`.
 */
export function joinParts(parts: readonly MessageStatus[], partCount: number): MessageStatus {
  if (parts.some((status) => rank[status] === rank.failed)) return 'delivery-failed'
  if (parts.length < partCount) return 'sent'
  return parts.reduce((least, status) => (rank[status] < rank[least] ? status : least))
}

/** The delivery state that goes with a message status once it has left. */
export function deliveryStateOf(status: MessageStatus): DeliveryState {
  if (status === 'queued') return 'queued'
  if (rank[status] === rank.failed) return 'failed'
  return rank[status] >= rank['delivery-success'] ? 'delivered' : 'sent'
}

/** The bucket of a sender: FNV-1a over its key, so that every node and every restart agrees. */
export function bucketOf(senderKey: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < senderKey.length; index += 1) {
    hash = Math.imul(hash ^ senderKey.charCodeAt(index), 0x01000193)
  }
  return (hash >>> 0) % bucketCount
}
