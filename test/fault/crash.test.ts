import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { startPostgres } from '../postgres.ts'
import { crash } from './crash.ts'
import { assertNothingWrong } from './judge.ts'

test('fifty kills under load on SQLite: nothing lost, nothing doubled, nothing reordered', async (t) => {
  const report = await crash({ kills: 50, lifeMsMax: 300 })
  t.diagnostic(JSON.stringify(report))
  assert.equal(report.kills, 50)
  assertNothingWrong(report, 50)
})

let server: ReturnType<typeof startPostgres> | undefined
after(async () => (await server)?.stop())

test('ten kills under load on PostgreSQL: nothing lost, nothing doubled, nothing reordered', async (t) => {
  server ??= startPostgres({ fsync: true })
  const database = await (await server).url('crash')
  const report = await crash({ kills: 10, database, lifeMsMax: 600 })
  t.diagnostic(JSON.stringify(report))
  assert.equal(report.kills, 10)
  assertNothingWrong(report, 10)
})

for (const store of ['sqlite', 'postgres'] as const) {
  test(`ten stops under load on ${store}: each ends in order, and leaves nothing in doubt`, async (t) => {
    if (store === 'postgres') server ??= startPostgres({ fsync: true })
    const database = store === 'postgres' ? await (await server)?.url('stops') : undefined
    const report = await crash({ kills: 10, signal: 'SIGTERM', database, lifeMsMax: 300 })
    t.diagnostic(JSON.stringify(report))
    assert.deepEqual(report.unclean, [])
    assertNothingWrong(report, 10)
    assert.equal(report.uncertain, 0)
  })
}
