import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadConfig } from '../../src/config.ts'
import type { Outside } from '../../src/context.ts'
import { silentLog } from '../../src/log.ts'
import { type Running, start } from '../../src/server.ts'
import type { Store } from '../../src/store/store.ts'
import { organizationId, prepareGround } from './ground.ts'
import { type Behaviour, type Providers, startProviders, type Taken } from './providers.ts'

/** The real server in this process, on the ground that faults are tried on, with its providers. */
export interface Node {
  readonly running: Running
  readonly url: string
  readonly store: Store
  readonly providers: Providers
  close(): Promise<void>
}

/** Starts one; SQLite in a folder of its own unless a database is given. */
export async function startNode(
  given: {
    readonly database?: string | undefined
    readonly outside?: Outside
    readonly behave?: (taken: Taken, id: string) => Behaviour | Promise<Behaviour>
  } = {},
): Promise<Node> {
  const dataDir = mkdtempSync(join(tmpdir(), 'signalbox-fault-'))
  const providers = await startProviders(given.behave)
  const database = given.database === undefined ? [] : ['--database', given.database]
  const argv = ['--data-dir', dataDir, '--port', '0', '--no-seed-demo', ...database]
  const running = await start(loadConfig({ argv, env: {} }).config, {
    log: silentLog,
    ...(given.outside === undefined ? {} : { outside: given.outside }),
  })
  await prepareGround(running.database, providers.url)
  return {
    running,
    url: running.url,
    store: running.database.store(organizationId),
    providers,
    async close() {
      await running.close()
      providers.close()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}
