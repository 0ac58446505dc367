import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPostgres } from '../test/postgres.ts'
import type { NodeAddress, NodeOrder } from './node.ts'
import type { Options } from './options.ts'
import { type Part, startPart } from './part.ts'
import { type StoreWatch, watchPostgres, watchSqlite } from './store-watch.ts'

/** A server process and where it is reached. */
export interface Node extends NodeAddress {
  readonly part: Part
}

/** Everything that a measurement needs, each in a process of its own. */
export interface Bed {
  readonly provider: Part
  readonly providerUrl: string
  readonly load: Part
  /** The baseline, listening. */
  readonly forwarder: Part
  readonly forwarderUrl: string
  readonly nodes: readonly Node[]
  readonly watch: StoreWatch
  /** The embedded database's file, or PostgreSQL's URL. */
  readonly database: string
  /** Does work while no server has the database open, and starts the same number of them again. */
  alone(work: (database: string) => Promise<void>): Promise<void>
  close(): Promise<void>
}

/** Node's flags for the server, as `npm start` gives them. */
export const startFlags = [
  '--min-semi-space-size=64',
  '--max-semi-space-size=128',
  '--no-parallel-scavenge',
  '--no-allocation-site-pretenuring',
  '--use-largepages=silent',
]

/** Starts the processes with a fresh store, and so many servers on it. */
export async function makeBed(options: Options, nodeCount = 1): Promise<Bed> {
  const closers: (() => Promise<void> | void)[] = []
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer()
  }
  const start = (name: string, flags: readonly string[] = []): Part => {
    const part = startPart(name, flags)
    closers.push(() => part.stop())
    return part
  }
  try {
    const dataDir = mkdtempSync(join(options.dir ?? tmpdir(), 'signalbox-bench-'))
    closers.push(() => rmSync(dataDir, { recursive: true, force: true }))
    const database = options.store === 'sqlite' ? 'sqlite' : await freshPostgres(closers)
    const provider = start('provider')
    const providerUrl: string = await provider.ask('listen')
    const forwarder = start('forwarder')
    const forwarderUrl: string = await forwarder.ask('listen', providerUrl)
    const load = start('load')
    const key = randomBytes(32).toString('base64')
    const servers = { options, order: { dataDir, database, key, providerUrl }, nodeCount }
    let running = await startServers(servers)
    closers.push(() => running.stop())
    const where = database === 'sqlite' ? join(dataDir, 'signalbox.db') : database
    return {
      provider,
      providerUrl,
      load,
      forwarder,
      forwarderUrl,
      get nodes() {
        return running.nodes
      },
      get watch() {
        return running.watch
      },
      database: where,
      async alone(work) {
        await running.stop()
        await work(where)
        running = await startServers({ ...servers, order: { dataDir, database, key } })
      },
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

interface Servers {
  readonly nodes: readonly Node[]
  readonly watch: StoreWatch
  stop(): Promise<void>
}

/** Starts servers on a store, and what looks into it from outside. */
async function startServers({
  options: { profile },
  order: { providerUrl, ...order },
  nodeCount,
}: {
  readonly options: Options
  readonly order: NodeOrder
  readonly nodeCount: number
}): Promise<Servers> {
  const profiling = profile === undefined ? [] : ['--cpu-prof', '--cpu-prof-dir', profile]
  const nodes: Node[] = []
  const closers: (() => Promise<void>)[] = []
  const stop = async () => {
    for (const closer of closers.splice(0).reverse()) await closer()
  }
  try {
    for (let index = 0; index < nodeCount; index += 1) {
      const part = startPart('node', [...startFlags, ...profiling])
      closers.push(() => part.stop())
      const given = index > 0 || providerUrl === undefined ? order : { ...order, providerUrl }
      nodes.push({ part, ...(await part.ask<NodeAddress>('start', given)) })
    }
    const { dataDir, database } = order
    const watch = await (database === 'sqlite'
      ? watchSqlite(join(dataDir, 'signalbox.db'))
      : watchPostgres(database))
    closers.push(() => watch.close())
    return { nodes, watch, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function freshPostgres(closers: (() => Promise<void> | void)[]): Promise<string> {
  const postgres = await startPostgres({ fsync: true })
  closers.push(() => postgres.stop())
  return postgres.url('bench')
}
