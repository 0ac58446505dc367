import type { Clock } from '../clock.ts'
import { AppError } from '../errors.ts'
import { ConflictError } from '../store/store.ts'

/** A store that is away is asked again after this long. */
const storeRestMs = 1000

interface Insistence {
  readonly clock: Pick<Clock, 'after'>
  /** Whether anybody still waits for it. */
  isWanted(): boolean
  /** Told why it waits, each time. */
  onWait(cause: unknown): void
}

/** Does work on the store until the store takes it, and gives up only on what would fail for ever. */
export async function insist<T>(
  work: () => Promise<T>,
  { clock, isWanted, onWait }: Insistence,
): Promise<T> {
  for (;;) {
    try {
      return await work()
    } catch (cause) {
      if (!isWanted() || !passes(cause)) throw cause
      onWait(cause)
    }
    await new Promise<void>((resolve) => {
      clock.after(storeRestMs, resolve)
    })
  }
}

/** Whether the store's failure may be over when it is asked again. */
export function passes(cause: unknown): boolean {
  if (cause instanceof ConflictError) return true
  return cause instanceof AppError && cause.code === 'service.unavailable'
}
