import type { SendFailure } from '../errors.ts'
import type { Delivery } from './delivery.ts'

/** An attempt, as far as handing a text to another account is concerned. */
export interface Tried {
  readonly accountId?: string
  readonly outcome: 'sent' | 'retry' | 'failed' | 'uncertain'
  readonly failure?: string
}

/** Where a text goes next: to another account at once, or back to its own after a wait. */
export type Detour =
  | { readonly to: string; readonly waitsFor?: undefined }
  /** Every account was asked: the failure that may pass decides how long to wait. */
  | { readonly to: string; readonly waitsFor: SendFailure }

/** The account that a text was queued for: its lane is named for it, whichever account carries it now. */
export function homeAccountOf({ lane }: Pick<Delivery, 'lane'>): string {
  return lane.slice(0, Math.max(0, lane.indexOf('|')))
}

const passing: readonly SendFailure[] = ['throttled', 'unreachable', 'unavailable']
const untaken: readonly SendFailure[] = [...passing, 'misconfigured', 'rejected', 'opted_out']

/**
 * Whether it is on record that nobody took the text: each attempt that was begun has ended, and none of them in doubt.
 * One whose end is not known, such as by a crash, counts as taken.
 */
export function isSurelyNotTaken(tried: readonly Tried[], attempts: number): boolean {
  return (
    tried.length === attempts &&
    tried.every(
      ({ outcome, failure }) =>
        (outcome === 'retry' || outcome === 'failed') && untaken.some((one) => one === failure),
    )
  )
}

/**
 * Which account a text goes to after an attempt that failed, the last of `tried`; undefined where the decision about
 * that attempt alone stands. Only what surely was not taken, and failed by no fault of its own, goes to the fallback:
 * an account that cannot be reached, takes nothing, is set up wrongly or without credit, or asks to slow down for
 * longer than is worth waiting. When all have been asked, the round begins again where one of them may recover.
 */
export function detourOf(failed: {
  readonly tried: readonly Tried[]
  /** Attempts that were begun. */
  readonly attempts: number
  readonly home: string
  /** Of the account of the last attempt. */
  readonly fallback: string | undefined
  /** Whether that account alone would give up now. */
  readonly isExhausted: boolean
}): Detour | undefined {
  const { tried, attempts, home, fallback, isExhausted } = failed
  const last = tried.at(-1)
  if (last === undefined || !isSurelyNotTaken(tried, attempts)) return undefined
  if (!isAccountsFault(last, isExhausted)) return undefined
  const round = tried.slice(tried.findLastIndex(({ accountId }) => accountId === home))
  const isAsked = round.some(({ accountId }) => accountId === fallback)
  if (fallback !== undefined && !isAsked && fallback !== home) return { to: fallback }
  const waitsFor = passing.find((one) => round.some(({ failure }) => failure === one))
  return waitsFor === undefined || last.accountId === home ? undefined : { to: home, waitsFor }
}

function isAccountsFault({ failure }: Tried, isExhausted: boolean): boolean {
  if (failure === 'throttled') return isExhausted
  return failure === 'unreachable' || failure === 'unavailable' || failure === 'misconfigured'
}
