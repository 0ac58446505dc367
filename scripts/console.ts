/**
 * `npm run console`: builds the console into `console/dist`. With `--if-stale` only when a source is newer than what was
 * built, which takes milliseconds to find out; with `--to <folder>` also copies what was built there.
 */
import {
  cpSync,
  existsSync,
  globSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
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
    'src/principal.ts',
  ]
  return sources.some((file) => statSync(join(root, file)).mtimeMs > builtMs)
}

/** Builds the console, and compresses each of its files for the server to send as it is. */
export async function buildConsole(): Promise<void> {
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
      outDir: dist,
      emptyOutDir: true,
      target: 'es2023',
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      chunkSizeWarningLimit: 1500,
    },
  })
  compress()
}

function compress(): void {
  for (const entry of readdirSync(dist, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/\.(js|css|html|svg|json)$/.test(entry.name)) continue
    const file = join(entry.parentPath, entry.name)
    const bytes = readFileSync(file)
    const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }
    writeFileSync(`${file}.br`, brotliCompressSync(bytes, quality))
    writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }))
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (!process.argv.includes('--if-stale') || isStale()) {
    process.stdout.write('Building the console…\n')
    await buildConsole()
  }
  const to = process.argv[process.argv.indexOf('--to') + 1]
  if (process.argv.includes('--to') && to !== undefined) cpSync(dist, to, { recursive: true })
}
