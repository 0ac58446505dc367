import type { Got, RunKeys } from './buffered-run.ts'
import type { SqlValue } from './sql.ts'
import { type KeyPlace, keyAt } from './statement.ts'

interface Lock {
  readers: number
  written: boolean
  /** Made for the first that comes second. */
  waiting: (() => void)[] | undefined
}

/** How a key is held. */
export type Hold = 'read' | 'written' | 'claimed'

/**
 * Keeps transactions of one node that run at the same time out of each other's way, by the keys of the rows
 * that they read and write. Who comes second does not wait, because it may hold what the first wants: it gives
 * everything up and claims the key before it starts again. Claims wait in line.
 */
export class KeyLocks {
  readonly #locks = new Map<string, Lock>()

  /** Takes a key for reading, beside other readers; false when that cannot be now. */
  read(key: string): boolean {
    const lock = this.#locks.get(key)
    if (lock === undefined) {
      this.#locks.set(key, { readers: 1, written: false, waiting: undefined })
      return true
    }
    if (lock.written || isWaitedFor(lock)) return false
    lock.readers += 1
    return true
  }

  /** Takes a key alone, which the caller may have read; false when that cannot be now. */
  write(key: string, hasRead: boolean): boolean {
    const lock = this.#locks.get(key)
    if (lock === undefined) {
      this.#locks.set(key, { readers: 0, written: true, waiting: undefined })
      return true
    }
    if (lock.written || lock.readers > (hasRead ? 1 : 0)) return false
    lock.readers = 0
    lock.written = true
    return true
  }

  /** Waits until the key is the caller's alone. Several are to be claimed in the order of their texts. */
  claim(key: string): Promise<void> | undefined {
    if (this.write(key, false)) return undefined
    return new Promise((resolve) => {
      const lock = this.#locks.get(key)
      if (lock !== undefined) lock.waiting = [...(lock.waiting ?? []), resolve]
    })
  }

  /** Gives a key back. */
  release(key: string, hold: Hold): void {
    const lock = this.#locks.get(key)
    if (lock === undefined) return
    if (hold === 'read') lock.readers -= 1
    else lock.written = false
    if (lock.readers > 0) return
    const next = lock.waiting?.shift()
    if (next === undefined) this.#locks.delete(key)
    else {
      lock.written = true
      next()
    }
  }
}

/** The keys that one of these transactions holds; locked until `release`. */
export class HeldKeys implements RunKeys {
  readonly #locks: KeyLocks
  readonly #held = new Map<string, Hold>()

  /** `claimed`: keys that are the transaction's already. */
  constructor(locks: KeyLocks, claimed: Iterable<string>) {
    this.#locks = locks
    for (const key of claimed) this.#held.set(key, 'claimed')
  }

  read(place: KeyPlace, params: readonly SqlValue[]): Got {
    const key = keyAt(place, params)
    const hold = this.#held.get(key)
    if (hold !== undefined) return hold === 'written' ? hold : 'free'
    if (!this.#locks.read(key)) return 'met'
    this.#held.set(key, 'read')
    return 'free'
  }

  write(place: KeyPlace, params: readonly SqlValue[]): Got {
    const key = keyAt(place, params)
    const hold = this.#held.get(key)
    if (hold === 'written') return hold
    if (hold !== 'claimed' && !this.#locks.write(key, hold === 'read')) return 'met'
    this.#held.set(key, 'written')
    return 'free'
  }

  release(): void {
    for (const [key, hold] of this.#held) this.#locks.release(key, hold)
    this.#held.clear()
  }
}

function isWaitedFor({ waiting }: Lock): boolean {
  return waiting !== undefined && waiting.length > 0
}
