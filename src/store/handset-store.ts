/** A text on the loopback carrier's handset. */
export interface HandsetText {
  readonly id: string
  readonly direction: 'to-handset' | 'from-handset'
  readonly accountId: string
  /** The customer's number. */
  readonly handset: string
  /** Our number. */
  readonly sender: string
  readonly text: string
  readonly segments: number
  readonly timeMs: number
  readonly deliveryId?: string
  readonly status: string
}

/** The handsets of the loopback carrier. */
export interface Handsets {
  /** False when a text of this delivery is there already: the carrier drops doubles. */
  add(text: HandsetText): Promise<boolean>
  get(id: string): Promise<HandsetText | undefined>
  list(handset: string | undefined, afterId: string, limit: number): Promise<readonly HandsetText[]>
  setStatus(id: string, status: string): Promise<void>
}
