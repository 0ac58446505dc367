import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { loadConfig } from '../../src/config.ts'
import { createIds } from '../../src/ids.ts'
import { RetentionKeeper } from '../../src/messaging/retention.ts'
import { systemOutside } from '../../src/server.ts'
import { aConversation, aDelivery, aMessage } from '../../src/store/contract/samples.ts'
import { openPostgres } from '../../src/store/postgres.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import type { Store } from '../../src/store/store.ts'
import { openVault } from '../../src/vault.ts'
import { onBothStores } from '../stores.ts'

const dayMs = 86_400_000
const stepRows = 100

/** Conversations of that age with a message and a delivery each, `perCommit` in one transaction; their ids. */
async function fill(
  store: Store,
  given: { readonly ageMs: number; readonly count: number; readonly isOpen: boolean },
): Promise<readonly string[]> {
  const timeMs = Date.now() - given.ageMs
  const ids = createIds(() => timeMs)
  const made: string[] = []
  const perCommit = 100
  for (let from = 0; from < given.count; from += perCommit) {
    await store.transaction(async (store) => {
      for (let at = from; at < Math.min(from + perCommit, given.count); at += 1) {
        const id = ids.uuid()
        const end = given.isOpen ? {} : { endMs: timeMs + 1 }
        const thread = { startMs: timeMs, platformAddress: `ours-${id}` }
        await store.conversations.save(aConversation({ id, ...thread, ...end }))
        const message = aMessage({ id: ids.messageId(), conversationId: id, timeMs })
        await store.messages.add(message)
        const state = given.isOpen ? 'queued' : 'delivered'
        const delivery = aDelivery({ id: ids.uuid(), state, messageId: message.id })
        await store.deliveries.add(delivery, { text: 'hello' })
        made.push(id)
      }
    })
  }
  return made
}

onBothStores('retention', (database) => {
  test('a big backlog goes in small steps; what is younger than 90 days, open or unfinished stays', async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'signalbox-retention-'))
    const url = await database()
    const vault = openVault(Buffer.alloc(32, 7))
    const opened =
      url === undefined
        ? await openSqlite({ file: join(folder, 'signalbox.db'), vault })
        : await openPostgres({ url, vault })
    t.after(async () => {
      await opened.close()
      rmSync(folder, { recursive: true })
    })
    const organizationId = 'kept-for-ninety-days'
    await opened.addOrganization(organizationId)
    const store = opened.store(organizationId)
    const old = await fill(store, { ageMs: 91 * dayMs, count: 1000, isOpen: false })
    const young = await fill(store, { ageMs: 89 * dayMs, count: 20, isOpen: false })
    const open = await fill(store, { ageMs: 400 * dayMs, count: 20, isOpen: true })
    const { config } = loadConfig({ argv: [], env: {} })
    const keeper = new RetentionKeeper(
      opened,
      { outside: systemOutside(), connectors: new Map() },
      { days: config.retentionDays, nodeId: 'test', onError: (message) => assert.fail(message) },
    )
    const total = async () => (await store.conversations.list({ size: 1, number: 1 })).total
    let before = await total()
    let steps = 0
    for (let more = true; more; ) {
      more = await keeper.step()
      const left = await total()
      assert.ok(before - left <= stepRows, `${before - left} in one step`)
      before = left
      steps += 1
    }
    assert.ok(steps >= old.length / stepRows, `${steps} steps`)
    assert.equal(await total(), young.length + open.length)
    for (const id of [...young, ...open]) assert.equal((await store.conversations.get(id))?.id, id)
    const { byState } = await store.deliveries.depth()
    assert.equal(byState['queued'], open.length, 'what is not sent yet is kept, however old')
    const deliveries = await store.deliveries.list({ size: 1, number: 1 })
    assert.equal(deliveries.total, young.length + open.length)
  })
})
