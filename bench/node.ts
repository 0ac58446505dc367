import { loadConfig } from '../src/config.ts'
import { type Running, start } from '../src/server.ts'
import { prepareGround, takeToken } from './ground.ts'
import { answerQuestions, usage } from './part.ts'

/** How a server of the benchmark is started. */
export interface NodeOrder {
  readonly dataDir: string
  /** `sqlite` or a PostgreSQL URL. */
  readonly database: string
  /** 32 bytes in base64, the same for all nodes of one database. */
  readonly key: string
  /** Given to the first node of a database, which makes the organization. */
  readonly providerUrl?: string
}

/** Where it listens, and a token for it. */
export interface NodeAddress {
  readonly url: string
  readonly token: string
}

let running: Running | undefined

answerQuestions(
  {
    async start({ dataDir, database, key, providerUrl }: NodeOrder): Promise<NodeAddress> {
      const flags = ['--data-dir', dataDir, '--port', '0', '--no-seed-demo', '--log-level', 'warn']
      const env = { SIGNALBOX_KEY: key, SIGNALBOX_DATABASE: database }
      const { config } = loadConfig({ argv: flags, env })
      running = await start(config)
      if (providerUrl !== undefined) await prepareGround(running, providerUrl)
      return { url: running.url, token: await takeToken(running.url) }
    },
    usage,
  },
  () => running?.close(),
)
