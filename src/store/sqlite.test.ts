import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import type { Conversation } from '../domain/conversation.ts'
import type { Delivery } from '../domain/delivery.ts'
import { openVault } from '../vault.ts'
import { aConversation, aDelivery, anEvent } from './contract/samples.ts'
import { assertGapless } from './contract/transactions.ts'
import { storeContract } from './contract.ts'
import { openSqlite } from './sqlite.ts'

const vault = openVault(Buffer.alloc(32, 7))

function newFolder(): { readonly folder: string; readonly file: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-sqlite-'))
  return {
    folder,
    file: join(folder, 'signalbox.db'),
    remove: () => rmSync(folder, { recursive: true }),
  }
}

const written = [
  ['SQLite', {}],
  ['SQLite, written by a thread of its own', { gatherFrom: 1 }],
] as const
for (const [name, options] of written) {
  storeContract(name, async () => {
    const { folder, file, remove } = newFolder()
    const database = await openSqlite({ file, vault, ...options })
    return {
      database,
      async raw() {
        const files = readdirSync(folder).filter((name) => !name.endsWith('.lock'))
        return files.map((name) => readFileSync(join(folder, name), 'latin1')).join()
      },
      async done() {
        await database.close()
        remove()
      },
    }
  })
}

test('a second opener of the same file is refused until the first closes', async (t) => {
  const { file, remove } = newFolder()
  t.after(remove)
  const first = await openSqlite({ file, vault })
  await assert.rejects(openSqlite({ file, vault }), /in use by another process/)
  await first.addOrganization('one')
  await first.close()
  const second = await openSqlite({ file, vault })
  assert.deepEqual(await second.organizationIds(), ['one'])
  await second.close()
})

test('a database newer than the program is refused', async (t) => {
  const { file, remove } = newFolder()
  t.after(remove)
  await (await openSqlite({ file, vault })).close()
  const raw = new DatabaseSync(file)
  raw.exec(`insert into migrations (number, name, applied_ms, form) values (999, 'future', 0, '')`)
  raw.close()
  await assert.rejects(openSqlite({ file, vault }), /step 999.*start the newer program/)
  const untouched = new DatabaseSync(file)
  untouched.exec('delete from migrations where number = 999')
  untouched.close()
  await (await openSqlite({ file, vault })).close()
})

test('transactions that are asked for together share commits', async (t) => {
  const { file, remove } = newFolder()
  t.after(remove)
  const database = await openSqlite({ file, vault })
  const heads: unknown[] = []
  database.onCommit(({ feedHead }) => heads.push(feedHead))
  const { feed } = database.store('one')
  await Promise.all(Array.from({ length: 600 }, (_, index) => feed.append(anEvent(), index)))
  assert.deepEqual(heads, [256, 512, 600])
  await database.close()
})

test('a transaction runs while those before it are on their way to the disk', async (t) => {
  const { file, remove } = newFolder()
  t.after(remove)
  const database = await openSqlite({ file, vault, gatherFrom: 1 })
  const store = database.store('one')
  const { answers } = store
  await answers.add('scope', 'to have the thread started', 1, 1)
  const order: string[] = []
  const large = answers.add('scope', 'large', 'x'.repeat(8_000_000), 1)
  const first = large.then(() => order.push('the first is on disk'))
  await new Promise((resolve) => setImmediate(resolve))
  const second = store.transaction(async (store) => {
    order.push('the second runs')
    await store.answers.add('scope', 'small', 1, 1)
  })
  await Promise.all([first, second])
  assert.deepEqual(order, ['the second runs', 'the first is on disk'])
  await database.close()
})

test('each transaction goes by what was committed before it, however they overlap', async (t) => {
  const { file, remove } = newFolder()
  t.after(remove)
  const database = await openSqlite({ file, vault, gatherFrom: 1 })
  const store = database.store('one')
  const [waves, perWave] = [60, 20]
  const begun = Array.from({ length: 7 }, () => aConversation({ version: 1 }))
  const count = (first: Conversation) =>
    store.transaction(async (store) => {
      const last = await store.conversations.get(first.id)
      const next = last === undefined ? first : { ...last, version: last.version + 1 }
      await store.conversations.save(next)
    })
  const asked: Promise<unknown>[] = []
  for (let wave = 0; wave < waves; wave += 1) {
    for (let index = 0; index < perWave; index += 1) {
      const conversation = begun[(wave + index) % begun.length]
      assert.ok(conversation)
      asked.push(count(conversation), store.answers.add('scope', `${wave} ${index}`, 1, 1))
    }
    await new Promise((resolve) => setImmediate(resolve))
  }
  await Promise.all(asked)
  const last = await Promise.all(begun.map(({ id }) => store.conversations.get(id)))
  const counted = last.reduce((sum, conversation) => sum + (conversation?.version ?? 0), 0)
  assert.equal(counted, waves * perWave)
  await database.close()
})

