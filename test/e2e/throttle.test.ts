import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { eventually, type House, startHouse } from '../house.ts'
import { onBothStores } from '../stores.ts'

onBothStores('a throttled sender', (database) => {
  let house: House
  before(async () => {
    const url = await database()
    house = await startHouse(url === undefined ? {} : { database: url })
  })
  after(() => house.close())

  const send = (textBody: string, handset: string) =>
    house.call('POST', '/api/v2/conversations/messages/agentless', {
      body: {
        fromAddress: house.credentials.sender.address,
        toAddress: handset,
        toAddressMessengerType: 'sms',
        textBody,
      },
    })
  const arrivals = async (handset: string) => {
    const answer = await house.call(
      'GET',
      `/api/signalbox/handset/messages?handset=${encodeURIComponent(handset)}`,
    )
    return answer.body.entities as { text: string; dateCreated?: string; time?: string }[]
  }
  const setRate = (rate: object | null) =>
    house.call('PUT', `/api/signalbox/senders/${house.credentials.sender.id}`, { body: { rate } })

  test('sends at its rate in segments, in order, and then as fast as before', async () => {
    const set = await setRate({ segmentsPerSecond: 4, burstSegments: 1 })
    assert.equal(set.status, 200, JSON.stringify(set.body))
    assert.deepEqual(set.body.rate, { segmentsPerSecond: 4, burstSegments: 1 })
    const startMs = Date.now()
    const twoSegments = 'x'.repeat(200)
    for (const text of ['1', twoSegments, '3', '4'])
      assert.equal((await send(text, '+12025550161')).status, 200)
    const texts = await eventually('all four arrive', async () => {
      const all = await arrivals('+12025550161')
      return all.length === 4 && all
    })
    const tookMs = Date.now() - startMs
    assert.deepEqual(
      texts.map(({ text }) => text.slice(0, 1)),
      ['1', 'x', '3', '4'],
    )
    assert.ok(
      tookMs >= 950,
      `1 + 2 + 1 segments before the last at 4 a second take a second, not ${tookMs} ms`,
    )
    assert.equal((await setRate(null)).body.rate, undefined)
    for (let index = 0; index < 20; index += 1) await send(`fast ${index}`, '+12025550162')
    await eventually(
      'twenty more arrive at once',
      async () => (await arrivals('+12025550162')).length === 20,
      3000,
    )
  })

  test('says that a text expired which waited longer than it was worth sending', async () => {
    const account = house.credentials.account.id
    const set = await house.call('PUT', `/api/signalbox/accounts/${account}`, {
      body: { validityMs: 1000, rate: { segmentsPerSecond: 0.1 } },
    })
    assert.equal(set.status, 200, JSON.stringify(set.body))
    await send('goes at once', '+12025550163')
    const late = await send('waits too long', '+12025550163')
    const details = await eventually('the second one fails', async () => {
      const answer = await house.call(
        'GET',
        `/api/v2/conversations/messages/${late.body.id}/details`,
      )
      return answer.body.status === 'delivery-failed' && answer.body
    })
    assert.equal(details.errorInfo.code, 'MessageExpired')
    assert.equal((await arrivals('+12025550163')).length, 1)
  })
})
