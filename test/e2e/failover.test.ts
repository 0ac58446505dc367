import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import type { DeliveryState } from '../../src/domain/delivery.ts'
import type { Store } from '../../src/store/store.ts'
import { hurriedOutside } from '../clocks.ts'
import { eventually, type House, startHouse } from '../house.ts'
import { onBothStores } from '../stores.ts'
import type { ProviderAdapter } from '../tck/adapter.ts'
import { type ProviderServer, type Step, startProvider } from '../tck/provider-server.ts'
import { kannel } from '../tck/providers/kannel.ts'
import { twilioForm } from '../tck/providers/twilio-form.ts'

/** A sender whose account falls back to another one, and the two providers behind them. */
interface Pair {
  readonly first: ProviderServer
  readonly second: ProviderServer
  /** Ids of the two accounts, in that order. */
  readonly accounts: readonly [string, string]
  /** Texts as the providers got them, in the order of arrival. */
  readonly arrivals: readonly string[]
  send(text?: string): Promise<string>
  close(): Promise<void>
}

const busy: Step = { answer: { status: 503 } }
const noCredit: Step = { answer: { status: 402 } }
const unknownUser: Step = { answer: { status: 403 } }
const refused: Step = { answer: { status: 400, body: 'No.' } }
const broken: Step = { answer: { status: 500 } }
/** Longer than a text is worth keeping. */
const slowDown: Step = { answer: { status: 429, headers: { 'retry-after': '999999' } } }

