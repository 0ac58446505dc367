import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { loadConfig } from '../../src/config.ts'
import { silentLog } from '../../src/log.ts'
import { start } from '../../src/server.ts'
import { eventually } from '../house.ts'
import { organizationId, prepareGround } from './ground.ts'
import { assertNothingWrong, judge } from './judge.ts'
import { readiness, startLoad } from './load.ts'
import { likelyFreePort, startServerProcess } from './process.ts'
import { startProviders } from './providers.ts'

/** No file may grow beyond 2 MB (the shell counts 512 bytes): a write then fails, as on a full disk. */
const limit = 'ulimit -S -f 4096'

test('a full disk: callers get 503, the server stays, and goes on by itself when there is room', async (t) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'signalbox-full-'))
  t.after(() => rmSync(dataDir, { recursive: true, force: true }))
  const providers = await startProviders()
  t.after(() => providers.close())
  const argv = ['--data-dir', dataDir, '--no-seed-demo', '--log-level', 'error']
  const startHere = () =>
    start(loadConfig({ argv: [...argv, '--port', '0'], env: {} }).config, { log: silentLog })
  const first = await startHere()
  await prepareGround(first.database, providers.url)
  await first.close()

  const server = await startServerProcess(argv, likelyFreePort(), { limit })
  t.after(() => server.end('SIGKILL'))
  const load = startLoad(() => server.url)
  t.after(() => load.stop())
  const count = () => [...load.acknowledged.values()].flat().length
  load.resume()
  await eventually('the disk is full', async () => load.refused.length > 100, 60_000)
  const before = count()
  assert.ok(before > 50, `the premise: there was room for a while (${before})`)
  assert.equal(server.child.exitCode, null, 'the server lives')
  assert.equal(await readiness(server.url), 200, 'what is there can be read')

  const raised = spawnSync('prlimit', ['--pid', String(server.child.pid), '--fsize=unlimited'])
  assert.equal(raised.status, 0, String(raised.stderr))
  await eventually('callers are served again', async () => count() > before + 100, 20_000)
  assert.equal(await readiness(server.url), 200)
  await load.stop()
  for (const { status, retryAfter } of load.refused) {
    assert.deepEqual([status, retryAfter], [503, '5'])
  }
  assert.equal(await server.end('SIGTERM'), 0)

  const last = await startHere()
  t.after(() => last.close())
  const { acknowledged } = load
  const verdict = await judge(last.database.store(organizationId), { acknowledged, providers })
  t.diagnostic(JSON.stringify({ ...verdict, refused: load.refused.length }))
  assertNothingWrong(verdict, before)
})
