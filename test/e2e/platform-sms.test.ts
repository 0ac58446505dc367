import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { eventually, type House, startHouse } from '../house.ts'
import { onBothStores } from '../stores.ts'

onBothStores('SMS at the platform', (database) => {
  let house: House
  let handsets = 0

  before(async () => {
    const url = await database()
    house = await startHouse(url === undefined ? {} : { database: url })
  })
  after(() => house.close())

  /** Sends to a handset of its own. */
  function send(textBody: string, change: object = {}) {
    handsets += 1
    return house.call('POST', '/api/v2/conversations/messages/agentless', {
      body: {
        fromAddress: house.credentials.sender.address,
        toAddress: `+120255501${String(handsets).padStart(2, '0')}`,
        toAddressMessengerType: 'sms',
        textBody,
        ...change,
      },
    })
  }

  /** The message as the conversation's view shows it. */
  async function shown(conversationId: string, messageId: string) {
    const path = `/api/v2/conversations/messages/${conversationId}`
    const { body } = await house.call('GET', path)
    const participants: readonly { messages: readonly Record<string, unknown>[] }[] =
      body.participants
    const messages = participants.flatMap(({ messages }) => messages)
    return messages.find((one) => one['messageId'] === messageId)
  }

  test('counts the segments by the text’s own alphabet', async () => {
    for (const [title, text, segments] of [
      ['160 of the GSM alphabet', 'a'.repeat(160), 1],
      ['161 of the GSM alphabet', 'a'.repeat(161), 2],
      ['306 of the GSM alphabet', 'ü'.repeat(306), 2],
      ['307 of the GSM alphabet', 'ü'.repeat(307), 3],
      ['80 of its extension', '€'.repeat(80), 1],
      ['81 of its extension', '€'.repeat(81), 2],
      ['70 outside of it', 'ж'.repeat(70), 1],
      ['71 outside of it', 'ж'.repeat(71), 2],
      ['one emoji makes all of it wide', `${'a'.repeat(69)}🍕`, 2],
      ['the most that is taken', 'a'.repeat(765), 5],
    ] as const) {
      const { status, body } = await send(text)
      assert.equal(status, 200, title)
      const message = await shown(body.conversationId, body.id)
      assert.equal(message?.['messageSegmentCount'], segments, title)
      const handset = encodeURIComponent(body.toAddress)
      const [arrived] = await eventually(title, async () => {
        const list = await house.call('GET', `/api/signalbox/handset/messages?handset=${handset}`)
        return list.body.entities.length > 0 && list.body.entities
      })
      assert.deepEqual([arrived.text, arrived.segments], [text, segments], title)
    }
  })

  test('takes 765 characters of any alphabet and refuses the next one', async () => {
    assert.equal((await send('ж'.repeat(765))).status, 200)
    for (const text of ['a'.repeat(766), 'ж'.repeat(766)]) {
      const { status, body } = await send(text)
      assert.deepEqual([status, body.code], [400, 'bad.request'])
      assert.match(body.message, /766 characters.*765/)
    }
  })

  test('writes numbers in their one form, however they were given', async () => {
    const { body } = await send('Hello', { toAddress: '1 (202) 555-0199' })
    assert.equal(body.toAddress, '+12025550199')
  })

  test('shows what the carrier said when a text failed', async () => {
    const carrier = (report: string, code?: string) =>
      house.call('PUT', '/api/signalbox/handset/carrier', { body: { report, code } })
    assert.equal((await carrier('failed', '34')).status, 200)
    const { body } = await send('Never arrives')
    const details = await eventually('it has failed', async () => {
      const path = `/api/v2/conversations/messages/${body.id}/details`
      const answer = await house.call('GET', path)
      return answer.body.status === 'delivery-failed' && answer.body
    })
    assert.equal(details.errorInfo.messageParams.providerCode, '34')
    const message = await shown(body.conversationId, body.id)
    assert.equal(message?.['messageStatus'], 'delivery-failed')
    await carrier('delivered')
  })
})
