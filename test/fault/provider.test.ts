import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Delivery } from '../../src/domain/delivery.ts'
import { bodyOf } from '../../src/messaging/carried.ts'
import { eventually } from '../house.ts'
import { handsets, senders, token } from './ground.ts'
import { send } from './load.ts'
import { type Node, startNode } from './nodes.ts'
import type { Behaviour } from './providers.ts'

const [from] = senders

/** Replies that no provider should give with a 2xx, by name. */
const rubbish: Readonly<Record<string, Behaviour>> = {
  empty: { status: 200, body: '' },
  html: { status: 200, headers: { 'content-type': 'text/html' }, body: '<h1>Sign in</h1>' },
  truncated: { status: 200, body: '{"data":[{"message_id":"1' },
  huge: { status: 200, body: `{"data":"${'x'.repeat(2_000_000)}"}` },
  'a list': { status: 200, body: '[1,2,3]' },
  'no id': { status: 200, body: '{"data":[],"error":{}}' },
  binary: { status: 200, body: '\u0000\u00ff\u00fe' },
  'nothing at all': { status: 204, headers: {}, body: '' },
}

/** Asks for the delivery whose text is this. */
async function deliveryOf(node: Node, text: string): Promise<Delivery> {
  const page = await node.store.deliveries.list({ size: 500, number: 1 })
  for (const delivery of page.entities) {
    const body = JSON.stringify(await bodyOf(node.store, delivery))
    if (body.includes(`"${text}"`)) return delivery
  }
  throw new Error(`There is no delivery of "${text}".`)
}

async function inState(node: Node, text: string, state: Delivery['state']): Promise<Delivery> {
  return eventually(
    `"${text}" is ${state}`,
    async () => {
      const delivery = await deliveryOf(node, text)
      return delivery.state === state && delivery
    },
    20_000,
  )
}

describe('a provider that misbehaves', () => {
  let node: Node
  const hung: string[] = []
  before(async () => {
    node = await startNode({
      behave({ text }) {
        const reply = rubbish[text.replace(/^open /, '')]
        if (reply !== undefined) return reply
        if (text.startsWith('slow')) return { delayMs: 1500 }
        if (!text.startsWith('hang')) return 'well'
        hung.push(text)
        return hung.filter((one) => one === text).length > 1 ? 'well' : 'never'
      },
    })
  })
  after(() => node.close())

  const to = (index: number) => handsets[index] ?? ''

  test('hung or slow, it holds up its own lane and no other', async () => {
    const says = async (given: { from: string; to: string; text: string }) => {
      assert.equal((await send(node.url, given)).status, 200)
    }
    const startMs = performance.now()
    await says({ from, to: to(0), text: 'hang sms' })
    await says({ from, to: to(0), text: 'behind the hung sms' })
    await says({ from: 'integration', to: to(1), text: 'hang open' })
    await says({ from: 'integration', to: to(1), text: 'behind the hung open' })
    await says({ from, to: to(2), text: 'slow' })
    await says({ from, to: to(2), text: 'behind the slow' })
    await says({ from, to: to(3), text: 'another handset' })
    await says({ from: 'integration', to: to(4), text: 'another customer' })
    await inState(node, 'another handset', 'sent')
    await inState(node, 'another customer', 'sent')
    assert.ok(performance.now() - startMs < 8000, 'long before the deadline of the hung ones')
    assert.equal((await deliveryOf(node, 'behind the hung sms')).state, 'queued')
    assert.equal((await deliveryOf(node, 'behind the hung open')).state, 'queued')
    await inState(node, 'behind the slow', 'sent')
    await inState(node, 'slow', 'sent')
  })

  test('after the deadline it is uncertain where doubles are not dropped, and its lane goes on', async () => {
    const delivery = await inState(node, 'hang sms', 'uncertain')
    assert.match(delivery.failure?.message ?? '', /gave no full answer within 10000 ms/)
    await inState(node, 'behind the hung sms', 'sent')
    assert.equal(hung.filter((text) => text === 'hang sms').length, 1, 'it is not sent again')
  })

  test('where doubles are dropped it is sent again, before what came after it', async () => {
    const delivery = await inState(node, 'hang open', 'sent')
    assert.equal(delivery.attempts, 2)
    await inState(node, 'behind the hung open', 'sent')
    const texts = node.providers.open.filter(({ lane }) => lane === to(1)).map(({ text }) => text)
    assert.deepEqual(texts, ['hang open', 'hang open', 'behind the hung open'])
  })

  for (const [name, reply] of Object.entries(rubbish)) {
    test(`a 2xx with rubbish for an answer (${name}) leaves the text uncertain, and is on record`, async () => {
      assert.equal((await send(node.url, { from, to: to(5), text: name })).status, 200)
      const { id, failure, messageId } = await inState(node, name, 'uncertain')
      assert.equal(failure?.failure, 'uncertain')
      const [attempt] = await node.store.deliveries.attempts(id)
      assert.equal(attempt?.outcome, 'uncertain')
      const body = typeof reply === 'object' ? (reply.body ?? '') : ''
      const kept = attempt?.exchange?.responseBody ?? ''
      if (name === 'binary') assert.match(kept, /^\[5 bytes of .*, not kept\]$/)
      else assert.equal(kept, name === 'huge' ? '' : body)
      const told = await fetch(`${node.url}/api/signalbox/messages/${messageId}/timeline`, {
        headers: { authorization: `Bearer ${token}` },
      })
      assert.equal(told.status, 200)
      assert.match(await told.text(), /uncertain/, 'the message tells its fate')
      assert.equal(node.providers.sms.filter(({ text }) => text === name).length, 1)
    })
  }

  test('a webhook that says 200 has taken the message, whatever else it says', async () => {
    for (const name of Object.keys(rubbish).filter((one) => one !== 'huge')) {
      await send(node.url, { from: 'integration', to: to(6), text: `open ${name}` })
      await inState(node, `open ${name}`, 'sent')
    }
  })
})
