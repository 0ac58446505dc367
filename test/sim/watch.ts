import type { Delivery } from '../../src/domain/delivery.ts'
import type { ReceiptStatus } from '../../src/domain/receipt.ts'

/** What must hold in every history, by name. */
export type Invariant =
  | 'acknowledged-is-sent-or-accounted'
  | 'no-double-where-not-allowed'
  | 'lane-order'
  | 'never-back'
  | 'inbound-once'
  | 'receipts-settle'
  | 'feed-gapless'
  | 'lease-exclusive'
  | 'no-surprises'

export interface Violation {
  readonly invariant: Invariant
  readonly what: string
}

/** A delivery as it was committed: between which two moments, counted through the whole history. */
export interface Accepted {
  readonly delivery: Delivery
  readonly requested: number
  readonly committed: number
}

/** A provider took what a delivery carries. */
export interface Take {
  readonly deliveryId: string
  /** What it took, word for word. */
  readonly content: string
  /**
   * The sender was dead or no longer held the bucket: its call was still on the way. Nobody can call it back, so it
   * may come at any time.
   */
  readonly late: boolean
}

/** A send that was answered with yes. */
export interface AcknowledgedSend {
  readonly messageId: string
  readonly text: string
}

/** An answer to a customer's message, by what names the message. */
export interface InboundAnswer {
  readonly key: string
  /** Absent where the answer does not name it. */
  readonly messageId?: string
}

/** A receipt whose callback was answered 2xx. */
export interface AcknowledgedReceipt {
  readonly deliveryId: string
  readonly accountId: string
  /** Absent where the callback bore our own id. */
  readonly providerId?: string
  readonly status: ReceiptStatus
}

/** What an observer outside of the nodes sees and writes down, for the invariants to judge. */
export class Watch {
  readonly violations: Violation[] = []
  readonly accepted = new Map<string, Accepted>()
  readonly takes: Take[] = []
  readonly sends: AcknowledgedSend[] = []
  readonly relayed = new Set<string>()
  readonly inbound: InboundAnswer[] = []
  readonly receipts: AcknowledgedReceipt[] = []
  /** Bucket → who holds its lease, and until when. */
  readonly #holders = new Map<number, { readonly owner: string; readonly expiresMs: number }>()
  #moment = 0

  /** The next moment of the history. */
  moment(): number {
    this.#moment += 1
    return this.#moment
  }

  complain(invariant: Invariant, what: string): void {
    this.violations.push({ invariant, what })
  }

  leased(bucket: number, owner: string, expiresMs: number): void {
    this.#holders.set(bucket, { owner, expiresMs })
  }

  holds(bucket: number, owner: string, nowMs: number): boolean {
    const holder = this.#holders.get(bucket)
    return holder?.owner === owner && holder.expiresMs > nowMs
  }
}