test('what a slow transaction has written stays out of reach until its own commit', async (t) => {
  const { file, remove } = newFolder()
  t.after(remove)
  const database = await openSqlite({ file, vault, gatherFrom: 1 })
  const store = database.store('one')
  const filler = (name: string) => store.answers.add('scope', name, 1, 1)
  const [first, second] = [aDelivery(), aDelivery()]
  /** Is there only where the other is not. */
  const addUnless = (delivery: Delivery, other: Delivery, waitMs: number) =>
    store.transaction(async (store) => {
      if ((await store.deliveries.get(other.id)) !== undefined) return
      await store.deliveries.add(delivery, null)
      if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs))
    })
  await filler('to have the thread started')
  const before = filler('before')
  await new Promise((resolve) => setImmediate(resolve))
  const asked: Promise<unknown>[] = [before, filler('beside'), addUnless(first, second, 60)]
  await new Promise((resolve) => setTimeout(resolve, 30))
  asked.push(addUnless(second, first, 0))
  await Promise.all(asked)
  assert.ok(await store.deliveries.get(first.id))
  assert.equal(await store.deliveries.get(second.id), undefined)
  await database.close()
})

test('closing finishes what was asked for and takes nothing more', async (t) => {
  const { file, remove } = newFolder()
  t.after(remove)
  const database = await openSqlite({ file, vault })
  const store = database.store('one')
  const asked = Array.from({ length: 600 }, (_, index) =>
    store.answers.add('scope', String(index), index, 1),
  )
  const closed = database.close()
  await assert.rejects(store.answers.add('scope', 'late', 1, 1), { code: 'service.unavailable' })
  await closed
  assert.ok((await Promise.all(asked)).every((added) => added))
})

test('work that waits for its own outer store is ended, and others go on', async (t) => {
  const { file, remove } = newFolder()
  t.after(remove)
  const database = await openSqlite({ file, vault, workMsMax: 50 })
  const store = database.store('one')
  const stuck = store.transaction(async (inner) => {
    await inner.answers.add('scope', 'inner', 1, 1)
    await store.answers.add('scope', 'outer', 1, 1)
  })
  const other = store.answers.add('scope', 'other', 1, 1)
  await assert.rejects(stuck, /waited for something other than its store/)
  assert.equal(await other, true)
  assert.equal(await store.answers.get('scope', 'inner'), undefined)
  assert.equal(await store.answers.get('scope', 'other'), 1)
  await database.close()
})

test('a full disk fails the writes at hand and later ones succeed', async (t) => {
  const { file, remove } = newFolder()
  t.after(remove)
  const database = await openSqlite({ file, vault, pagesMax: 200 })
  const store = database.store('one')
  await store.answers.add('scope', 'before', 1, 1)
  const big = 'x'.repeat(1_000_000)
  const [first, second] = [
    store.answers.add('scope', 'small', 1, 1),
    store.answers.add('scope', 'big', big, 1),
  ]
  await assert.rejects(second, { code: 'service.unavailable' })
  await assert.rejects(first, { code: 'service.unavailable' })
  assert.equal(await store.answers.get('scope', 'small'), undefined)
  assert.equal(await store.answers.add('scope', 'after', 1, 1), true)
  assert.equal(await store.answers.get('scope', 'before'), 1)
  await database.close()
})

test('what was acknowledged is there after kill -9, and so is the right to open', async (t) => {
  const { file, remove } = newFolder()
  t.after(remove)
  const child = spawn(process.execPath, [join(import.meta.dirname, 'contract/load.ts'), file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  t.after(() => child.kill('SIGKILL'))
  const acknowledged: string[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    acknowledged.push(line)
    if (acknowledged.length === 1000) {
      await assert.rejects(openSqlite({ file, vault }), /in use by another process/)
      child.kill('SIGKILL')
    }
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  assert.equal(child.signalCode, 'SIGKILL')
  assert.ok(acknowledged.length >= 1000)
  const database = await openSqlite({ file, vault })
  const store = database.store('one')
  const missing: string[] = []
  for (const key of acknowledged) {
    if ((await store.answers.get('load', key)) === undefined) missing.push(key)
  }
  assert.deepEqual(missing, [])
  await assertGapless(store, await store.feed.head())
  await store.feed.append(anEvent(), 1)
  await database.close()
})
