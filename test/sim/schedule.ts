import type { Chance } from './chance.ts'

interface Planned {
  readonly dueMs: number
  /** Decides among those that are due at the same time. */
  readonly tie: number
  readonly work: () => void
}

/** Owns virtual time and everything that is to happen in it; what is due at the same time goes in an order by chance. */
export class Schedule {
  readonly #chance: Chance
  /** The last one is next. */
  readonly #planned: Planned[] = []
  #nowMs: number
  #errands = 0

  constructor(chance: Chance, startMs: number) {
    this.#chance = chance
    this.#nowMs = startMs
  }

  /** Virtual epoch milliseconds. */
  get nowMs(): number {
    return this.#nowMs
  }

  /** Plans work; the returned function takes it back. */
  after(delayMs: number, work: () => void): () => void {
    const dueMs = this.#nowMs + Math.max(0, delayMs)
    const planned = { dueMs, tie: this.#chance.next(), work }
    let low = 0
    let high = this.#planned.length
    while (low < high) {
      const middle = (low + high) >> 1
      const other = this.#planned[middle]
      if (other !== undefined && isLater(other, planned)) low = middle + 1
      else high = middle
    }
    this.#planned.splice(low, 0, planned)
    return () => {
      const at = this.#planned.indexOf(planned)
      if (at >= 0) this.#planned.splice(at, 1)
    }
  }

  /** Plans work that the history is not over without. */
  errand(delayMs: number, work: () => void): void {
    this.#errands += 1
    this.after(delayMs, () => {
      this.#errands -= 1
      work()
    })
  }

  /** How many errands are still to be run. */
  get errands(): number {
    return this.#errands
  }

  /** Moves time to what comes next and does it; false when nothing is planned. */
  step(): boolean {
    const next = this.#planned.pop()
    if (next === undefined) return false
    this.#nowMs = next.dueMs
    next.work()
    return true
  }
}

function isLater(one: Planned, other: Planned): boolean {
  return one.dueMs === other.dueMs ? one.tie > other.tie : one.dueMs > other.dueMs
}
