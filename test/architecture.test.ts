import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { test } from 'node:test'

/**
 * Who may import whom: the documentation of the layers. A file belongs to the first place whose path it starts with.
 * `*` stands for everything; tests and the helpers that only tests use may import anything.
 */
const places: readonly { readonly path: string; readonly may: readonly string[] }[] = [
  { path: 'src/server.ts', may: ['*'] },
  { path: 'src/domain/', may: ['ground', 'src/domain/'] },
  {
    path: 'src/store/',
    may: ['ground', 'src/domain/', 'src/store/', 'src/vault.ts', 'src/exchange.ts'],
  },
  {
    path: 'src/connectors/',
    may: [
      'ground',
      'src/domain/',
      'src/connectors/',
      'src/redact.ts',
      'src/network.ts',
      'src/exchange.ts',
    ],
  },
  {
    path: 'src/actions/',
    may: [
      'ground',
      'src/domain/',
      'port',
      'src/actions/',
      'src/connectors/',
      'src/redact.ts',
      'src/exchange.ts',
    ],
  },
  {
    path: 'src/messaging/',
    may: [
      'ground',
      'src/domain/',
      'port',
      'src/messaging/',
      'src/connectors/connector.ts',
      'src/exchange.ts',
      'src/context.ts',
    ],
  },
  {
    path: 'src/simulator/',
    may: [
      'ground',
      'src/simulator/',
      'src/domain/',
      'port',
      'src/messaging/',
      'src/connectors/',
      'src/context.ts',
      'src/exchange.ts',
    ],
  },
  {
    path: 'src/api/',
    may: [
      'ground',
      'src/domain/',
      'port',
      'src/messaging/',
      'src/actions/',
      'src/connectors/',
      'src/simulator/',
      // Data: the tools as agents see them, which imports nothing of the ways in.
      'src/mcp/catalog/',
      'src/api/',
      'src/context.ts',
      'src/principal.ts',
      'src/request-log.ts',
      'src/roles.ts',
      'src/rate-limits.ts',
      'src/tokens.ts',
      'src/passwords.ts',
      'src/version.ts',
      'src/exchange.ts',
    ],
  },
  {
    path: 'src/rest/',
    may: ['*', '!src/store/queries/', '!src/store/sqlite.ts', '!src/store/postgres.ts'],
  },
  {
    path: 'src/mcp/',
    may: ['*', '!src/store/queries/', '!src/store/sqlite.ts', '!src/store/postgres.ts'],
  },
  {
    path: 'src/smtp/',
    may: ['*', '!src/store/queries/', '!src/store/sqlite.ts', '!src/store/postgres.ts'],
  },
  {
    path: 'src/cli/',
    may: ['*', '!src/store/queries/', '!src/store/sqlite.ts', '!src/store/postgres.ts'],
  },
]

/** Short names used above. */
const groups: Readonly<Record<string, readonly string[]>> = {
  ground: ['src/errors.ts', 'src/ids.ts', 'src/clock.ts', 'src/log.ts', 'src/thread.ts'],
  port: [
    'src/store/store.ts',
    'src/store/email-store.ts',
    'src/store/handset-store.ts',
    'src/store/tool-call-store.ts',
    'src/store/tool-policy.ts',
    'src/store/record-base.ts',
    'src/store/feed-event.ts',
    'src/store/campaign-store.ts',
    'src/store/consent-store.ts',
    'src/store/flow-store.ts',
    'src/store/media-store.ts',
    'src/store/records.ts',
    'src/store/record-base.ts',
    'src/store/outreach-records.ts',
    'src/store/channel-records.ts',
    'src/store/response-records.ts',
    'src/store/stored-function.ts',
    'src/store/json.ts',
  ],
}

/** Files that only tests import: shared suites, stand-ins, samples. */
const testOnly = /\.test\.ts$|\/contract(\.ts|\/)|\/(test-[\w-]+|stand-in)\.ts$/

const sources = globSync('src/**/*.ts').map((file) => file.replaceAll('\\', '/'))
const code = sources.filter((file) => !testOnly.test(file))

function importsOf(file: string): readonly string[] {
  const text = readFileSync(file, 'utf8')
  return [...text.matchAll(/(?:from|import\()\s*'(\.[^']+)'/g)].map(([, path]) =>
    normalize(join(dirname(file), path ?? '')).replaceAll('\\', '/'),
  )
}

function allows(may: readonly string[], target: string): boolean {
  const expanded = may.flatMap((one) => groups[one] ?? [one])
  if (expanded.some((one) => one.startsWith('!') && target.startsWith(one.slice(1)))) return false
  return expanded.some(
    (one) => one === '*' || target === one || (one.endsWith('/') && target.startsWith(one)),
  )
}

test('every place of the table has files', () => {
  for (const { path } of places) {
    assert.ok(
      code.some((file) => file.startsWith(path)),
      `${path} is empty: the table is out of date`,
    )
  }
})

test('modules import only what their place allows', () => {
  const wrong = code.flatMap((file) => {
    const place = places.find(({ path }) => file.startsWith(path))
    if (place === undefined) return []
    return importsOf(file)
      .filter((target) => !allows(place.may, target))
      .map((target) => `${file} imports ${target}`)
  })
  assert.deepEqual(wrong, [])
})

test('a connector imports neither another connector nor the store', () => {
  const wrong = code.flatMap((file) => {
    const own = /^src\/connectors\/[\w-]+\//.exec(file)?.[0]
    if (own === undefined) return []
    return importsOf(file)
      .filter((target) => /^src\/connectors\/[\w-]+\//.test(target) && !target.startsWith(own))
      .map((target) => `${file} imports ${target}`)
  })
  assert.deepEqual(wrong, [])
})

test('the domain does no input or output', () => {
  const allowed = new Set(['node:module'])
  const wrong = code
    .filter((file) => file.startsWith('src/domain/'))
    .flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/from '(node:[^']+)'/g)]
        .filter(([, name]) => !allowed.has(name ?? ''))
        .map(([, name]) => `${file} imports ${name}`),
    )
  assert.deepEqual(wrong, [])
})

test('only the settings read the environment', () => {
  // The worker is a process of its own, whose environment it empties before user code runs.
  const worker = 'src/actions/functions/package/package-worker.ts'
  const readers = code.filter((file) => readFileSync(file, 'utf8').includes('process.env'))
  assert.deepEqual(readers.toSorted(), [worker, 'src/config.ts'])
})

test('time and chance come from outside', () => {
  const outside = new Set(['src/clock.ts', 'src/server.ts', 'src/ids.ts'])
  const wrong = code
    .filter((file) => /^src\/(domain|messaging|api|simulator)\//.test(file) && !outside.has(file))
    .filter((file) =>
      /\b(Date\.now|Math\.random|setTimeout|setInterval)\(/.test(readFileSync(file, 'utf8')),
    )
  assert.deepEqual(wrong, [])
})

test('files stay short enough to hold in the head', () => {
  const long = sources.flatMap((file) => {
    const lines = readFileSync(file, 'utf8').split('\n').length - 1
    const max = file.endsWith('.test.ts') ? 600 : 400
    return lines > max ? [`${file} has ${lines} lines`] : []
  })
  assert.deepEqual(long, [])
})

test('file names say what is in them', () => {
  const banned =
    /(^|\/)(utils?|helpers?|common|shared|types)(\.ts|\/)|(Manager|Service|Repository|Impl)\.ts$/i
  assert.deepEqual(
    sources.filter((file) => banned.test(file) || /[A-Z]/.test(file)),
    [],
  )
})
