import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { createLoopback } from '../connectors/loopback/index.ts'
import { SendError } from '../errors.ts'
import { createIds } from '../ids.ts'
import { aConversation, anAccount } from '../store/contract/samples.ts'
import { openSqlite } from '../store/sqlite.ts'
import type { Committed } from '../store/store.ts'
import { openVault } from '../vault.ts'
import { carriageOf } from './carriage.ts'
import { bodyOf } from './carried.ts'
import { queueSms } from './deliver.ts'
import type { Messaging } from './messaging.ts'
import { sendMessage } from './send.ts'

const account = anAccount()
const sms = { from: '+12025550101', to: '+12025550171', text: 'Hello', media: [] }

/** A store, and what a dispatcher is told to take up. */
async function start(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-'))
  const vault = openVault(Buffer.alloc(32, 7))
  const file = join(folder, 'signalbox.db')
  const database = await openSqlite({ file, vault, durability: 'process' })
  t.after(async () => {
    await database.close()
    rmSync(folder, { recursive: true })
  })
  await database.addOrganization('acme')
  const told: Committed[] = []
  database.onCommit((committed) => told.push(committed))
  const clock = { now: () => 1, after: () => () => {} }
  const messaging: Messaging = {
    outside: { clock, ids: createIds(clock.now), chance: () => 0.5 },
    connectors: new Map([
      ['loopback', createLoopback({ accept: async () => ({ providerId: 'x' }) })],
    ]),
  }
  return { store: database.store('acme'), told, messaging }
}

const said = [
  { text: 'Grüße', content: [], purpose: 'agent' },
  { text: 'Your code is 1234', content: [], purpose: 'one-time-code' },
  {
    content: [
      {
        contentType: 'Attachment',
        attachment: { url: 'https://x.example/a.png', mime: 'image/png', filename: 'a.png' },
      },
      {
        contentType: 'Attachment',
        attachment: { url: 'https://x.example/b', mime: 'image/gif', id: '7' },
      },
    ],
    purpose: 'bulk',
  },
] as const

test('a text of a message keeps no body, and carries later what the dispatcher was told at first', async (t) => {
  const { store, told, messaging } = await start(t)
  const conversation = aConversation({
    platformAddress: sms.from,
    customer: { id: sms.to, idType: 'Phone' },
  })
  const { id, name, version, createdMs, modifiedMs } = account
  const sender = { id, name, version, createdMs, modifiedMs, address: sms.from, accountId: id }
  const from = {
    type: 'sms',
    end: { id: sms.from },
    account,
    sender: { ...sender, recipientId: id },
  } as const
  for (const what of said) {
    await store.transaction((store) =>
      sendMessage(
        store,
        { ...what, from, conversation, communicationId: 'leg', originatingEntity: 'Human' },
        messaging,
      ),
    )
    const [delivery] = told.at(-1)?.deliveries ?? []
    assert.ok(delivery, 'it was queued')
    assert.equal(await store.deliveries.body(delivery.id), undefined)
    assert.deepEqual(await bodyOf(store, delivery), told.at(-1)?.bodies?.get(delivery.id))
  }
  const [last] = told.at(-1)?.deliveries ?? []
  assert.deepEqual(last && (await bodyOf(store, last)), {
    from: sms.from,
    to: sms.to,
    text: '',
    media: [
      { url: 'https://x.example/a.png', mime: 'image/png', filename: 'a.png' },
      { url: 'https://x.example/b', mime: 'image/gif' },
    ],
    purpose: 'bulk',
  })
})

test('a text of another platform, or of nobody, keeps its body', async (t) => {
  const { store, messaging } = await start(t)
  for (const about of [{}, { messageId: 'theirs', relayId: 'relay' }]) {
    const text = { account, sms: { ...sms, purpose: 'bulk' }, about } as const
    const delivery = await queueSms(store, text, messaging)
    assert.deepEqual(await store.deliveries.body(delivery.id), { ...sms, purpose: 'bulk' })
    assert.deepEqual(await bodyOf(store, delivery), { ...sms, purpose: 'bulk' })
  }
})

test('a text whose message is gone carries nothing', async (t) => {
  const { store, messaging } = await start(t)
  const text = { account, sms: { ...sms, purpose: 'bulk' }, about: { messageId: 'gone' } } as const
  const delivery = await queueSms(store, text, messaging)
  assert.equal(await bodyOf(store, delivery), undefined)
  await store.records.add('account', account)
  await assert.rejects(
    carriageOf(store, { delivery }, messaging),
    (error) => error instanceof SendError && error.failure === 'misconfigured',
  )
})
