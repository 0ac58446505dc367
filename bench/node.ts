import { loadConfig } from '../src/config.ts'
import { RetentionKeeper } from '../src/messaging/retention.ts'
import { type Running, start, systemOutside } from '../src/server.ts'
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

/** The server and what prunes beside it are one node, because one node holds the lease for removing. */
const nodeId = `bench-${process.pid}`
let running: Running | undefined
let pruning: { stop(): Promise<number> } | undefined

/** The server's own remover, at its own pace between steps, without the minute that it rests before the first. */
function prune({ database }: Running): { stop(): Promise<number> } {
  const messaging = { outside: systemOutside(), connectors: new Map() }
  const onError = (message: string): void => {
    throw new Error(message)
  }
  const keeper = new RetentionKeeper(database, messaging, { days: 90, nodeId, onError })
  let steps = 0
  keeper.start(0, () => {
    steps += 1
  })
  return {
    async stop() {
      await keeper.stop()
      return steps
    },
  }
}

answerQuestions(
  {
    async start({ dataDir, database, key, providerUrl }: NodeOrder): Promise<NodeAddress> {
      const flags = ['--data-dir', dataDir, '--port', '0', '--no-seed-demo', '--log-level', 'warn']
      // It removes nothing by itself, so that only what is measured does.
      flags.push('--retention-days', '3650', '--node-id', nodeId)
      const env = { SIGNALBOX_KEY: key, SIGNALBOX_DATABASE: database }
      const { config } = loadConfig({ argv: flags, env })
      running = await start(config)
      running.warm() // as `serve` does
      if (providerUrl !== undefined) await prepareGround(running, providerUrl)
      return { url: running.url, token: await takeToken(running.url) }
    },
    startPruning() {
      if (running !== undefined) pruning = prune(running)
    },
    async stopPruning() {
      const steps = await pruning?.stop()
      pruning = undefined
      return steps ?? 0
    },
    usage,
  },
  () => running?.close(),
)
