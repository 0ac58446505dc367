import type { RetryPolicy } from '../domain/delivery.ts'

/**
 * How sends to SMS providers are repeated: soon at first, then every five minutes, for four hours, which is how long
 * providers themselves keep a text that they cannot pass on (Kaleyra, Telnyx).
 */
export const smsRetry: RetryPolicy = {
  retriesMax: 12,
  delayMs: 2_000,
  factor: 2,
  delayMsMax: 300_000,
  jitter: 0.2,
  horizonMs: 14_400_000,
}
