import { readFileSync } from 'node:fs'

/** The program's version, as the package says it; it stands beside the sources and the compiled files alike. */
export function programVersion(): string {
  const manifest: { version?: unknown } = JSON.parse(
    readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
  )
  return String(manifest.version)
}
