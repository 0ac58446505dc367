import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bodyOf } from '../../src/messaging/carried.ts'
import { leapingOutside } from '../clocks.ts'
import { eventually } from '../house.ts'
import { onBothStores } from '../stores.ts'
import { handsets, organizationId, senders } from './ground.ts'
import { assertNothingWrong, judge } from './judge.ts'
import { send, sleep, startLoad } from './load.ts'
import { type Node, startNode } from './nodes.ts'

const hourMs = 3_600_000

onBothStores('the clock jumps', (database) => {
  for (const [title, leapMs] of [
    ['an hour forward', hourMs],
    ['an hour back', -hourMs],
  ] as const) {
    test(`${title}, while texts are under way: nothing is lost, doubled, reordered or stranded`, async (t) => {
      const { outside, leap } = leapingOutside()
      const node = await startNode({ database: await database(), outside })
      t.after(() => node.close())
      const load = startLoad(() => node.url)
      t.after(() => load.stop())
      load.resume()
      for (let jump = 0; jump < 2; jump += 1) {
        await sleep(700)
        leap(leapMs)
      }
      await sleep(700)
      const count = () => [...load.acknowledged.values()].flat().length
      const before = count()
      await eventually('callers are served', async () => count() > before + 12, 20_000)
      await load.stop()
      assert.deepEqual(load.refused, [])
      const { acknowledged } = load
      const found = await judge(node.store, { acknowledged, providers: node.providers }, 20_000)
      const expired = new Set(await expiredTexts(node))
      const lost = found.lost.filter((text) => !expired.has(text))
      t.diagnostic(JSON.stringify({ ...found, lost: lost.length, expired: expired.size }))
      assertNothingWrong({ ...found, lost }, 24)
      // A webhook's message is valid for an hour; what the clock says is over is reported as failed.
      if (leapMs < 0) assert.equal(expired.size, 0)
      assert.equal(found.uncertain, 0)
      const ids = await idsInOrder(node)
      assert.equal(new Set(ids).size, ids.length, 'ids are unique')
    })

    test(`${title}, while a retry and throttled texts wait: they go in their time`, async (t) => {
      const { outside, leap } = leapingOutside()
      const refusals = new Map<string, number>()
      const node = await startNode({
        database: await database(),
        outside,
        behave({ text }) {
          if (!text.startsWith('again')) return 'well'
          refusals.set(text, (refusals.get(text) ?? 0) + 1)
          return refusals.get(text) === 1 ? { status: 503, body: '{}' } : 'well'
        },
      })
      t.after(() => node.close())
      const [from, throttled] = senders
      await node.store.transaction(async ({ records }) => {
        const sender = await records.get('sender', throttled)
        assert.ok(sender)
        const rate = { segmentsPerSecond: 1 }
        await records.save('sender', { ...sender, rate, version: sender.version + 1 })
      })
      const says = async (by: string, index: number, text: string) => {
        const told = await send(node.url, { from: by, to: handsets[index] ?? '', text })
        assert.equal(told.status, 200)
      }
      await says(from, 0, 'again 1')
      await says(from, 0, 'behind it')
      for (let index = 1; index <= 3; index += 1) await says(throttled, index, `slow ${index}`)
      await eventually('the first attempt failed', async () => refusals.get('again 1') === 1)
      await sleep(300) // so that it is settled, and rests
      leap(leapMs)
      const sent = () => node.providers.sms.map(({ text }) => text)
      await eventually(
        'everything is sent',
        async () =>
          sent().includes('behind it') && [1, 2, 3].every((n) => sent().includes(`slow ${n}`)),
        15_000,
      )
      assert.deepEqual(
        sent().filter((text) => !text.startsWith('slow')),
        ['again 1', 'again 1', 'behind it'],
      )
      assert.equal(sent().filter((text) => text.startsWith('slow')).length, 3)
    })
  }
})

async function idsInOrder(node: Node): Promise<readonly string[]> {
  const ids: string[] = []
  const store = node.running.database.store(organizationId)
  for (let number = 1; ; number += 1) {
    const page = await store.deliveries.list({ size: 500, number })
    ids.push(...page.entities.map(({ id }) => id))
    if (page.entities.length < 500) return ids
  }
}

async function expiredTexts({ store }: Node): Promise<readonly string[]> {
  const { entities } = await store.deliveries.list({ size: 500, number: 1 }, { state: 'failed' })
  const texts: string[] = []
  for (const delivery of entities) {
    assert.equal(delivery.failure?.reason, 'MessageExpired')
    const body = JSON.stringify(await bodyOf(store, delivery))
    texts.push(/text \d{8}/.exec(body)?.[0] ?? delivery.id)
  }
  return texts
}
