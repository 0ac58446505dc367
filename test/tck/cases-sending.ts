import assert from 'node:assert/strict'
import { type Case, withoutIds, withoutSending } from './case.ts'
import { handset, type Scene, soon } from './scene.ts'

const texts: readonly (readonly [title: string, text: string])[] = [
  ['signs that forms and addresses treat specially', '50% & more = a+b? #1; "x" \\ \'y\' ~!*()'],
  ['the extension of the GSM alphabet', '€ [x] {y} | ~ ^ \\'],
  ['umlauts and accents', 'Grüße aus Århus, señor Ñandú'],
  ['emoji beyond the basic plane, and joined ones', '🍕 👩‍👩‍👧 🇮🇹 👍🏽'],
  ['Chinese, Russian and Arabic', '你好 Привет مرحبا'],
  ['line breaks and tabs', 'one\ntwo\r\nthree\tfour'],
  ['something that looks like markup', '<b>&amp;</b> <!DOCTYPE x [<!ENTITY a "b">]> ]]>'],
  ['something that looks like JSON', '{"text":"x","to":["+1"]}'],
  ['blanks at both ends', '  x  '],
  ['more than one GSM part', 'Seven bits each. '.repeat(12)],
  ['more than one UCS-2 part', 'Шестнадцать бит. '.repeat(8)],
  ['as many characters as the channel takes', 'x'.repeat(765)],
]

async function oneSend(scene: Scene, text?: string) {
  const own = await scene.send(text)
  await scene.becomes(own, 'sent')
  assert.equal(scene.provider.sends.length, 1)
  const [send] = scene.provider.sends
  assert.ok(send)
  return { own, send }
}

async function idsOf(scene: Scene, deliveryId: string): Promise<readonly string[]> {
  return (await scene.store.deliveries.providerIds(deliveryId)).map(({ id }) => id)
}

/** What leaves arrives, once, unchanged, in order, and is on record. */
export const sendingCases: readonly Case[] = [
  ...texts.map(
    ([title, text]): Case => ({
      area: 'sending',
      title: `a text with ${title} arrives unchanged in one send`,
      without: withoutSending,
      async run(scene) {
        const { send } = await oneSend(scene, text)
        assert.equal(send.taken.text, text)
      },
    }),
  ),
  {
    area: 'sending',
    title: 'both numbers arrive in international form',
    without: withoutSending,
    async run(scene) {
      const { send } = await oneSend(scene)
      assert.deepEqual([send.taken.from, send.taken.to], [scene.number, handset])
    },
  },
  {
    area: 'sending',
    title: 'a send carries a tag that no other delivery has',
    without: withoutSending,
    async run(scene) {
      const all = [await scene.send('one'), await scene.send('two')]
      for (const own of all) await scene.becomes(own, 'sent')
      const tags = scene.provider.sends.map(({ taken }) => taken.tag)
      assert.deepEqual(
        tags,
        all.map(({ deliveryId }) => deliveryId),
      )
    },
  },
  {
    area: 'sending',
    title: 'ten texts to one handset leave in the order written',
    without: withoutSending,
    async run(scene) {
      const written = Array.from({ length: 10 }, (_, at) => `text ${at}`)
      for (const text of written) await scene.send(text)
      await soon('all ten left', async () => scene.provider.sends.length === 10)
      assert.deepEqual(
        scene.provider.sends.map(({ taken }) => taken.text),
        written,
      )
    },
  },
  {
    area: 'sending',
    title: 'a text that waits holds up the ones behind it and no other handset',
    without: withoutSending,
    async run(scene) {
      scene.provider.script({ answer: { status: 429, headers: { 'retry-after': '20' } } })
      const first = await scene.send('first')
      await soon('the first was tried', async () => scene.provider.sends.length === 1)
      const second = await scene.send('second')
      const other = await scene.send('other', '+12125550102')
      await scene.becomes(other, 'sent')
      await scene.becomes(first, 'sent')
      await scene.becomes(second, 'sent')
      const order = scene.provider.sends.map(({ taken }) => taken.text)
      assert.deepEqual(order, ['first', 'other', 'first', 'second'])
    },
  },
  {
    area: 'sending',
    title: 'the transcript shows what was said, and no secret of the account',
    without: withoutSending,
    async run(scene) {
      const { own } = await oneSend(scene)
      const [attempt] = await scene.attempts(own)
      assert.equal(attempt?.outcome, 'sent')
      assert.ok((attempt.exchange?.status ?? 0) >= 200)
      const account = await scene.store.records.get('account', scene.accountId)
      const secrets = Object.values(account?.secrets ?? {})
      assert.ok(secrets.length > 0)
      const record = JSON.stringify(attempt)
      for (const secret of secrets) assert.ok(!record.includes(secret))
    },
  },
  {
    area: 'sending',
    title: 'the id that the provider gave is on record',
    without: withoutIds,
    async run(scene) {
      const { own, send } = await oneSend(scene)
      assert.deepEqual(await idsOf(scene, own.deliveryId), [send.id])
    },
  },
  ...[
    ['leading zeros', '000123'],
    ['nineteen digits', '9223372036854775807'],
    ['thirty digits', '123456789012345678901234567890'],
    ['signs of all sorts', 'a:b/c d&e=f"g'],
  ].map(
    ([title, id = '']): Case => ({
      area: 'sending',
      title: `an id with ${title} is kept letter by letter`,
      without: (adapter) =>
        withoutIds(adapter) ??
        (adapter.connector === 'mgage' && /["&]/.test(id) ? 'its XML has no such ids' : undefined),
      async run(scene) {
        scene.provider.script({ id })
        const { own } = await oneSend(scene)
        assert.deepEqual(await idsOf(scene, own.deliveryId), [id])
      },
    }),
  ),
  {
    area: 'sending',
    title: 'a text in parts is delivered when each part is',
    without: (adapter) =>
      adapter.answers?.acceptParts === undefined ? 'it gives one id a text' : undefined,
    async run(scene) {
      const parts = ['part-1', 'part-2', 'part-3'].map((one) => `${scene.number}-${one}`)
      scene.provider.script({ parts })
      const { own, send } = await oneSend(scene, 'x'.repeat(400))
      assert.deepEqual(await idsOf(scene, own.deliveryId), parts)
      for (const id of parts.slice(1)) await scene.report(send, 'delivered', { id })
      assert.equal((await scene.message(own)).status, 'sent')
      await scene.report(send, 'delivered', { id: parts[0] ?? '' })
      await scene.becomes(own, 'delivery-success')
    },
  },
]
