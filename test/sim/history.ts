import { createHash } from 'node:crypto'

/** What happened in one simulated history, line by line in virtual time. */
export class History {
  readonly #lines: string[] = []
  readonly #now: () => number
  readonly #startMs: number

  constructor(now: () => number) {
    this.#now = now
    this.#startMs = now()
  }

  /** Writes a line down; `who` is a node, a provider or a client. */
  add(who: string, what: string): void {
    const seconds = ((this.#now() - this.#startMs) / 1000).toFixed(3)
    this.#lines.push(`${seconds.padStart(9)}  ${who.padEnd(8)} ${what}`)
  }

  get lines(): readonly string[] {
    return this.#lines
  }

  /** The same for the same history, and for no other. */
  hash(): string {
    return createHash('sha256').update(this.#lines.join('\n')).digest('hex')
  }
}
