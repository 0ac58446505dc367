/** The one source of chance of a simulated history: the same seed gives the same numbers. */
export class Chance {
  #state: number

  constructor(seed: number) {
    this.#state = Math.imul(seed, 0x9e3779b1) ^ 0x5bf03635
    for (let warming = 0; warming < 4; warming += 1) this.next()
  }

  /** 0 (included) to 1 (excluded). The counter goes up by an odd step, and its bits are then mixed. */
  next(): number {
    this.#state = (this.#state + 0x9e3779b9) | 0
    let mixed = this.#state ^ (this.#state >>> 16)
    mixed = Math.imul(mixed, 0x21f0aaad)
    mixed ^= mixed >>> 15
    mixed = Math.imul(mixed, 0x735a2d97)
    mixed ^= mixed >>> 15
    return (mixed >>> 0) / 2 ** 32
  }

  /** True this often, from 0 to 1. */
  happens(share: number): boolean {
    return this.next() < share
  }

  /** A whole number from `min` to `max`, both included. */
  between(min: number, max: number): number {
    return min + Math.floor(this.next() * (max - min + 1))
  }

  /** One of the list, which is not empty. */
  pick<T>(list: readonly T[]): T {
    const [first] = list
    if (first === undefined) throw new Error('There is nothing to pick from.')
    return list[this.between(0, list.length - 1)] ?? first
  }

  /** The list in another order. */
  shuffle<T>(list: readonly T[]): T[] {
    return list
      .map((one) => ({ one, place: this.next() }))
      .sort((a, b) => a.place - b.place)
      .map(({ one }) => one)
  }

  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.between(0, 255))
  }
}
