import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { type Agent, type Desk, refusal, type Seated, startDesk } from '../skipping-desk.ts'
import { onBothStores } from '../stores.ts'

onBothStores('participants by the official SDK', (database) => {
  let desk: Desk

  before(async () => {
    desk = await startDesk(await database())
  })
  after(() => desk.house.close())
  afterEach(async () => {
    for (const agent of [desk.ada, desk.alan, desk.sam]) {
      for (const { id = '' } of (await agent.api.getConversationsMessages()).entities ?? [])
        await desk.admin.postConversationDisconnect(id)
      await agent.work('OFF_QUEUE')
    }
  })

  const patch = (agent: Agent, seat: Seated, body: object) =>
    agent.api.patchConversationsMessageParticipant(seat.conversationId, seat.participantId, {
      body,
    })
  const replace = (seat: Seated, body: object) =>
    desk.ada.api.postConversationsMessageParticipantReplace(
      seat.conversationId,
      seat.participantId,
      body as never,
    )
  const ends = async (conversationId: string) => {
    const { participants } = await desk.admin.getConversation(conversationId)
    return participants?.map(({ purpose, messages }) => [
      purpose,
      messages?.at(-1)?.disconnectType ?? messages?.at(-1)?.state,
    ])
  }

  test('an unattended transfer to a user drops the giver at once', async () => {
    const seat = await desk.talk(desk.ada, 'blind')
    await replace(seat, { userId: desk.alan.id })
    const taken = await desk.seat(desk.alan, seat.conversationId, 'alerting')
    assert.deepEqual(await ends(seat.conversationId), [
      ['customer', 'connected'],
      ['acd', 'transfer'],
      ['agent', 'transfer'],
      ['agent', 'alerting'],
    ])
    await patch(desk.alan, taken, { state: 'connected' })
    const { recentTransfers, participants } = await desk.admin.getConversationsMessage(
      seat.conversationId,
    )
    const last = recentTransfers?.at(-1)
    assert.equal(last?.transferType, 'Unattended')
    assert.equal(last?.initiator?.userId, desk.ada.id)
    assert.equal(last?.destination?.userId, desk.alan.id)
    const customer = participants?.find(({ purpose }) => purpose === 'customer')
    assert.equal(customer?.peer, taken.communicationId)
  })

  test('an attended transfer keeps the giver until the target answers', async () => {
    const seat = await desk.talk(desk.ada, 'warm')
    await replace(seat, { userId: desk.alan.id, transferType: 'Attended' })
    const first = await desk.seat(desk.alan, seat.conversationId, 'alerting')
    await patch(desk.alan, first, { state: 'disconnected' })
    await desk.seat(desk.ada, seat.conversationId, 'connected')

    await replace(seat, { address: 'alan@signalbox.local', transferType: 'Attended' })
    const second = await desk.seat(desk.alan, seat.conversationId, 'alerting')
    await desk.seat(desk.ada, seat.conversationId, 'connected')
    await patch(desk.alan, second, { state: 'connected' })
    assert.deepEqual(await ends(seat.conversationId), [
      ['customer', 'connected'],
      ['acd', 'transfer'],
      ['agent', 'transfer'],
      ['agent', 'client'],
      ['agent', 'connected'],
    ])
    const { recentTransfers } = await desk.admin.getConversationsMessage(seat.conversationId)
    assert.deepEqual(
      recentTransfers?.slice(-2).map(({ state, transferType }) => [state, transferType]),
      [
        ['Failed', 'Attended'],
        ['Complete', 'Attended'],
      ],
    )
  })

  test('a transfer to a queue finds another agent than the giver', async () => {
    const seat = await desk.talk(desk.ada, 'again')
    await desk.alan.work('IDLE')
    const { id: queueId } = desk.house.credentials.queue
    await desk.admin.postConversationParticipantReplace(seat.conversationId, seat.participantId, {
      queueId,
    } as never)
    await desk.seat(desk.alan, seat.conversationId, 'alerting')
    assert.equal(await desk.ada.status(), 'IDLE')
  })

  test('an agent is handed over to by id, and a queue by its own operation', async () => {
    const seat = await desk.talk(desk.ada, 'handed')
    const { conversationId } = seat
    await desk.admin.postConversationParticipantReplaceAgent(conversationId, seat.participantId, {
      userId: desk.alan.id,
    } as never)
    const taken = await desk.seat(desk.alan, conversationId, 'alerting')
    await patch(desk.alan, taken, { state: 'connected' })
    await desk.sam.work('OFF_QUEUE')
    await desk.admin.postConversationParticipantReplaceQueue(conversationId, taken.participantId, {
      queueId: desk.house.credentials.queue.id,
    } as never)
    await desk.seat(desk.ada, conversationId, 'alerting')
    assert.deepEqual((await ends(conversationId))?.slice(-3), [
      ['agent', 'transfer'],
      ['acd', 'connected'],
      ['agent', 'alerting'],
    ])
  })

  test('is refused where it cannot be done, under the vendor’s codes', async () => {
    const seat = await desk.talk(desk.ada, 'refused')
    const same = await refusal(replace(seat, { userId: desk.ada.id }))
    assert.equal(same.code, 'conversations.error.transfer.same.party')
    const queue = await refusal(replace(seat, { queueId: 'no-such-queue' }))
    assert.equal(queue.code, 'conversations.error.queue.not.found')
    assert.equal((await refusal(replace(seat, {}))).code, 'bad.request')
    await patch(desk.ada, seat, { state: 'disconnected' })
    const over = await refusal(replace(seat, { userId: desk.alan.id }))
    assert.equal(over.code, 'conversations.error.transfer.not.connected')
  })

  test('a parked conversation frees the agent until it comes back', async () => {
    const seat = await desk.talk(desk.ada, 'parked')
    const resumeTime = new Date(desk.outside.clock.now() + 3_600_000).toISOString()
    const parking = (body: object) =>
      desk.ada.api.patchConversationsMessageParticipantParkingstate(
        seat.conversationId,
        seat.participantId,
        body as never,
      )
    await parking({ state: 'parked', resumeTime })
    assert.equal(await desk.ada.status(), 'IDLE')
    const { participants } = await desk.ada.api.getConversationsMessage(seat.conversationId)
    const parked = participants?.find(({ id }) => id === seat.participantId)
    assert.equal(parked?.state, 'parked')
    assert.equal(parked?.resumeTime, resumeTime)
    await parking({ state: 'connected' })
    await desk.seat(desk.ada, seat.conversationId, 'connected')
    assert.equal(await desk.ada.status(), 'INTERACTING')

    const later = new Date(desk.outside.clock.now() + 3_600_000).toISOString()
    await parking({ state: 'parked', resumeTime: later })
    desk.outside.skip(3_601_000)
    await desk.seat(desk.ada, seat.conversationId, 'connected')
    assert.equal((await refusal(parking({ state: 'parked', resumeTime: later }))).status, 400)
    await patch(desk.ada, seat, { state: 'disconnected' })
    assert.equal((await refusal(parking({ state: 'parked' }))).status, 409)
  })

  test('a supervisor listens without keeping the conversation open', async () => {
    const seat = await desk.talk(desk.ada, 'heard')
    const listen = () =>
      desk.sam.api.postConversationsMessageParticipantMonitor(
        seat.conversationId,
        seat.participantId,
      )
    await listen()
    const { participants } = await desk.sam.api.getConversation(seat.conversationId)
    const monitor = participants?.find(({ userId }) => userId === desk.sam.id)
    assert.deepEqual(monitor?.mediaRoles, ['monitor'])
    assert.equal(monitor?.monitoredParticipantId, seat.participantId)
    assert.equal((await refusal(listen())).status, 409)
    await patch(desk.ada, seat, { state: 'disconnected' })
    assert.ok((await desk.sam.api.getConversation(seat.conversationId)).endTime !== undefined)
  })

  test('attributes merge on the path of any medium', async () => {
    const seat = await desk.talk(desk.ada, 'attributes')
    const merge = (attributes: object) =>
      desk.ada.api.patchConversationParticipantAttributes(seat.conversationId, seat.participantId, {
        attributes,
      } as never)
    await merge({ tier: 'gold' })
    const merged: unknown = await merge({ order: '17' })
    assert.deepEqual(merged, { attributes: { tier: 'gold', order: '17' } })
  })

  test('an agent writes first, once for an address inside the window', async () => {
    const { id: queueId } = desk.house.credentials.queue
    const begin = (useExistingConversation: boolean) =>
      desk.ada.api.postConversationsMessages({
        queueId,
        toAddress: 'bob',
        toAddressMessengerType: 'open',
        useExistingConversation,
      })
    const { id = '' } = await begin(false)
    const seat = await desk.seat(desk.ada, id, 'connected')
    const sent = await desk.ada.api.postConversationsMessageCommunicationMessages(
      id,
      seat.communicationId,
      { textBody: 'Hello Bob' },
    )
    assert.equal(sent.toAddress, 'bob')
    assert.equal((await refusal(begin(true))).status, 409)
    await patch(desk.ada, seat, { state: 'disconnected' })
    assert.equal((await refusal(begin(false))).status, 409)
    assert.equal((await begin(true)).id, id)
    await desk.admin.postConversationDisconnect(id)
    await desk.sam.api.putConversationsMessagingThreadingtimeline({
      settings: [{ messengerType: 'open', timeoutInMinutes: 30 }],
    })
    desk.outside.skip(31 * 60_000)
    const { id: later = '' } = await begin(false)
    assert.notEqual(later, id)
  })
})