onBothStores('a sender with an account to fall back to', (database) => {
  let house: House
  let store: Store
  let count = 0
  const pairs: Pair[] = []

  before(async () => {
    const url = await database()
    house = await startHouse({
      outside: hurriedOutside(10),
      argv: ['--allow-private-networks', '127.0.0.0/8'],
      ...(url === undefined ? {} : { database: url }),
    })
    store = house.running.database.store(house.credentials.organization.id)
  })
  after(async () => {
    await house.close()
    for (const pair of pairs) await pair.close()
  })

  async function create(kind: string, body: object): Promise<string> {
    const answer = await house.call('POST', `/api/signalbox/${kind}`, { body })
    assert.equal(answer.status, 201, JSON.stringify(answer.body))
    return String(answer.body.id)
  }

  async function openPair(): Promise<Pair> {
    count += 1
    const number = `+12055550${100 + count}`
    const first = await startProvider(kannel, { idPrefix: `k-${count}-` })
    const second = await startProvider(twilioForm, { idPrefix: `t-${count}-` })
    const account = (adapter: ProviderAdapter, url: string, more: object = {}) =>
      create('accounts', {
        name: `${adapter.connector} ${count}`,
        connector: adapter.connector,
        settings: adapter.settings({ url, number }),
        allowPrivateNetwork: true,
        ...more,
      })
    const other = await account(twilioForm, second.url)
    const own = await account(kannel, first.url, { fallbackAccountId: other })
    await create('senders', { address: number, accountId: own })
    const pair: Pair = {
      first,
      second,
      accounts: [own, other],
      get arrivals() {
        return [...first.sends, ...second.sends]
          .toSorted((one, next) => one.order - next.order)
          .map(({ taken }) => taken.text)
      },
      async send(textBody = 'Hello') {
        const { status, body } = await house.call(
          'POST',
          '/api/v2/conversations/messages/agentless',
          {
            body: {
              fromAddress: number,
              toAddress: '+12125550101',
              toAddressMessengerType: 'sms',
              textBody,
            },
          },
        )
        assert.equal(status, 200, JSON.stringify(body))
        return String(body.id)
      },
      async close() {
        await first.close()
        await second.close()
      },
    }
    pairs.push(pair)
    return pair
  }

  async function deliveryOf(messageId: string) {
    const [delivery] = await store.deliveries.ofMessage(messageId)
    assert.ok(delivery)
    return { delivery, attempts: await store.deliveries.attempts(delivery.id) }
  }

  const over: readonly DeliveryState[] = ['sent', 'delivered', 'failed', 'uncertain']
  const ended = (messageId: string) =>
    eventually(
      'the delivery is over',
      async () => {
        const found = await deliveryOf(messageId)
        return over.includes(found.delivery.state) && found
      },
      20_000,
    )

  test('leaves through it at once, and both attempts are on record', async () => {
    const pair = await openPair()
    await pair.first.close()
    const id = await pair.send()
    const { delivery, attempts } = await ended(id)
    assert.equal(delivery.state, 'sent')
    assert.deepEqual(
      attempts.map(({ accountId, outcome, failure }) => [accountId, outcome, failure]),
      [
        [pair.accounts[0], 'retry', 'unreachable'],
        [pair.accounts[1], 'sent', undefined],
      ],
    )
    const { body } = await house.call('GET', `/api/signalbox/messages/${id}/timeline`)
    const told = JSON.stringify(body)
    for (const name of ['Attempt 1, through kannel', 'Attempt 2, through twilio-form']) {
      assert.ok(told.includes(name), name)
    }
    const [send] = pair.second.sends
    assert.ok(send?.taken.reportTo?.includes(pair.accounts[1]), 'receipts come to the second one')
  })

  for (const [title, step] of [
    ['takes nothing now', busy],
    ['has no credit', noCredit],
    ['does not know the user', unknownUser],
    ['asks to slow down for longer than is worth waiting', slowDown],
  ] as const) {
    test(`falls back when the provider ${title}`, async () => {
      const pair = await openPair()
      pair.first.script(step)
      const { delivery } = await ended(await pair.send())
      assert.equal(delivery.state, 'sent')
      assert.deepEqual([pair.first.sends.length, pair.second.sends.length], [1, 1])
    })
  }

  for (const [title, step, state] of [
    ['was refused', refused, 'failed'],
    ['may have been taken: no answer', 'cut', 'uncertain'],
    ['may have been taken: half an answer', 'cut-answer', 'uncertain'],
    ['may have been taken: an internal error', broken, 'uncertain'],
  ] as const) {
    test(`keeps a text from the other account that ${title}`, async () => {
      const pair = await openPair()
      pair.first.script(step)
      const { delivery } = await ended(await pair.send())
      assert.equal(delivery.state, state)
      assert.deepEqual([pair.first.sends.length, pair.second.sends.length], [1, 0])
    })
  }

  test('keeps the order of one handset over both accounts', async () => {
    const pair = await openPair()
    pair.first.script(busy, 'accept', noCredit, 'accept', busy, busy)
    const written = ['1', '2', '3', '4', '5', '6']
    const ids: string[] = []
    for (const text of written) ids.push(await pair.send(text))
    for (const id of ids) assert.equal((await ended(id)).delivery.state, 'sent')
    assert.deepEqual([...new Set(pair.arrivals)], written)
  })

  test('goes round again where both take nothing, until one does', async () => {
    const pair = await openPair()
    pair.first.script(busy, busy)
    pair.second.script(busy, noCredit)
    const { delivery, attempts } = await ended(await pair.send())
    assert.equal(delivery.state, 'sent')
    assert.deepEqual(
      attempts.map(({ accountId }) => pair.accounts.indexOf(String(accountId))),
      [0, 1, 0, 1, 0],
    )
  })

  test('never lets two providers have one text, whatever they do', async () => {
    const steps = [
      'accept',
      'cut',
      'cut-answer',
      'garbage',
      busy,
      noCredit,
      unknownUser,
      refused,
      broken,
      slowDown,
    ] as const satisfies readonly Step[]
    const doubtful: readonly Step[] = ['cut', 'cut-answer', 'garbage', broken]
    const script = fc.array(fc.constantFrom(...steps), { maxLength: 3 })
    await fc.assert(
      fc.asyncProperty(script, script, async (first, second) => {
        const pair = await openPair()
        pair.first.script(...first)
        pair.second.script(...second)
        const { delivery } = await ended(await pair.send())
        const taken = [
          ...pair.first.sends.map((_, at) => first[at] ?? 'accept'),
          ...pair.second.sends.map((_, at) => second[at] ?? 'accept'),
        ].filter((step) => step === 'accept' || doubtful.includes(step))
        assert.ok(taken.length <= 1, `${taken.length} may have taken it`)
        const expected = taken[0] === 'accept' ? 'sent' : 'uncertain'
        assert.equal(delivery.state, taken.length === 0 ? 'failed' : expected)
      }),
      { numRuns: 40, endOnFailure: true },
    )
  })

  test('names only another account that carries SMS', async () => {
    const { accounts } = await openPair()
    const change = (id: string, fallbackAccountId: string | null) =>
      house.call('PUT', `/api/signalbox/accounts/${id}`, { body: { fallbackAccountId } })
    const [own, other] = accounts
    assert.equal((await change(own, own)).status, 400)
    assert.equal((await change(own, 'nobody')).status, 400)
    assert.equal((await change(own, house.credentials.connection.id)).status, 400)
    assert.equal((await change(other, own)).body.fallbackAccountId, own)
    const removal = await house.call('DELETE', `/api/signalbox/accounts/${other}`)
    assert.equal(removal.status, 409)
    assert.equal((await change(other, null)).body.fallbackAccountId, undefined)
  })
})
