/** `npm run tck -- --connector NAME`: tries a connector, or all of them, with everything that providers do. */
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { programVersion } from '../src/version.ts'
import { type CaseResult, providers, runKit } from '../test/tck/kit.ts'
import { type KitResults, kitPage } from '../test/tck/page.ts'
import { resultsModule } from '../test/tck/results.ts'

const { values } = parseArgs({
  options: { connector: { type: 'string' }, write: { type: 'boolean', default: false } },
})
const chosen = providers.filter(
  ({ connector }) => values.connector === undefined || connector === values.connector,
)
if (chosen.length === 0) {
  const names = providers.map(({ connector }) => connector).join(', ')
  process.stdout.write(`There is no such connector to try. There are: ${names}.\n`)
  process.exit(2)
}

const results: KitResults = new Map()
for (const adapter of chosen) {
  const startMs = performance.now()
  const ended = await runKit(adapter)
  results.set(adapter.connector, ended)
  print(adapter.connector, ended, performance.now() - startMs)
}
if (values.write && values.connector === undefined) {
  writeFileSync(new URL('../docs/providers/tck.md', import.meta.url), kitPage(results))
  const module = fileURLToPath(new URL('../src/connectors/kit-results.ts', import.meta.url))
  const date = new Date().toISOString().slice(0, 10)
  writeFileSync(module, resultsModule(results, { date, version: programVersion() }))
  execFileSync('npx', ['biome', 'format', '--write', module], { stdio: 'inherit' })
}
const failed = [...results.values()].flat().filter(({ outcome }) => outcome === 'fail')
process.exit(failed.length > 0 ? 1 : 0)

function print(connector: string, ended: readonly CaseResult[], tookMs: number): void {
  const lines = ended.map(
    ({ area, title, outcome, reason, tookMs }) =>
      `${outcome.padEnd(4)}  ${area.padEnd(8)}  ${`${tookMs} ms`.padStart(8)}  ${title}${reason === undefined ? '' : ` — ${reason.trim()}`}`,
  )
  const count = (outcome: CaseResult['outcome']) =>
    ended.filter((one) => one.outcome === outcome).length
  const sum = `${count('pass')} passed, ${count('fail')} failed, ${count('n/a')} do not apply, in ${(tookMs / 1000).toFixed(1)} s`
  process.stdout.write(`\n${connector}\n${lines.join('\n')}\n${connector}: ${sum}\n`)
}
