import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventually } from '../house.ts'
import { startFragilePostgres } from '../postgres.ts'
import { assertNothingWrong, judge } from './judge.ts'
import { readiness, sleep, startLoad } from './load.ts'
import { startNode } from './nodes.ts'

test('a database that is killed and comes back: 503 meanwhile, and everything accepted arrives', async (t) => {
  const postgres = await startFragilePostgres()
  t.after(() => postgres.stop())
  const node = await startNode({ database: postgres.url })
  t.after(() => node.close())
  const load = startLoad(() => node.url)
  t.after(() => load.stop())
  load.resume()
  for (let outage = 1; outage <= 3; outage += 1) {
    await sleep(500)
    await postgres.kill()
    assert.equal(await readiness(node.url), 503, 'the node says that it is not ready')
    const refusedBefore = load.refused.length
    await eventually('callers are refused', async () => load.refused.length > refusedBefore + 12)
    await sleep(500)
    await postgres.restart()
    await eventually('the node is ready', async () => (await readiness(node.url)) === 200)
    const acknowledged = () => [...load.acknowledged.values()].flat().length
    const before = acknowledged()
    await eventually('callers are served again', async () => acknowledged() > before + 12, 20_000)
  }
  await load.stop()
  for (const { status, retryAfter } of load.refused) {
    assert.deepEqual([status, retryAfter], [503, '5'])
  }
  const { acknowledged } = load
  const verdict = await judge(node.store, { acknowledged, providers: node.providers })
  t.diagnostic(JSON.stringify({ ...verdict, refused: load.refused.length }))
  assertNothingWrong(verdict, 36)
})

test('a database that stands still: not ready, nobody is told yes, and afterwards all goes on', async (t) => {
  const postgres = await startFragilePostgres()
  t.after(() => postgres.stop())
  const node = await startNode({ database: postgres.url })
  t.after(() => node.close())
  const load = startLoad(() => node.url)
  t.after(() => load.stop())
  load.resume()
  await sleep(500)
  await postgres.freeze()
  const count = () => [...load.acknowledged.values()].flat().length
  await sleep(200) // answers that were on their way
  const before = count()
  assert.equal(await readiness(node.url), 503)
  await sleep(1000)
  assert.equal(count(), before, 'nothing is acknowledged that is not on disk')
  postgres.thaw()
  await eventually('the node is ready', async () => (await readiness(node.url)) === 200)
  await eventually('callers are served again', async () => count() > before + 12, 20_000)
  await load.stop()
  for (const { status } of load.refused) assert.equal(status, 503)
  const { acknowledged } = load
  const verdict = await judge(node.store, { acknowledged, providers: node.providers })
  t.diagnostic(JSON.stringify({ ...verdict, refused: load.refused.length }))
  assertNothingWrong(verdict, 12)
})
