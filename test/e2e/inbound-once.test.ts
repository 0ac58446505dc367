import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { leapingOutside } from '../clocks.ts'
import { type Answer, type House, startHouse } from '../house.ts'
import { onBothStores } from '../stores.ts'

const minuteMs = 60_000

/** An open customer's message; id and time make it what it is. */
function aMessage(id: string, customer: string, time = '2026-01-05T10:00:00.000Z') {
  return {
    channel: { messageId: id, from: { id: customer, idType: 'Email' }, time },
    text: `This is ${id}`,
  }
}

onBothStores('an inbound message', (database) => {
  let house: House
  /** On PostgreSQL a second node of the same database, on SQLite the same house: there can be no other. */
  let other: House
  let url: string | undefined
  let token = ''
  const { outside, leap } = leapingOutside()

  before(async () => {
    url = await database()
    house = await startHouse({ outside, ...(url === undefined ? {} : { database: url }) })
    token = await tokenOf(house)
    await house.call('PUT', '/api/v2/conversations/messaging/threadingtimeline', {
      body: { settings: [{ messengerType: 'open', timeoutInMinutes: 60 }] },
    })
    other =
      url === undefined
        ? house
        : await startHouse({ outside, database: url, dataDir: house.dataDir })
  })
  after(async () => {
    if (other !== house) await other.close()
    await house.close()
  })

  /** The second node's start ends the first one's administrator token, so the tests use one of their own. */
  async function tokenOf({ credentials, ...at }: House): Promise<string> {
    const { body } = await at.call('POST', '/api/signalbox/tokens', {
      body: { client: credentials.client.id },
    })
    return String(body.access_token)
  }

  const post = (message: ReturnType<typeof aMessage>, at = house): Promise<Answer> => {
    const { id } = house.credentials.integration
    const path = `/api/v2/conversations/messages/${id}/inbound/open/message?prefetchConversationId=true`
    return at.call('POST', path, { body: message, token })
  }

  /** Ids of all messages of the customer in a conversation. */
  async function messagesIn(conversationId: string): Promise<readonly string[]> {
    const path = `/api/v2/conversations/messages/${conversationId}`
    const { body } = await house.call('GET', path, { token })
    const participants: readonly { messages: readonly { messageId: string }[] }[] =
      body.participants
    return participants.flatMap(({ messages }) => messages.map(({ messageId }) => messageId))
  }

  const end = (conversationId: string) =>
    house.call('POST', `/api/v2/conversations/${conversationId}/disconnect`, { token })

  test('that is posted again gets the first answer and adds nothing', async () => {
    const first = await post(aMessage('again', 'again@example.net'))
    assert.equal(first.status, 200)
    for (let time = 0; time < 3; time += 1) {
      const repeat = await post(aMessage('again', 'again@example.net'))
      assert.deepEqual([repeat.status, repeat.body], [first.status, first.body])
    }
    assert.deepEqual(await messagesIn(first.body.conversationId), [first.body.id])
  })

  test('with the same id and another time is another message of the same conversation', async () => {
    const first = await post(aMessage('twin', 'twin@example.net'))
    const second = await post(aMessage('twin', 'twin@example.net', '2026-01-05T10:00:01.000Z'))
    assert.notEqual(second.body.id, first.body.id)
    assert.equal(second.body.conversationId, first.body.conversationId)
    assert.deepEqual(await messagesIn(first.body.conversationId), [first.body.id, second.body.id])
  })

  test('posted twenty times at once, at every node, is one message with one answer', async () => {
    const message = aMessage('crowd', 'crowd@example.net')
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => post(message, index % 2 === 0 ? house : other)),
    )
    assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200])
    const ids = new Set(answers.map(({ body }) => `${body.id} in ${body.conversationId}`))
    assert.equal(ids.size, 1)
    const conversationId = answers[0]?.body.conversationId
    assert.deepEqual(await messagesIn(conversationId), [answers[0]?.body.id])
    const { body } = await house.call('GET', '/api/signalbox/deliveries?pageSize=200', { token })
    const receipts = body.entities.filter(
      (one: { conversationId?: string }) => one.conversationId === conversationId,
    )
    assert.equal(receipts.length, 1, 'the webhook is told once')
  })

  test('two first messages of one customer at the same instant share a conversation', async () => {
    const answers = await Promise.all([
      post(aMessage('left', 'both@example.net')),
      post(aMessage('right', 'both@example.net'), other),
    ])
    const conversations = new Set(answers.map(({ body }) => body.conversationId))
    assert.equal(conversations.size, 1)
    const ids = answers.map(({ body }) => String(body.id)).toSorted()
    const [conversationId = ''] = conversations
    assert.deepEqual((await messagesIn(conversationId)).toSorted(), ids)
  })

  test('joins the conversation that is open, however long ago it began', async () => {
    const first = await post(aMessage('open-1', 'open@example.net'))
    leap(90 * minuteMs)
    const second = await post(aMessage('open-2', 'open@example.net'))
    assert.equal(second.body.conversationId, first.body.conversationId)
  })

  test('reopens an ended conversation inside the threading window, and only there', async () => {
    const first = await post(aMessage('thread-1', 'thread@example.net'))
    await end(first.body.conversationId)
    leap(59 * minuteMs)
    const inside = await post(aMessage('thread-2', 'thread@example.net'))
    assert.equal(inside.body.conversationId, first.body.conversationId)
    await end(first.body.conversationId)
    leap(61 * minuteMs)
    const outsideOfIt = await post(aMessage('thread-3', 'thread@example.net'))
    assert.notEqual(outsideOfIt.body.conversationId, first.body.conversationId)
  })

  test('that reopens a conversation puts it back into its queue', async () => {
    const first = await post(aMessage('back-1', 'back@example.net'))
    await end(first.body.conversationId)
    const second = await post(aMessage('back-2', 'back@example.net'))
    assert.equal(second.body.conversationId, first.body.conversationId)
    const path = `/api/v2/conversations/${second.body.conversationId}`
    const { body } = await house.call('GET', path, { token })
    const participants: readonly { purpose: string; endTime?: string; queueId?: string }[] =
      body.participants
    const waiting = participants.filter((one) => one.endTime === undefined && one.queueId)
    assert.deepEqual(
      waiting.map(({ purpose, queueId }) => [purpose, queueId]),
      [['acd', house.credentials.queue.id]],
    )
  })
})
