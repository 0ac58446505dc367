import assert from 'node:assert/strict'
import type { Report } from './adapter.ts'
import { type Case, without, withoutIds, withoutSending, withoutSignature } from './case.ts'
import type { SeenSend } from './provider-server.ts'
import type { OwnText, Scene } from './scene.ts'

async function sent(scene: Scene): Promise<{ own: OwnText; send: SeenSend }> {
  const own = await scene.send()
  await scene.becomes(own, 'sent')
  const [send] = scene.provider.sends
  assert.ok(send)
  return { own, send }
}

type Word = Exclude<Report['status'], 'unheard'>

const statusOf = { sent: 'sent', delivered: 'delivery-success', failed: 'delivery-failed' } as const

/** These reports, in that order, leave the message as `ends` says. */
function joined(title: string, words: readonly Word[], ends: Word): Case {
  return {
    area: 'receipts',
    title,
    without: (adapter) => words.map((word) => without(word)(adapter)).find((one) => one),
    async run(scene) {
      const { own, send } = await sent(scene)
      for (const word of words) assert.equal(Math.floor((await scene.report(send, word)) / 100), 2)
      await scene.becomes(own, statusOf[ends])
      assert.equal((await scene.store.receipts.ofMessage(own.messageId)).length, words.length)
      const applied = (await scene.store.receipts.ofMessage(own.messageId)).filter(
        (one) => one.applied,
      )
      const moves = new Set(applied.map(({ status }) => status)).size
      assert.equal(applied.length, moves, 'no word moves it twice')
      assert.equal(scene.provider.sends.length, 1)
    },
  }
}

/** A report that must move nothing; what it is answered is told by `is`. */
function ignored(
  title: string,
  make: (scene: Scene, send: SeenSend) => Promise<number>,
  is: (status: number) => boolean,
  unless: Case['without'] = withoutSending,
): Case {
  return {
    area: 'receipts',
    title,
    without: (adapter) => withoutSending(adapter) ?? unless?.(adapter),
    async run(scene) {
      const { own, send } = await sent(scene)
      const status = await make(scene, send)
      assert.ok(is(status), `it was answered ${status}`)
      assert.equal((await scene.message(own)).status, 'sent')
      assert.deepEqual(await scene.store.receipts.ofMessage(own.messageId), [])
      await scene.report(send, 'delivered')
      await scene.becomes(own, 'delivery-success')
    },
  }
}

const isRefused = (status: number) => status === 401
const isTold = (status: number) => status < 500

/** A send whose answer was lost is settled by what the provider reports later. */
function settles(word: 'delivered' | 'failed'): Case {
  return {
    area: 'receipts',
    title: `a receipt says ${word} of a send that was in doubt`,
    without: (adapter) =>
      withoutSending(adapter) ??
      (adapter.returnsTags ? undefined : 'its receipts do not name our delivery'),
    async run(scene) {
      scene.provider.script('cut')
      const own = await scene.send()
      await (scene.adapter.dropsDoubles
        ? scene.becomes(own, 'sent')
        : scene.reaches(own, 'uncertain'))
      const [send] = scene.provider.sends
      assert.ok(send)
      await scene.report(send, word)
      await scene.becomes(own, statusOf[word])
    },
  }
}

