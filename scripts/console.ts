/**
 * `npm run console`: builds the console into `console/dist`. With `--if-stale` only when a source is newer than what was
 * built, which takes milliseconds to find out; with `--to <folder>` also copies what was built there.
 */
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

const root = fileURLToPath(new URL('../', import.meta.url))
const dist = join(root, 'console/dist')

/** Whether the built console is missing or older than what it is made from. */
export function isStale(): boolean {
  const page = join(dist, 'index.html')
  if (!existsSync(page)) return true
  const builtMs = statSync(page).mtimeMs
  const sources = [
    ...globSync('console/{src,public}/**/*', { cwd: root }),
    'console/index.html',
    'scripts/console.ts',
    'src/domain/sms.ts',
    'src/domain/template.ts',
    'src/domain/template-form.ts',
    'src/principal.ts',
  ]
  return sources.some((file) => statSync(join(root, file)).mtimeMs > builtMs)
}

/** A build takes seconds; who finds the lock this old finds one that was left behind. */
const lockMs = 120_000
const lock = join(root, 'console/.building')

/** Builds the console when it is stale. Of several processes that find it so, one builds and the others wait. */
export async function haveConsole(): Promise<void> {
  while (isStale()) {
    try {
      mkdirSync(lock)
    } catch {
      const since = existsSync(lock) ? statSync(lock).mtimeMs : 0
      if (since !== 0 && Date.now() - since > lockMs) rmSync(lock, { recursive: true, force: true })
      await wait(100)
      continue
    }
    try {
      if (isStale()) await buildConsole()
    } finally {
      rmSync(lock, { recursive: true, force: true })
    }
  }
}

/** Builds the console, compresses each of its files for the server to send as it is, and then puts it in its place. */
export async function buildConsole(): Promise<void> {
  const made = `${dist}.${process.pid}`
  const [{ build }, { default: react }] = await Promise.all([
    import('vite'),
    import('@vitejs/plugin-react'),
  ])
  await build({
    root: join(root, 'console'),
    configFile: false,
    logLevel: 'warn',
    plugins: [react()],
    resolve: { dedupe: ['react', 'react-dom'] },
    build: {
      outDir: made,
      emptyOutDir: true,
      target: 'es2023',
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      chunkSizeWarningLimit: 1500,
    },
  })
  compress(made)
  rmSync(dist, { recursive: true, force: true })
  renameSync(made, dist)
}

function compress(folder: string): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/\.(js|css|html|svg|json)$/.test(entry.name)) continue
    const file = join(entry.parentPath, entry.name)
    const bytes = readFileSync(file)
    const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }
    writeFileSync(`${file}.br`, brotliCompressSync(bytes, quality))
    writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }))
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (!process.argv.includes('--if-stale')) await buildConsole()
  else {
    if (isStale()) process.stdout.write('Building the console…\n')
    await haveConsole()
  }
  const to = process.argv[process.argv.indexOf('--to') + 1]
  if (process.argv.includes('--to') && to !== undefined) cpSync(dist, to, { recursive: true })
}
