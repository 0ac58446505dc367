import assert from 'node:assert/strict'
import { type Case, withoutSending, withoutSignature } from './case.ts'
import { handset, type IncomingChange, type Scene, soon } from './scene.ts'

async function holds(scene: Scene, texts: readonly string[]): Promise<void> {
  await soon(`there are ${texts.length} texts`, async () => {
    return (await scene.texts()).length >= texts.length
  })
  assert.deepEqual(
    (await scene.texts()).map(({ text }) => text ?? ''),
    texts,
  )
}

/** A text is taken once, as it was written. */
function taken(title: string, text: string): Case {
  return {
    area: 'incoming',
    title: `a text with ${title} is taken as it was written`,
    async run(scene) {
      assert.equal(await scene.receive({ text }), 200)
      await holds(scene, [text])
    },
  }
}

/** These calls lead to so many texts. */
function counted(title: string, changes: readonly IncomingChange[], count: number): Case {
  return {
    area: 'incoming',
    title,
    async run(scene) {
      for (const change of changes) assert.equal(await scene.receive(change), 200)
      await soon('they are there', async () => (await scene.texts()).length >= count)
      await scene.calm()
      assert.equal((await scene.texts()).length, count)
    },
  }
}

/** A call that leaves nothing behind, and a server that goes on. */
function turnedAway(
  title: string,
  call: (scene: Scene) => Promise<number>,
  is: (status: number) => boolean,
  unless?: Case['without'],
): Case {
  return {
    area: 'incoming',
    title,
    ...(unless === undefined ? {} : { without: unless }),
    async run(scene) {
      const status = await call(scene)
      assert.ok(is(status), `it was answered ${status}`)
      assert.deepEqual(await scene.texts(), [])
      assert.equal(await scene.receive({ text: 'after' }), 200)
      await holds(scene, ['after'])
    },
  }
}

const isRefused = (status: number) => status === 401
const isFault = (status: number) => status >= 400 && status < 500

/** The same instant, as a clock in that zone shows it. */
function inZone(title: string, offsetMinutes: number): Case {
  return {
    area: 'incoming',
    title: `the time of a text is the instant meant, in ${title}`,
    without: ({ givesTimes }) => (givesTimes ? undefined : 'its texts bear no time'),
    async run(scene) {
      const timeMs = Date.UTC(2026, 2, 29, 0, 30, 5)
      assert.equal(await scene.receive({ timeMs, offsetMinutes }), 200)
      await soon('the text is there', async () => (await scene.texts()).length > 0)
      assert.equal((await scene.texts())[0]?.channelTimeMs, timeMs)
    },
  }
}

/** What customers write, and what pretends to be that. */
export const incomingCases: readonly Case[] = [
  taken('plain words', 'Yes, see you at 8'),
  taken('signs that forms treat specially', '50% & more = a+b? #1; "x" \\ ~'),
  taken('umlauts, emoji and Chinese', 'Grüße 👩‍👩‍👧 你好 🇮🇹'),
  taken('line breaks', 'one\ntwo\n\nthree'),
  taken('markup and JSON', '<b>{"type":"status"}</b>'),
  taken('three thousand characters', 'y'.repeat(3000)),
  counted('a text that is posted again is one text', [{ id: 'same' }, { id: 'same' }], 1),
  counted('two texts with the same words are two', [{ id: 'one' }, { id: 'two' }], 2),
  counted('ids that differ in leading zeros are two', [{ id: '007' }, { id: '7' }], 2),
  counted(
    'ids of nineteen digits that differ in the last are two',
    [{ id: '9223372036854775806' }, { id: '9223372036854775807' }],
    2,
  ),
  counted('an empty text does no harm', [{ text: '', id: 'empty' }, { id: 'full' }], 2),
  {
    area: 'incoming',
    title: 'a text that is posted ten times at once is one text',
    async run(scene) {
      const all = await Promise.all(
        Array.from({ length: 10 }, () => scene.receive({ id: 'crowd', text: 'crowd' })),
      )
      assert.deepEqual([...new Set(all)], [200])
      await scene.calm()
      await holds(scene, ['crowd'])
    },
  },
  {
    area: 'incoming',
    title: 'texts of one customer stay in order, in one conversation',
    async run(scene) {
      const written = Array.from({ length: 5 }, (_, at) => `text ${at}`)
      for (const text of written) assert.equal(await scene.receive({ text }), 200)
      await holds(scene, written)
      const conversations = (await scene.texts()).map(({ conversationId }) => conversationId)
      assert.equal(new Set(conversations).size, 1)
    },
  },
  {
    area: 'incoming',
    title: 'the customer is known by the number in international form',
    async run(scene) {
      assert.equal(await scene.receive(), 200)
      await soon('the text is there', async () => (await scene.texts()).length > 0)
      assert.equal((await scene.texts())[0]?.fromAddress, handset)
    },
  },
  inZone('UTC', 0),
  inZone('India', 330),
  inZone('New York', -240),
  inZone('Nepal', 345),
  turnedAway(
    'a text with a forged proof is refused',
    (scene) => scene.receive({ proof: 'wrong' }),
    isRefused,
  ),
  turnedAway(
    'a text without proof is refused',
    (scene) => scene.receive({ proof: 'none' }),
    isRefused,
  ),
  turnedAway(
    'a text that was changed on the way is refused',
    (scene) => {
      const call = scene.incoming()
      const body = Buffer.from(call.body.toString().replace('8', '9'))
      return scene.post({ ...call, body })
    },
    isRefused,
    withoutSignature,
  ),
  turnedAway(
    'a call to an address that is not there is answered so',
    async (scene) => {
      const call = scene.incoming()
      const { pathname } = new URL(scene.callbackUrl)
      const nowhere = `${pathname.slice(0, -4)}0000`
      return scene.post({ ...call, url: call.url.replace(pathname, nowhere) })
    },
    (status) => status === 404,
  ),
  turnedAway(
    'a body of eight mebibytes is turned away',
    async (scene) => {
      const call = scene.incoming()
      const body = Buffer.alloc(8 * 2 ** 20, 'x')
      return scene.post({ ...call, body }).catch(() => 413)
    },
    isFault,
  ),
  turnedAway(
    'a body that is cut off is the caller’s fault',
    async (scene) => {
      const call = scene.incoming()
      const body = Buffer.from(call.body).subarray(0, 12)
      return scene.post({ ...call, body })
    },
    isFault,
    ({ connector }) => (connector === 'kannel' ? 'any body is a text' : undefined),
  ),
  {
    area: 'incoming',
    title: 'the wrong content type breaks nothing',
    async run(scene) {
      const call = scene.incoming()
      const headers = { ...call.headers, 'content-type': 'application/x-odd' }
      const status = await scene.post({ ...call, headers })
      assert.ok(status < 500, `it was answered ${status}`)
    },
  },
  {
    area: 'incoming',
    title: 'a customer who writes STOP is sent nothing more',
    without: withoutSending,
    async run(scene) {
      assert.equal(await scene.receive({ text: 'STOP' }), 200)
      await soon('the answer left', async () => scene.provider.sends.length === 1)
      const own = await scene.send('An offer for you')
      await scene.becomes(own, 'delivery-failed')
      assert.equal((await scene.message(own)).error?.code, 'RecipientOptedOut')
      assert.equal(scene.provider.sends.length, 1)
    },
  },
]
