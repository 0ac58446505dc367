import type { CaseResult } from './kit.ts'

/** What the kit found, by connector. */
export type KitResults = Map<string, readonly CaseResult[]>

/** The page that shows the last run of the kit: counts first, then every case with its outcome by connector. */
export function kitPage(results: KitResults): string {
  const connectors = [...results.keys()]
  const first = results.get(connectors[0] ?? '') ?? []
  const counts = connectors.map((name) => {
    const all = results.get(name) ?? []
    const count = (outcome: CaseResult['outcome']) =>
      all.filter((one) => one.outcome === outcome).length
    return `| ${name} | ${count('pass')} | ${count('fail')} | ${count('n/a')} |`
  })
  const rows = first.map(({ area, title }, at) => {
    const cells = connectors.map((name) => shown(results.get(name)?.[at]))
    return `| ${area} | ${title} | ${cells.join(' | ')} |`
  })
  const notes = connectors.flatMap((name) => notesOf(name, results.get(name) ?? []))
  return `# The test kit for providers

Made by \`npm run tck -- --write\`: do not edit. \`npm run tck -- --connector NAME\` tries one connector and prints what it finds. Every case runs the whole path: the real server, its database, and a provider on a socket of its own.

| Connector | Passed | Failed | Does not apply |
|---|---|---|---|
${counts.join('\n')}

## Cases

| Area | Case | ${connectors.join(' | ')} |
|---|---|${connectors.map(() => '---|').join('')}
${rows.join('\n')}

## What does not apply

${notes.join('\n')}
`
}

function shown(result: CaseResult | undefined): string {
  if (result === undefined) return ''
  return { pass: 'yes', fail: '**no**', 'n/a': '–' }[result.outcome]
}

function notesOf(name: string, all: readonly CaseResult[]): readonly string[] {
  const reasons = new Map<string, number>()
  for (const { outcome, reason = '' } of all) {
    if (outcome === 'n/a') reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
  }
  const words = [...reasons].map(([reason, count]) => `${reason} (${count})`)
  return words.length === 0 ? [] : [`- ${name}: ${words.join('; ')}`]
}
