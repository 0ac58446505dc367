import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { customerWrites } from '../customer.ts'
import { type Desk, deskOf } from '../desk.ts'
import { eventually, type House, startHouse } from '../house.ts'
import { onBothStores } from '../stores.ts'

onBothStores('routing', (database) => {
  let house: House
  let ada: Desk
  let alan: Desk
  const conversations: string[] = []

  before(async () => {
    const url = await database()
    house = await startHouse(url === undefined ? {} : { database: url })
    ada = await deskOf(house, 0)
    alan = await deskOf(house, 1)
    await alertFor(30)
  })
  afterEach(async () => {
    for (const desk of [ada, alan]) await desk.setRouting('OFF_QUEUE')
    for (const id of conversations.splice(0)) {
      await house.call('POST', `/api/v2/conversations/${id}/disconnect`)
    }
  })
  after(() => house.close())

  async function alertFor(alertingTimeoutSeconds: number): Promise<void> {
    const { status } = await house.call(
      'PUT',
      `/api/v2/routing/queues/${house.credentials.queue.id}`,
      { body: { name: 'Support', mediaSettings: { message: { alertingTimeoutSeconds } } } },
    )
    assert.equal(status, 200)
  }

  async function arrives(): Promise<string> {
    const { conversationId } = await customerWrites(house, { customer: crypto.randomUUID() })
    conversations.push(conversationId)
    return conversationId
  }

  /** Purposes and states of who has not left yet. */
  async function present(conversationId: string): Promise<readonly string[]> {
    const { body } = await house.call('GET', `/api/v2/conversations/messages/${conversationId}`)
    const participants: readonly {
      purpose: string
      state: string
      user?: { id: string }
    }[] = body.participants
    const nameOf = (id: string | undefined) => (id === ada.userId ? 'Ada' : 'Alan')
    return participants
      .filter(({ state, purpose }) => state !== 'disconnected' && purpose !== 'customer')
      .map(
        ({ purpose, state, user }) => `${purpose === 'acd' ? 'queue' : nameOf(user?.id)} ${state}`,
      )
  }

  const sees = (conversationId: string, wanted: string) =>
    eventually(`${conversationId}: ${wanted}`, async () =>
      (await present(conversationId)).includes(wanted),
    )

  test('alerts whoever has been idle longest', async () => {
    await alan.setRouting('IDLE')
    await ada.setRouting('IDLE')
    const first = await arrives()
    await sees(first, 'Alan alerting')
    const second = await arrives()
    await sees(second, 'Ada alerting')
    assert.ok(!(await present(first)).includes('Ada alerting'))
  })

  test('leaves agents off queue in peace, and gives what waited to the first who is back', async () => {
    const first = await arrives()
    const second = await arrives()
    assert.deepEqual(await present(first), ['queue connected'])
    await ada.setRouting('IDLE')
    await sees(first, 'Ada alerting')
    await sees(second, 'Ada alerting')
    const { participantId } = await ada.alert(first)
    assert.ok(participantId.length > 0)
    assert.equal(await alan.routing(), 'OFF_QUEUE')
  })

  test('tells the first in line first when an agent comes back', async () => {
    const waiting = []
    for (let count = 0; count < 5; count += 1) waiting.push(await arrives())
    await ada.setRouting('IDLE')
    for (const conversationId of waiting.slice(0, 4)) await sees(conversationId, 'Ada alerting')
    assert.deepEqual(
      await present(waiting[4] ?? ''),
      ['queue connected'],
      'four at once are enough',
    )
  })

  test('counts an agent who lets it ring as not responding and asks the next', async () => {
    await alertFor(1)
    await ada.setRouting('IDLE')
    await alan.setRouting('IDLE')
    const conversationId = await arrives()
    await sees(conversationId, 'Ada alerting')
    await sees(conversationId, 'Alan alerting')
    assert.equal(await ada.routing(), 'NOT_RESPONDING')
    const seat = await alan.answer(conversationId)
    assert.ok(seat.communicationId.length > 0)
    await alertFor(30)
    const next = await arrives()
    await sees(next, 'Alan alerting')
    assert.equal(await ada.routing(), 'NOT_RESPONDING', 'until he says that he is back')
  })

  test('goes back into the queue when nobody is left who would answer', async () => {
    await alertFor(1)
    await ada.setRouting('IDLE')
    const conversationId = await arrives()
    await sees(conversationId, 'Ada alerting')
    await eventually(
      'the alert has run out',
      async () => (await ada.routing()) === 'NOT_RESPONDING',
    )
    assert.deepEqual(await present(conversationId), ['queue connected'])
    await alertFor(30)
    await alan.setRouting('IDLE')
    await sees(conversationId, 'Alan alerting')
  })

  test('asks the next when an agent declines, and does not hold it against him', async () => {
    await ada.setRouting('IDLE')
    await alan.setRouting('IDLE')
    const conversationId = await arrives()
    await ada.leave(await ada.alert(conversationId))
    await sees(conversationId, 'Alan alerting')
    assert.equal(await ada.routing(), 'IDLE')
  })

  test('lets a conversation wait while all agents are full, and brings it when one has room', async () => {
    await ada.setRouting('IDLE')
    await alan.setRouting('IDLE')
    const seats = []
    for (let count = 0; count < 8; count += 1) {
      const conversationId = await arrives()
      const desk = (await present(conversationId)).includes('Ada alerting') ? ada : alan
      seats.push({ desk, seat: await desk.answer(conversationId) })
    }
    assert.equal(seats.filter(({ desk }) => desk === ada).length, 4)
    assert.equal(await ada.routing(), 'INTERACTING')
    const ninth = await arrives()
    assert.deepEqual(await present(ninth), ['queue connected'])
    const freed = seats.find(({ desk }) => desk === alan)
    assert.ok(freed !== undefined)
    await alan.leave(freed.seat)
    await sees(ninth, 'Alan alerting')
  })

  test('gives nothing of a queue to a member who has not joined it', async () => {
    const member = `/api/v2/routing/queues/${house.credentials.queue.id}/members/${ada.userId}`
    const body = (joined: boolean) => ({ body: { id: ada.userId, joined } })
    await house.call('PATCH', member, body(false))
    await ada.setRouting('IDLE')
    const conversationId = await arrives()
    assert.deepEqual(await present(conversationId), ['queue connected'])
    await alan.setRouting('IDLE')
    await sees(conversationId, 'Alan alerting')
    await house.call('PATCH', member, body(true))
  })

  test('refuses the answer of an agent who was not alerted', async () => {
    await ada.setRouting('IDLE')
    const conversationId = await arrives()
    const { participantId } = await ada.alert(conversationId)
    const { status, body } = await house.call(
      'PATCH',
      `/api/v2/conversations/messages/${conversationId}/participants/${participantId}`,
      { token: await house.userToken(1), body: { state: 'connected' } },
    )
    assert.deepEqual([status, body.code], [403, 'not.authorized'])
    assert.ok((await present(conversationId)).includes('Ada alerting'))
  })
})
