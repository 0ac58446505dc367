import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { createIds } from '../ids.ts'
import { aDelivery } from '../store/contract/samples.ts'
import { openSqlite } from '../store/sqlite.ts'
import { openVault } from '../vault.ts'
import { recover } from './recover.ts'

test('an attempt under a later lease is left to its node, one under an earlier lease is in doubt', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-'))
  const vault = openVault(Buffer.alloc(32, 7))
  const file = join(folder, 'signalbox.db')
  const database = await openSqlite({ file, vault, durability: 'process' })
  t.after(async () => {
    await database.close()
    rmSync(folder, { recursive: true })
  })
  await database.addOrganization('acme')
  const store = database.store('acme')
  const clock = { now: () => 1, after: () => () => {} }
  const messaging = {
    outside: { clock, ids: createIds(clock.now), chance: () => 0.5 },
    connectors: new Map(),
  }
  const delivery = aDelivery({ kind: 'sms', state: 'sending', attempts: 1, leaseEpoch: 5 })
  await store.deliveries.add(delivery, {})
  assert.equal(await recover(store, { delivery, epoch: 4 }, messaging), undefined)
  assert.deepEqual(await store.deliveries.get(delivery.id), delivery)
  assert.equal(await recover(store, { delivery, epoch: 6 }, messaging), undefined)
  assert.equal((await store.deliveries.get(delivery.id))?.state, 'uncertain')
})
