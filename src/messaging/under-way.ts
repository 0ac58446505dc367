/** Work that nobody awaits until somebody stops; it tells of its own failures. */
export class UnderWay {
  readonly #all = new Set<Promise<void>>()

  add(work: Promise<void>): void {
    const done = work.finally(() => this.#all.delete(done))
    this.#all.add(done)
  }

  /** Resolves when all is done, also what was added meanwhile. */
  async done(): Promise<void> {
    while (this.#all.size > 0) await Promise.all(this.#all)
  }
}
