import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadConfig } from '../../src/config.ts'
import { silentLog } from '../../src/log.ts'
import { start } from '../../src/server.ts'
import { organizationId, prepareGround } from './ground.ts'
import { judge, type Verdict } from './judge.ts'
import { sleep, startLoad } from './load.ts'
import { likelyFreePort, startServerProcess } from './process.ts'
import { startProviders } from './providers.ts'

/** What a run of kills found. */
export interface CrashReport extends Verdict {
  readonly kills: number
  /** Of those that were told to stop, which did not end in order. */
  readonly unclean: readonly string[]
}

export interface CrashOptions {
  readonly kills: number
  /** `SIGTERM`: it is told to stop instead, in the middle of its work like the others. */
  readonly signal?: 'SIGKILL' | 'SIGTERM'
  /** A PostgreSQL database's URL; SQLite unless given. */
  readonly database?: string | undefined
  /** Longest time that the server lives between two kills. */
  readonly lifeMsMax?: number
  readonly random?: () => number
  /** Told of each kill. */
  onKill?(kills: number): void
}

/**
 * Ends the real process at random instants under real load, starts it again, and holds what was
 * acknowledged against what the providers took.
 */
export async function crash(options: CrashOptions): Promise<CrashReport> {
  const { random = Math.random, signal = 'SIGKILL' } = options
  const unclean: string[] = []
  const dataDir = mkdtempSync(join(tmpdir(), 'signalbox-crash-'))
  const providers = await startProviders()
  const port = likelyFreePort()
  const argv = [
    '--data-dir',
    dataDir,
    '--no-seed-demo',
    '--node-id',
    'crash-test',
    '--log-level',
    'error',
  ]
  if (options.database !== undefined) argv.push('--database', options.database)
  const startHere = () =>
    start(loadConfig({ argv: [...argv, '--port', '0'], env: {} }).config, { log: silentLog })
  try {
    const first = await startHere()
    await prepareGround(first.database, providers.url)
    await first.close()
    const load = startLoad(() => `http://127.0.0.1:${port}`)
    for (let kill = 0; kill < options.kills; kill += 1) {
      const server = await startServerProcess(argv, port)
      const before = countOf(load.acknowledged)
      load.resume()
      // A slow machine would be killed before it says yes to anything; one life in four is, whatever the machine.
      if (random() > 0.25) await acknowledges(load.acknowledged, before)
      await sleep(50 + random() * (options.lifeMsMax ?? 600))
      // Callers of one that is told to stop may have gone elsewhere, and keep their connections meanwhile.
      if (signal === 'SIGTERM' && random() < 0.5) load.pause()
      const startedMs = performance.now()
      const code = await server.end(signal)
      const tookMs = Math.round(performance.now() - startedMs)
      if (signal === 'SIGTERM' && code !== 0)
        unclean.push(`stop ${kill + 1} ended with ${code} after ${tookMs} ms`)
      load.pause()
      options.onKill?.(kill + 1)
    }
    await load.stop()
    const last = await startHere()
    const { acknowledged } = load
    const verdict = await judge(last.database.store(organizationId), { acknowledged, providers })
    await last.close()
    return { kills: options.kills, unclean, ...verdict }
  } finally {
    providers.close()
    rmSync(dataDir, { recursive: true, force: true })
  }
}

function countOf(acknowledged: ReadonlyMap<string, readonly string[]>): number {
  return [...acknowledged.values()].reduce((sum, texts) => sum + texts.length, 0)
}

/** Waits, for a time, until something more is acknowledged. */
async function acknowledges(
  acknowledged: ReadonlyMap<string, readonly string[]>,
  before: number,
): Promise<void> {
  for (let looks = 0; looks < 200 && countOf(acknowledged) === before; looks += 1) await sleep(25)
}
