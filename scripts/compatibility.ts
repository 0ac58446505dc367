import { readFileSync } from 'node:fs'
import { operations } from '../src/api/index.ts'
import { compatibilityNotes } from './compatibility-notes.ts'
import { type SdkOperation, sdkOperations, sdkVersion } from './platform-operations.ts'

const catalogue = new URL('../test/conformance/seed-operations.txt', import.meta.url)
const servedIds = new Set(operations.map(({ id }) => id))

/** The page that says of each operation what is served, what differs and what is a guess. */
export function compatibilityPage(): string {
  const all = new Map(sdkOperations().map((operation) => [operation.id, operation]))
  const seedIds = readFileSync(catalogue, 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split(' ')[0] ?? '')
  const seed = seedIds.flatMap((id) => all.get(id) ?? [])
  const others = [...all.values()].filter(({ id }) => !seedIds.includes(id))
  const served = others.filter(({ id }) => servedIds.has(id))
  const areas = new Set(served.map(({ path }) => areaOf(path)))
  const missing = others.filter(({ id, path }) => !servedIds.has(id) && areas.has(areaOf(path)))
  const elsewhere = others.length - served.length - missing.length
  return [
    '# Compatibility',
    '',
    `Which operations of the Genesys Cloud Platform API are served here, by the official SDK \`purecloud-platform-client-v2\` ${sdkVersion()}. This page is generated (\`npm run docs\`) from the declared operations and a table of notes. signalbox is not affiliated with Genesys.`,
    '',
    'Every reply of the first table is checked against the SDK by `npm run conformance`. What is not built answers 501 in the vendor’s error body and names its operation. An empty cell in the last two columns says that nothing is known to differ, or to be a guess.',
    '',
    `## The ${seed.length} operations of the conversation tools`,
    '',
    ...table(seed),
    '',
    `## Around them: ${served.length} operations`,
    '',
    ...table(served),
    '',
    `## Not built, in the same areas: ${missing.length} operations`,
    '',
    `Another ${elsewhere} operations of other areas answer 501 as well.`,
    '',
    '| Operation | Method and path | Status |',
    '|---|---|---|',
    ...missing.map(({ id, method, path }) => `| \`${id}\` | \`${method} ${path}\` | 501 |`),
    '',
  ].join('\n')
}

function table(rows: readonly SdkOperation[]): readonly string[] {
  return [
    '| Operation | Method and path | Status | What differs, and why | What rests on a guess |',
    '|---|---|---|---|---|',
    ...rows.map(({ id, method, path }) => {
      const { differs = '', guess = '' } = compatibilityNotes[id] ?? {}
      const status = servedIds.has(id) ? 'served' : '501'
      return `| \`${id}\` | \`${method} ${path}\` | ${status} | ${differs} | ${guess} |`
    }),
  ]
}

/** `/api/v2/routing/queues/…` is of the area `routing/queues`. */
function areaOf(path: string): string {
  return path.split('/').slice(3, 5).join('/')
}
