import type { Chance } from './chance.ts'

/**
 * How much goes wrong in one history. Every kind is left out of some histories altogether: a fault that is always
 * there hides what only happens without it.
 */
export interface Faults {
  /** Share of crash points (before and after each commit, before and after each provider's answer) at which the node dies. */
  readonly crash: number
  readonly crashesMax: number
  /** Share of commits after which the node stands still for up to 15 s, as a virtual machine may. */
  readonly pause: number
  /** Share of commits that the database refuses. */
  readonly storeRefusal: number
  /** Share of commits whose answer is lost between the database and the node; only where that is a network. */
  readonly storeSilence: number
  readonly slowCommit: number
  /** Share of hints of other nodes' commits that get lost. */
  readonly hintLoss: number
  /** Share of provider calls that go wrong in some way. */
  readonly call: number
  /** Share of callbacks and client calls whose request or answer gets lost. */
  readonly webhook: number
  /** Share of receipts that come twice. */
  readonly receiptTwice: number
  /** Share of texts about which the provider contradicts itself. */
  readonly contradiction: number
  /** Share of receipts that come before the answer to the send. */
  readonly earlyReceipt: number
}

/** Draws what goes wrong in a history. */
export function drawFaults(chance: Chance): Faults {
  const sometimes = (often: number, max: number) =>
    chance.happens(often) ? chance.next() * max : 0
  return {
    crash: sometimes(0.7, 0.06),
    crashesMax: chance.between(1, 4),
    pause: sometimes(0.3, 0.02),
    storeRefusal: sometimes(0.3, 0.04),
    storeSilence: sometimes(0.3, 0.03),
    slowCommit: sometimes(0.4, 0.1),
    hintLoss: sometimes(0.7, 1),
    call: sometimes(0.85, 0.7),
    webhook: sometimes(0.6, 0.3),
    receiptTwice: sometimes(0.6, 0.5),
    contradiction: sometimes(0.5, 0.5),
    earlyReceipt: sometimes(0.7, 0.8),
  }
}

/** A history in which nothing goes wrong: what a faulty one turns into when its steps are over. */
export const noFaults: Faults = {
  crash: 0,
  crashesMax: 0,
  pause: 0,
  storeRefusal: 0,
  storeSilence: 0,
  slowCommit: 0,
  hintLoss: 0,
  call: 0,
  webhook: 0,
  receiptTwice: 0,
  contradiction: 0,
  earlyReceipt: 0,
}
