// Made by `npm run tck -- --write`: do not edit.

/** How a connector did in one area of the test kit for providers. */
export interface AreaResult {
  readonly area: string
  readonly passed: number
  readonly failed: number
}

/** What the test kit found of a connector. */
export interface KitResult {
  readonly areas: readonly AreaResult[]
  /** Cases that do not apply, by the reason. */
  readonly without: readonly { readonly reason: string; readonly cases: number }[]
}

/** The day of the last run and the version that was tried. */
export const kitRun = { date: '2026-11-21', version: '0.1.0' } as const

/** What the test kit for providers found in its last run, by connector. */
export const kitResults: Readonly<Record<string, KitResult>> = {
  kaleyra: {
    areas: [
      { area: 'sending', passed: 23, failed: 0 },
      { area: 'failures', passed: 31, failed: 0 },
      { area: 'receipts', passed: 24, failed: 0 },
      { area: 'incoming', passed: 25, failed: 0 },
    ],
    without: [{ reason: 'it names a secret and signs nothing', cases: 2 }],
  },
  mgage: {
    areas: [
      { area: 'sending', passed: 22, failed: 0 },
      { area: 'failures', passed: 31, failed: 0 },
      { area: 'receipts', passed: 18, failed: 0 },
      { area: 'incoming', passed: 21, failed: 0 },
    ],
    without: [
      { reason: 'its XML has no such ids', cases: 1 },
      { reason: 'it never reports sent', cases: 5 },
      { reason: 'it names a secret and signs nothing', cases: 2 },
      { reason: 'all but one code are failures', cases: 1 },
      { reason: 'its texts bear no time', cases: 4 },
    ],
  },
  async: {
    areas: [
      { area: 'sending', passed: 22, failed: 0 },
      { area: 'failures', passed: 31, failed: 0 },
      { area: 'receipts', passed: 25, failed: 0 },
      { area: 'incoming', passed: 26, failed: 0 },
    ],
    without: [{ reason: 'it gives one id a text', cases: 1 }],
  },
  portico: {
    areas: [
      { area: 'sending', passed: 17, failed: 0 },
      { area: 'failures', passed: 31, failed: 0 },
      { area: 'receipts', passed: 23, failed: 0 },
      { area: 'incoming', passed: 21, failed: 0 },
    ],
    without: [
      { reason: 'it gives no ids of its own', cases: 6 },
      { reason: 'it gives one id a text', cases: 1 },
      { reason: 'it names a secret and signs nothing', cases: 2 },
      { reason: 'its texts bear no time', cases: 4 },
    ],
  },
  kannel: {
    areas: [
      { area: 'sending', passed: 17, failed: 0 },
      { area: 'failures', passed: 31, failed: 0 },
      { area: 'receipts', passed: 20, failed: 0 },
      { area: 'incoming', passed: 24, failed: 0 },
    ],
    without: [
      { reason: 'it gives no ids of its own', cases: 6 },
      { reason: 'it gives one id a text', cases: 1 },
      { reason: 'it names a secret and signs nothing', cases: 2 },
      { reason: 'its address names the text', cases: 1 },
      { reason: 'its reports have no body', cases: 2 },
      { reason: 'any body is a text', cases: 1 },
    ],
  },
  'twilio-form': {
    areas: [
      { area: 'sending', passed: 22, failed: 0 },
      { area: 'failures', passed: 31, failed: 0 },
      { area: 'receipts', passed: 24, failed: 0 },
      { area: 'incoming', passed: 22, failed: 0 },
    ],
    without: [
      { reason: 'it gives one id a text', cases: 1 },
      { reason: 'its address names the text', cases: 1 },
      { reason: 'its texts bear no time', cases: 4 },
    ],
  },
  loopback: {
    areas: [
      { area: 'sending', passed: 0, failed: 0 },
      { area: 'failures', passed: 0, failed: 0 },
      { area: 'receipts', passed: 0, failed: 0 },
      { area: 'incoming', passed: 25, failed: 0 },
    ],
    without: [
      { reason: 'no request leads to it', cases: 79 },
      { reason: 'it gives one id a text', cases: 1 },
    ],
  },
}
