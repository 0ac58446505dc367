import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CliError } from './command.ts'

/** The server that a command talks to, and as whom. */
export interface Connection {
  /** Without a trailing slash. */
  readonly url: string
  readonly token: string
}

/** Options that every command which talks to a server takes. */
export const clientOptions = {
  url: { type: 'string' },
  token: { type: 'string' },
  'data-dir': { type: 'string' },
  json: { type: 'boolean' },
} as const

/** The lines about those options in a usage text. */
export const clientUsage = `
  --url <address>      Server to talk to (default: the one that runs in the data folder)
  --token <token>      Access token (default: the administrator's, from the data folder)
  --data-dir <folder>  Data folder of the server (default: ./data)
  --json               Prints the reply as JSON
`

/**
 * Finds the server: `--url` and `--token`, or what the server wrote to `admin.json` in its data folder at its last
 * start. The token in that file is only ever sent to the address beside it.
 */
export function connectionOf(
  given: { readonly url?: string; readonly token?: string; readonly 'data-dir'?: string },
  readFile: (path: string) => string = readText,
): Connection {
  const { url, token } = given
  if (url !== undefined && token !== undefined) return { url: tidy(url), token }
  const file = join(given['data-dir'] ?? './data', 'admin.json')
  const admin = readAdmin(file, readFile)
  if (url !== undefined && tidy(url) !== admin.url) {
    throw new CliError(
      `${file} belongs to the server at ${admin.url}. Give --token for ${tidy(url)} too.`,
      2,
    )
  }
  return { url: admin.url, token: token ?? admin.token }
}

function readAdmin(file: string, readFile: (path: string) => string): Connection {
  let content: unknown
  try {
    content = JSON.parse(readFile(file))
  } catch (cause) {
    const missing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT'
    throw new CliError(
      missing
        ? `There is no ${file}. Start the server there with "signalbox serve", name its folder with --data-dir, or give --url and --token.`
        : `${file} cannot be read. It must be readable for you and is written when the server starts.`,
      1,
      cause,
    )
  }
  const { url, token }: Record<string, unknown> = Object(content)
  if (typeof url === 'string' && typeof token === 'string') return { url: tidy(url), token }
  throw new CliError(`${file} lacks url or token. Start the server again to have it written.`)
}

function tidy(url: string): string {
  if (URL.canParse(url) && /^https?:/.test(url)) return url.replace(/\/+$/, '')
  throw new CliError(`"${url}" is no http:// or https:// address.`, 2)
}

function readText(path: string): string {
  return readFileSync(path, 'utf8')
}
