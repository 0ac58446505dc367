import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const sdkFolder = new URL('../node_modules/purecloud-platform-client-v2/', import.meta.url)
const call = /^\t(\w+)\([^\n]*\{ *\n(?:(?!^\t\w+\()[\s\S])*?callApi\(\s*'([^']+)',\s*'(\w+)'/gm

/** One operation of the official SDK. */
export interface SdkOperation {
  readonly id: string
  readonly method: string
  readonly path: string
}

/** Every operation of the official SDK, read from the calls that its classes make; ordered by path. */
export function sdkOperations(): readonly SdkOperation[] {
  const files = globSync('src/purecloud-platform-client-v2/api/*Api.js', {
    cwd: fileURLToPath(sdkFolder),
  })
  const found = new Map<string, SdkOperation>()
  for (const file of files) {
    for (const match of readFileSync(new URL(file, sdkFolder), 'utf8').matchAll(call)) {
      const [, id = '', path = '', method = ''] = match
      found.set(`${path} ${method}`, { id, path, method })
    }
  }
  return [...found].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, operation]) => operation)
}

/** The version of the SDK that the list is made from. */
export function sdkVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL('package.json', sdkFolder), 'utf8'))
  return String(version)
}

/** The list as text: `METHOD path operationId`, one a line. */
export function platformOperationsText(): string {
  return sdkOperations()
    .map(({ method, path, id }) => `${method} ${path} ${id}\n`)
    .join('')
}
