import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import platformClient from 'purecloud-platform-client-v2'
import { type Config, loadConfig } from '../src/config.ts'
import type { Outside } from '../src/context.ts'
import { silentLog } from '../src/log.ts'
import { type Running, start } from '../src/server.ts'

/** What the first start wrote to `credentials.json`. */
export interface Credentials {
  readonly organization: { readonly id: string; readonly name: string }
  readonly client: { readonly id: string; readonly secret: string }
  readonly publicClient: { readonly id: string; readonly redirectUris: readonly string[] }
  readonly users: readonly {
    readonly id: string
    readonly name: string
    readonly email: string
    readonly password: string
  }[]
  readonly queue: { readonly id: string }
  readonly integration: {
    readonly id: string
    readonly webhookSecret: string
    readonly webhookUrl: string
  }
  readonly relay: { readonly id: string; readonly sender: string }
  readonly connection: { readonly id: string }
  readonly account: { readonly id: string; readonly token: string; readonly webhookUrl: string }
  readonly sender: { readonly id: string; readonly address: string }
  readonly digitalChannels: {
    readonly url: string
    readonly ccid: string
    readonly apiKey: string
  }
}

/** One client of the official SDK, apart from every other. */
export type SdkClient = InstanceType<typeof platformClient.ApiClientClass>

/** The real server on a port of its own, with its demo organization. */
export interface House {
  readonly running: Running
  readonly url: string
  readonly dataDir: string
  readonly credentials: Credentials
  /** A token that may do everything. */
  readonly adminToken: string
  /** A client of the official SDK, logged in by client credentials. */
  sdk(): Promise<SdkClient>
  /** A client of the official SDK with a user's own token. */
  sdkAs(userIndex: number): Promise<SdkClient>
  /** A user's own token. */
  userToken(userIndex: number): Promise<string>
  /** One HTTP call; JSON in, JSON out. */
  call(method: string, path: string, given?: CallOptions): Promise<Answer>
  close(): Promise<void>
}

export interface CallOptions {
  readonly token?: string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  // What the server says is what the test is about; each assertion looks at what it needs.
  // biome-ignore lint/suspicious/noExplicitAny: the outside world enters here
  readonly body: any
}

export interface HouseOptions {
  /** A PostgreSQL database's URL; SQLite in a folder of its own unless given. */
  readonly database?: string
  readonly argv?: readonly string[]
  readonly outside?: Outside
  /** Uses what another house of the same database left in this folder, and does not remove it. */
  readonly dataDir?: string
}

/** Starts the real server. */
export async function startHouse(options: HouseOptions = {}): Promise<House> {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'signalbox-'))
  const config = configOf(dataDir, options)
  const running = await start(config, {
    log: silentLog,
    ...(options.outside === undefined ? {} : { outside: options.outside }),
  })
  const read = (name: string) => JSON.parse(readFileSync(join(dataDir, name), 'utf8'))
  const credentials: Credentials = read('credentials.json')
  const adminToken = String(read('admin.json').token)
  const call = (method: string, path: string, given: CallOptions = {}) =>
    callOver(running.url, { method, path, token: adminToken, ...given })
  const userToken = async (userIndex: number): Promise<string> => {
    const user = credentials.users[userIndex]?.email
    const answer = await call('POST', '/api/signalbox/tokens', { body: { user } })
    return String(answer.body.access_token)
  }
  return {
    running,
    url: running.url,
    dataDir,
    credentials,
    adminToken,
    async sdk() {
      const client = newSdk(running.url)
      await client.loginClientCredentialsGrant(credentials.client.id, credentials.client.secret)
      return client
    },
    async sdkAs(userIndex) {
      const client = newSdk(running.url)
      client.setAccessToken(await userToken(userIndex))
      return client
    },
    userToken,
    call,
    async close() {
      await running.close()
      if (options.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

function configOf(dataDir: string, options: HouseOptions): Config {
  const database = options.database === undefined ? [] : ['--database', options.database]
  const argv = ['--data-dir', dataDir, '--port', '0', ...database, ...(options.argv ?? [])]
  return loadConfig({ argv, env: {} }).config
}

/** The official SDK, pointed at a server by `setGateway` and nothing else. */
export function newSdk(url: string): SdkClient {
  const { hostname, port } = new URL(url)
  const client = new platformClient.ApiClientClass()
  client.config.live_reload_config = false // its file watcher would keep the test running
  client.setGateway({ host: hostname, protocol: 'http', port: Number(port) })
  return client
}

async function callOver(
  url: string,
  given: CallOptions & { readonly method: string; readonly path: string },
): Promise<Answer> {
  const text = typeof given.body === 'string' ? given.body : JSON.stringify(given.body)
  const response = await fetch(`${url}${given.path}`, {
    method: given.method,
    headers: {
      ...(given.token === undefined ? {} : { authorization: `Bearer ${given.token}` }),
      ...(text === undefined ? {} : { 'content-type': 'application/json' }),
      ...given.headers,
    },
    ...(text === undefined ? {} : { body: text }),
  })
  const answer = await response.text()
  const isJson = response.headers.get('content-type')?.includes('json') === true
  return {
    status: response.status,
    headers: response.headers,
    body: isJson && answer !== '' ? JSON.parse(answer) : answer,
  }
}

/** Asks until the answer is there; fails with what was asked for when it does not come. */
export async function eventually<T>(
  what: string,
  ask: () => Promise<T | undefined | false>,
  timeoutMs = 10_000,
): Promise<T> {
  const endMs = Date.now() + timeoutMs
  while (Date.now() < endMs) {
    const answer = await ask()
    if (answer !== undefined && answer !== false) return answer
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error(`It did not come to pass in ${timeoutMs} ms: ${what}.`)
}
