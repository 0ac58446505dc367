/** Everything that CI runs: types, lint and format, then every test; ends with one line of totals. */
import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'

const onlyTests = process.argv.slice(2)

if (onlyTests.length === 0) {
  for (const [title, command, args] of [
    ['types', 'tsc', ['--noEmit']],
    ['types of the console', 'tsc', ['--noEmit', '-p', 'console']],
    ['lint and format', 'biome', ['check', '--error-on-warnings', '.']],
  ] as const) {
    process.stdout.write(`${title}: ${command} ${args.join(' ')}\n`)
    const { status } = spawnSync(command, args, {
      stdio: 'inherit',
      shell: process.platform === 'win32',
    })
    if (status !== 0) {
      process.stdout.write(`${title} failed\n`)
      process.exit(1)
    }
  }
}

const files =
  onlyTests.length > 0 ? onlyTests : globSync(['src/**/*.test.ts', 'test/**/*.test.ts']).sort()
const totals = { passed: 0, failed: 0 }
const stream = run({ files, concurrency: 2, timeout: 15 * 60_000 })
stream.on('test:summary', ({ file, counts }) => {
  if (file !== undefined) return // the last summary, without a file, counts them all
  totals.passed = counts.passed
  totals.failed = counts.tests - counts.passed
})
stream.compose(spec).pipe(process.stdout)
stream.on('end', () => {
  const failed = totals.failed > 0 || totals.passed === 0
  process.exitCode = failed ? 1 : 0
  setImmediate(() => process.stdout.write(`\n${totals.passed} passed, ${totals.failed} failed\n`))
})
