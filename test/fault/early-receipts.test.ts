import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { startPostgres } from '../postgres.ts'
import { callbackSecret, organizationId, senders } from './ground.ts'
import { atRest } from './judge.ts'
import { send } from './load.ts'
import { type Node, startNode } from './nodes.ts'

/** Calls under way at once; Kaleyra publishes no number, so it is one that a busy platform may reach. */
const atOnce = 64

/** Texts that the provider may have at once: few enough to be answered within their deadline on a busy machine. */
const unansweredMax = 128

/** Does the work for every number below `count`, several at once. */
async function each(count: number, work: (index: number) => Promise<void>): Promise<void> {
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < count) {
      next += 1
      await work(next - 1)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
}

async function report(url: string, providerId: string): Promise<void> {
  const answer = await fetch(`${url}/webhooks/${organizationId}/kaleyra/status`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-callback-token': callbackSecret,
    },
    body: new URLSearchParams({ id: providerId, status: 'DELIVRD', status_code: '1' }).toString(),
  })
  assert.equal(answer.status, 200, await answer.text())
}

const idOf = (text: string) => `early-${text}`

/**
 * Receipts that come before their sends' answers: those of even numbers before the text is even accepted, those of
 * odd ones, and a repeat of each, while the provider has the text and has not answered yet.
 */
async function tryReceipts(count: number, database?: string) {
  const given: { node?: Node } = {}
  let answered = 0
  const node = await startNode({
    database,
    async behave({ text }) {
      const url = given.node?.url ?? ''
      await report(url, idOf(text))
      answered += 1
      return { body: JSON.stringify({ data: [{ message_id: idOf(text) }], error: {} }) }
    },
  })
  given.node = node
  try {
    const textOf = (index: number) => `text ${String(index).padStart(8, '0')}`
    await each(Math.ceil(count / 2), (index) => report(node.url, idOf(textOf(index * 2))))
    const rssBefore = process.memoryUsage.rss()
    const startMs = performance.now()
    await each(count, async (index) => {
      while (index - answered >= unansweredMax) await setTimeout(5)
      const to = `+1202556${String(index % 1000).padStart(4, '0')}`
      const from = senders[index % senders.length] ?? ''
      assert.equal((await send(node.url, { from, to, text: textOf(index) })).status, 200)
    })
    await atRest(node.store, 120_000)
    const seconds = (performance.now() - startMs) / 1000
    return { ...(await outcome(node)), seconds, rssGrown: process.memoryUsage.rss() - rssBefore }
  } finally {
    await node.close()
  }
}

/** Deliveries by state, receipts by whether they moved their delivery, and how many more than once. */
async function outcome({ store, providers }: Node) {
  const states: Record<string, number> = {}
  const receipts = { applied: 0, ignored: 0 }
  let appliedTwice = 0
  let leftOver = 0
  for (let number = 1; ; number += 1) {
    const page = await store.deliveries.list({ size: 500, number })
    for (const { id, state, messageId = '', accountId } of page.entities) {
      states[state] = (states[state] ?? 0) + 1
      const known = await store.receipts.ofMessage(messageId)
      const applied = known.filter((receipt) => receipt.applied).length
      receipts.applied += applied
      receipts.ignored += known.length - applied
      if (applied > 1) appliedTwice += 1
      for (const providerId of await store.deliveries.providerIds(id)) {
        leftOver += (await store.receipts.takeHeld(accountId, providerId.id)).length
      }
    }
    if (page.entities.length < 500) break
  }
  return { states, receipts, appliedTwice, leftOver, taken: providers.sms.length }
}

function assertAllApplied(found: Awaited<ReturnType<typeof tryReceipts>>, count: number): void {
  assert.equal(found.taken, count, 'each text was sent once')
  assert.deepEqual(found.states, { delivered: count })
  // Every second text had its receipt before as well: that repeat is on record and changes nothing.
  assert.deepEqual(found.receipts, { applied: count, ignored: Math.ceil(count / 2) })
  assert.deepEqual([found.appliedTwice, found.leftOver], [0, 0])
}

test('10 000 receipts before their sends are answered: each is applied once, none is lost', async (t) => {
  const found = await tryReceipts(10_000)
  t.diagnostic(JSON.stringify(found))
  assertAllApplied(found, 10_000)
  assert.ok(found.rssGrown < 400e6, `memory grew by ${found.rssGrown} bytes`)
  assert.ok(found.seconds < 300, `${found.seconds} s`)
})

let server: ReturnType<typeof startPostgres> | undefined
after(async () => (await server)?.stop())

test('1000 of them on PostgreSQL: each is applied once, none is lost', async (t) => {
  server = startPostgres()
  const found = await tryReceipts(1000, await (await server).url('receipts'))
  t.diagnostic(JSON.stringify(found))
  assertAllApplied(found, 1000)
})
