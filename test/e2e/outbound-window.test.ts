import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import platformClient from 'purecloud-platform-client-v2'
import { type Desk, refusal, startDesk } from '../skipping-desk.ts'
import { onBothStores } from '../stores.ts'

const { RoutingApi } = platformClient
const minuteMs = 60_000

/** `POST /conversations/messages`: what an agent who writes first may begin, and when. */
onBothStores('an agent who writes first', (database) => {
  let desk: Desk
  before(async () => {
    desk = await startDesk(await database())
    await desk.sam.api.putConversationsMessagingThreadingtimeline({
      settings: [
        { messengerType: 'open', timeoutInMinutes: 60 },
        { messengerType: 'sms', timeoutInMinutes: 0 },
      ],
    })
  })
  after(() => desk.house.close())

  const begin = (toAddress: string, useExistingConversation?: boolean, type = 'open') =>
    desk.ada.api.postConversationsMessages({
      queueId: desk.house.credentials.queue.id,
      toAddress,
      toAddressMessengerType: type,
      ...(useExistingConversation === undefined ? {} : { useExistingConversation }),
    })
  const end = (id = '') => desk.admin.postConversationDisconnect(id)

  test('is connected in a conversation without a text', async () => {
    const { id = '', selfUri } = await begin('first')
    assert.equal(selfUri, `/api/v2/conversations/messages/${id}`)
    await desk.seat(desk.ada, id, 'connected')
    const conversation = await desk.admin.getConversationsMessage(id)
    const customer = conversation.participants?.find(({ purpose }) => purpose === 'customer')
    assert.deepEqual(customer?.messages, [])
    await end(id)
  })

  test('is refused while the customer waits, rings or talks, whatever he asks for', async () => {
    const id = await desk.customer('busy')
    for (const status of ['OFF_QUEUE', 'IDLE'] as const) {
      await desk.alan.work(status)
      for (const useExisting of [false, true]) {
        const { status, code, message } = await refusal(begin('busy', useExisting))
        assert.deepEqual([status, code], [409, 'conflict'])
        assert.ok(message.includes(id), 'it names the conversation')
      }
    }
    const { participantId } = await desk.seat(desk.alan, id, 'alerting')
    const body = { body: { state: 'connected' } }
    await desk.alan.api.patchConversationsMessageParticipant(id, participantId, body)
    assert.equal((await refusal(begin('busy', true))).status, 409)
    await desk.alan.work('OFF_QUEUE')
    await end(id)
  })

  test('takes an ended conversation up inside the window only where he says so', async () => {
    const { id } = await begin('window')
    await end(id)
    desk.outside.skip(59 * minuteMs)
    const { status, message } = await refusal(begin('window'))
    assert.equal(status, 409)
    assert.match(message, /useExistingConversation/)
    assert.equal((await refusal(begin('window', false))).status, 409)
    assert.equal((await begin('window', true)).id, id)
    await desk.seat(desk.ada, id ?? '', 'connected')
    await end(id)
  })

  test('begins another one when the window is over, whatever he says', async () => {
    const ids = new Set<string | undefined>()
    for (const useExisting of [undefined, false, true]) {
      const { id } = await begin('later', useExisting)
      ids.add(id)
      await end(id)
      desk.outside.skip(60 * minuteMs)
    }
    assert.equal(ids.size, 3)
  })

  test('is held to the window of the messenger, by number however it is written', async () => {
    const { id } = await begin('+12025550177', undefined, 'sms')
    assert.equal((await refusal(begin('+1 (202) 555-0177', true, 'sms'))).status, 409)
    await end(id)
    desk.outside.skip(1)
    const { id: next } = await begin('+1 202 555 0177', true, 'SMS')
    assert.notEqual(next, id, 'texts have no window here')
    await end(next)
  })

  test('is joined by the customer who answers', async () => {
    const { id } = await begin('answers')
    assert.equal(await desk.customer('answers', 'Who is it?'), id)
    await desk.seat(desk.ada, id ?? '', 'connected')
    await end(id)
  })

  test('needs a user, and a queue with an address', async () => {
    const request = { queueId: 'none', toAddress: 'a', toAddressMessengerType: 'open' }
    const program = await refusal(desk.admin.postConversationsMessages(request))
    assert.deepEqual([program.status, program.code], [400, 'user.context.required'])
    const unknown = await refusal(desk.ada.api.postConversationsMessages(request))
    assert.equal(unknown.code, 'conversations.error.queue.not.found')
    const routing = new RoutingApi(await desk.house.sdk())
    const { id: queueId = '' } = await routing.postRoutingQueues({ name: 'Without address' })
    const bare = await refusal(desk.ada.api.postConversationsMessages({ ...request, queueId }))
    assert.equal(bare.status, 400)
    assert.match(bare.message, /outboundMessagingAddresses/)
  })
})
