import type { CaseResult } from './kit.ts'
import type { KitResults } from './page.ts'

/** The module with the last run of the kit, as the API gives it: counts by connector and area, and what does not apply. */
export function resultsModule(
  results: KitResults,
  run: { readonly date: string; readonly version: string },
): string {
  const entries = [...results].map(([name, all]) => `  '${name}': ${written(all)},`)
  return `// Made by \`npm run tck -- --write\`: do not edit.

/** How a connector did in one area of the test kit for providers. */
interface AreaResult {
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
export const kitRun = { date: '${run.date}', version: '${run.version}' } as const

/** What the test kit for providers found in its last run, by connector. */
export const kitResults: Readonly<Record<string, KitResult>> = {
${entries.join('\n')}
}
`
}

function written(all: readonly CaseResult[]): string {
  const areas = [...new Set(all.map(({ area }) => area))].map((area) => ({
    area,
    passed: all.filter((one) => one.area === area && one.outcome === 'pass').length,
    failed: all.filter((one) => one.area === area && one.outcome === 'fail').length,
  }))
  const reasons = new Map<string, number>()
  for (const { outcome, reason = '' } of all) {
    if (outcome === 'n/a') reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
  }
  const without = [...reasons].map(([reason, cases]) => ({ reason, cases }))
  return JSON.stringify({ areas, without })
}
