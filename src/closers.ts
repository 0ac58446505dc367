import type { Log } from './log.ts'

/** The parts of a server that have something to end, in the order in which they were opened. */
export class Closers {
  readonly #log: Pick<Log, 'error'>
  readonly #parts: { readonly name: string; readonly close: () => Promise<void> | void }[] = []
  #closing: string | undefined
  #closed: Promise<void> | undefined

  constructor(log: Pick<Log, 'error'>) {
    this.#log = log
  }

  /** The part that is being closed now, for who waits too long. */
  get closing(): string | undefined {
    return this.#closing
  }

  add(name: string, close: () => Promise<void> | void): void {
    this.#parts.push({ name, close })
  }

  /** Closes each once, the last first; one that fails is told of and does not keep the others open. */
  close(): Promise<void> {
    this.#closed ??= this.#closeAll()
    return this.#closed
  }

  async #closeAll(): Promise<void> {
    for (const { name, close } of this.#parts.toReversed()) {
      this.#closing = name
      try {
        await close()
      } catch (error) {
        this.#log.error('A part of the server could not be closed in order.', { part: name, error })
      }
    }
    this.#closing = undefined
  }
}
