import type { RetryPolicy } from '../domain/delivery.ts'
import type { Io } from './connector.ts'

/** How sends to what is in the box (handset, mailbox, fax line) are repeated: soon, for an hour. */
export const boxRetry: RetryPolicy = {
  retriesMax: 8,
  delayMs: 1_000,
  factor: 2,
  delayMsMax: 60_000,
  jitter: 0.2,
  horizonMs: 3_600_000,
}

/** `<organization>/<account>`: the end of the address on which the account takes callbacks. */
export function accountKeyOf({ callbackUrl }: Pick<Io, 'callbackUrl'>): string {
  return new URL(callbackUrl).pathname.split('/').slice(-2).join('/')
}