/** What the provider tells later, in every order and by everybody. */
export const receiptCases: readonly Case[] = [
  joined('delivered', ['delivered'], 'delivered'),
  joined('failed', ['failed'], 'failed'),
  joined('sent, then delivered', ['sent', 'delivered'], 'delivered'),
  joined('sent, then failed', ['sent', 'failed'], 'failed'),
  joined('delivered twice counts once', ['delivered', 'delivered'], 'delivered'),
  joined('failed twice counts once', ['failed', 'failed'], 'failed'),
  joined('delivered, then failed: the handset’s word stands', ['delivered', 'failed'], 'delivered'),
  joined('failed, then delivered: the handset’s word stands', ['failed', 'delivered'], 'delivered'),
  joined('sent after delivered comes too late', ['delivered', 'sent'], 'delivered'),
  joined('sent after failed comes too late', ['failed', 'sent'], 'failed'),
  joined(
    'a muddle of six ends as delivered',
    ['sent', 'failed', 'sent', 'delivered', 'failed', 'delivered'],
    'delivered',
  ),
  settles('delivered'),
  settles('failed'),
  {
    area: 'receipts',
    title: 'ten at once are one',
    without: withoutSending,
    async run(scene) {
      const { own, send } = await sent(scene)
      const all = await Promise.all(
        Array.from({ length: 10 }, () => scene.report(send, 'delivered')),
      )
      assert.ok(all.every((status) => status < 300))
      await scene.becomes(own, 'delivery-success')
      const receipts = await scene.store.receipts.ofMessage(own.messageId)
      assert.equal(receipts.filter(({ applied }) => applied).length, 1)
    },
  },
  {
    area: 'receipts',
    title: 'one that comes before the answer to the send is not lost',
    without: withoutSending,
    async run(scene) {
      scene.provider.script({
        first: async (taken, id) => {
          const request = { method: '', path: '', headers: {}, body: Buffer.alloc(0) }
          const send = {
            taken,
            id,
            order: 0,
            request: { ...request, query: new URLSearchParams() },
          }
          assert.ok((await scene.report(send, 'delivered')) < 300)
        },
      })
      const own = await scene.send()
      await scene.becomes(own, 'delivery-success')
      assert.equal((await scene.delivery(own)).state, 'delivered')
      assert.deepEqual(scene.provider.complaints, [])
    },
  },
  {
    area: 'receipts',
    title: 'one for an id with leading zeros finds its text, and no other',
    without: withoutIds,
    async run(scene) {
      scene.provider.script({ id: '007' }, { id: '7' })
      const [first, second] = [await scene.send('one'), await scene.send('two')]
      for (const own of [first, second]) await scene.becomes(own, 'sent')
      const [send] = scene.provider.sends
      assert.ok(send)
      await scene.report(send, 'delivered')
      await scene.becomes(first, 'delivery-success')
      assert.equal((await scene.message(second)).status, 'sent')
    },
  },
  {
    area: 'receipts',
    title: 'the call is on record, without the proof that it bore',
    without: withoutSending,
    async run(scene) {
      const { own, send } = await sent(scene)
      await scene.report(send, 'delivered')
      await scene.becomes(own, 'delivery-success')
      const [receipt] = await scene.store.receipts.ofMessage(own.messageId)
      const exchange = await scene.store.exchanges.get(receipt?.exchangeId ?? '')
      assert.ok(exchange)
      const account = await scene.store.records.get('account', scene.accountId)
      const record = JSON.stringify(exchange)
      for (const secret of Object.values(account?.secrets ?? {})) {
        assert.ok(!record.includes(secret))
      }
    },
  },
  ignored(
    'one with a forged proof is refused',
    (scene, send) => scene.report(send, 'failed', { proof: 'wrong' }),
    isRefused,
  ),
  ignored(
    'one without proof is refused',
    (scene, send) => scene.report(send, 'failed', { proof: 'none' }),
    isRefused,
  ),
  ignored(
    'one that was changed on the way is refused',
    (scene, send) =>
      scene.report(send, 'failed', {
        change: (call) => ({ ...call, body: Buffer.concat([Buffer.from(call.body), spoil]) }),
      }),
    isRefused,
    withoutSignature,
  ),
  ignored(
    'one at the address of another account moves nothing',
    async (scene, send) => scene.report(send, 'failed', { at: await scene.addAccount() }),
    isTold,
  ),
  ignored(
    'one about a text that nobody sent moves nothing',
    (scene, send) => scene.report(send, 'failed', { id: 'nobody-1', tag: 'nobody-1' }),
    isTold,
    ({ connector }) =>
      connector === 'kannel' || connector === 'twilio-form'
        ? 'its address names the text'
        : undefined,
  ),
  ignored(
    'one with a word that is not known moves nothing',
    (scene, send) => scene.report(send, 'unheard'),
    isTold,
    ({ connector }) => (connector === 'mgage' ? 'all but one code are failures' : undefined),
  ),
  ignored(
    'one without a body moves nothing and breaks nothing',
    (scene, send) => scene.report(send, 'failed', { change: (call) => ({ ...call, body: '' }) }),
    isTold,
    ({ connector }) => (connector === 'kannel' ? 'its reports have no body' : undefined),
  ),
  ignored(
    'one with half a character moves nothing and breaks nothing',
    (scene, send) =>
      scene.report(send, 'failed', {
        change: (call) => ({ ...call, body: Buffer.from([0x7b, 0x22, 0xe2, 0x82]) }),
      }),
    isTold,
    ({ connector }) => (connector === 'kannel' ? 'its reports have no body' : undefined),
  ),
]

const spoil = Buffer.from(' ')
