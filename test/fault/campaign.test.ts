import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { startPostgres } from '../postgres.ts'
import { crashCampaign } from './campaign.ts'

test('a campaign killed twice on SQLite texts every contact exactly once', async (t) => {
  const report = await crashCampaign({ contacts: 1000, kills: 2 })
  t.diagnostic(JSON.stringify(report))
  assert.deepEqual(report.byTexts, { 1: 1000 })
})

let server: ReturnType<typeof startPostgres> | undefined
after(async () => (await server)?.stop())

test('a campaign killed once on PostgreSQL texts every contact exactly once', async (t) => {
  server = startPostgres({ fsync: true })
  const database = await (await server).url('campaign')
  const report = await crashCampaign({ contacts: 300, kills: 1, database })
  t.diagnostic(JSON.stringify(report))
  assert.deepEqual(report.byTexts, { 1: 300 })
})
