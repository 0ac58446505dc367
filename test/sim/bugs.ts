/** Bugs that can be planted to see that the simulation finds them, each with the invariant that names it. */
export const plantedBugs = {
  /** A provider that takes doubles is declared to drop them. */
  'wrongly-idempotent': 'no-double-where-not-allowed',
  /** A receipt's word is written down whatever was known before. */
  'receipts-without-order': 'never-back',
  /** A lane lets several deliveries out at once. */
  'open-lanes': 'lane-order',
  /** What a node left behind when it died is not looked for. */
  'no-recovery': 'acknowledged-is-sent-or-accounted',
  /** A lease is believed to be had whoever holds it. */
  'blind-leases': 'lease-exclusive',
  /** Answers that were given are forgotten. */
  'forgotten-answers': 'inbound-once',
  /** Receipts that come early are thrown away. */
  'no-held-receipts': 'receipts-settle',
} as const

export type PlantedBug = keyof typeof plantedBugs

/** Whether a word names a bug that can be planted. */
export function isPlantedBug(word: string): word is PlantedBug {
  return Object.hasOwn(plantedBugs, word)
}
