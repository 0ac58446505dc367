import type { Waiting } from './lanes.ts'

/** First attempts begun ahead of their sends: what a server that is killed leaves uncertain beside what is being sent. */
const aheadMax = 1024

/** Keeps account of the deliveries whose first attempt begins in the commit that queues them. */
export class Ahead {
  /** Not known to be on disk yet. */
  readonly #taken = new Set<string>()
  /** On disk, and waiting for their turn to be sent. */
  readonly #begun = new Map<string, Waiting>()
  #onSettled: () => void = () => {}

  /** Whether more may begin. */
  get hasRoom(): boolean {
    return this.#taken.size + this.#begun.size < aheadMax
  }

  /** Those that wait for their turn. */
  get begun(): readonly Waiting[] {
    return [...this.#begun.values()]
  }

  take(deliveryId: string): void {
    this.#taken.add(deliveryId)
  }

  /** It is on disk, or not; false when it was not taken here. */
  settle(deliveryId: string): boolean {
    const isTaken = this.#taken.delete(deliveryId)
    if (this.#taken.size === 0) this.#onSettled()
    return isTaken
  }

  begin(waiting: Waiting): void {
    this.#begun.set(waiting.delivery.id, waiting)
  }

  /** Its turn has come. */
  leave(deliveryId: string): void {
    this.#begun.delete(deliveryId)
  }

  /** Resolves when of all that was taken it is known whether it is on disk. */
  async settled(): Promise<void> {
    while (this.#taken.size > 0) {
      await new Promise<void>((resolve) => {
        this.#onSettled = resolve
      })
    }
  }
}
