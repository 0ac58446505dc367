import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import platformClient from 'purecloud-platform-client-v2'
import { eventually } from '../house.ts'
import { type Desk, refusal, type Seated, startDesk } from '../skipping-desk.ts'
import { onBothStores } from '../stores.ts'

const { RoutingApi } = platformClient

onBothStores('wrap-up by the official SDK', (database) => {
  let desk: Desk
  let codeId: string

  before(async () => {
    desk = await startDesk(await database())
    const routing = new RoutingApi(await desk.house.sdk())
    codeId = (await routing.postRoutingWrapupcodes({ name: 'Sold' } as never)).id ?? ''
    await routing.postRoutingQueueWrapupcodes(desk.house.credentials.queue.id, [{ id: codeId }])
  })
  after(() => desk.house.close())
  afterEach(() => desk.ada.work('OFF_QUEUE'))

  const prompt = (wrapupPrompt: string, timeoutMs = 60_000) =>
    desk.queue({ acwSettings: { wrapupPrompt, timeoutMs } })
  const leave = (seat: Seated) =>
    desk.ada.api.patchConversationsMessageParticipant(seat.conversationId, seat.participantId, {
      body: { state: 'disconnected' },
    })
  const say = (seat: Seated, body: object) =>
    desk.ada.api.postConversationsMessageParticipantCommunicationWrapup(
      seat.conversationId,
      seat.participantId,
      seat.communicationId,
      { body },
    )
  const read = async (seat: Seated) => {
    const { participants } = await desk.ada.api.getConversation(seat.conversationId)
    const one = participants?.find(({ id }) => id === seat.participantId)
    return { ...one, acw: one?.messages?.[0]?.afterCallWork?.state }
  }

  test('the codes of the queue are offered, and a mandatory one ends the after-call work', async () => {
    await prompt('MANDATORY')
    const seat = await desk.talk(desk.ada, 'mandatory')
    const codes = await desk.ada.api.getConversationsMessageParticipantWrapupcodes(
      seat.conversationId,
      seat.participantId,
    )
    assert.deepEqual(
      codes.map(({ name }) => name),
      ['Default Wrap-up Code', 'Sold'],
    )
    assert.equal((await read(seat)).wrapupRequired, true)
    await leave(seat)
    const pending = await read(seat)
    assert.equal(pending.acw, 'pending')
    assert.equal(pending.wrapupPrompt, 'mandatory')
    assert.ok(pending.startAcwTime !== undefined && pending.endAcwTime === undefined)
    assert.equal(await desk.ada.status(), 'INTERACTING')

    const skip = desk.ada.api.patchConversationsMessageParticipant(
      seat.conversationId,
      seat.participantId,
      { body: { wrapupSkipped: true } },
    )
    assert.equal((await refusal(skip)).code, 'conversation.error.wrapup.cannot.skip')
    assert.equal((await refusal(say(seat, {}))).code, 'conversation.error.wrapup.code.required')
    assert.equal((await refusal(say(seat, { code: 'no-such-code' }))).status, 400)
    const none = desk.ada.api.getConversationsMessageParticipantWrapup(
      seat.conversationId,
      seat.participantId,
    )
    assert.equal((await refusal(none)).status, 404)

    await say(seat, { notes: 'to be looked at', provisional: true })
    assert.equal((await read(seat)).acw, 'pending')
    const draft = await desk.ada.api.getConversationsMessageParticipantWrapup(
      seat.conversationId,
      seat.participantId,
      { provisional: true },
    )
    assert.equal(draft.notes, 'to be looked at')

    await say(seat, { code: codeId, notes: 'two of them', tags: ['vip'] })
    const done = await read(seat)
    assert.equal(done.acw, 'complete')
    assert.equal(done.wrapup?.name, 'Sold')
    const said = await desk.ada.api.getConversationsMessageParticipantCommunicationWrapup(
      seat.conversationId,
      seat.participantId,
      seat.communicationId,
    )
    assert.deepEqual([said.code, said.notes, said.tags], [codeId, 'two of them', ['vip']])
    assert.equal(await desk.ada.status(), 'IDLE')
  })

  test('an optional one holds nobody up and can be skipped', async () => {
    await prompt('OPTIONAL')
    const seat = await desk.talk(desk.ada, 'optional')
    assert.equal((await read(seat)).wrapupRequired, false)
    await leave(seat)
    assert.equal(await desk.ada.status(), 'IDLE')
    await desk.ada.api.patchConversationsMessageParticipant(
      seat.conversationId,
      seat.participantId,
      { body: { wrapupSkipped: true } },
    )
    const done = await read(seat)
    assert.equal(done.wrapup?.code, 'ININ-WRAP-UP-SKIPPED')
    assert.equal(done.acw, 'skipped')
  })

  test('a timed one ends under the system’s code when the time is over, or earlier with the agent’s', async () => {
    await prompt('MANDATORY_TIMEOUT', 300_000)
    const late = await desk.talk(desk.ada, 'late')
    await leave(late)
    assert.equal(await desk.ada.status(), 'INTERACTING')
    desk.outside.skip(299_000)
    assert.equal((await read(late)).acw, 'pending')
    desk.outside.skip(2_000)
    await eventually('the time is over', async () => (await read(late)).acw === 'complete')
    assert.equal((await read(late)).wrapup?.code, 'ININ-WRAP-UP-TIMEOUT')
    assert.equal(await desk.ada.status(), 'IDLE')

    const early = await desk.talk(desk.ada, 'early')
    await leave(early)
    await say(early, { code: codeId })
    assert.equal((await read(early)).acw, 'complete')
    assert.equal(await desk.ada.status(), 'IDLE')
  })

  test('a forced one holds the agent until the time is over, whatever he has said', async () => {
    await prompt('MANDATORY_FORCED_TIMEOUT', 300_000)
    const seat = await desk.talk(desk.ada, 'forced')
    await leave(seat)
    await say(seat, { code: codeId })
    assert.equal((await read(seat)).acw, 'pending')
    assert.equal(await desk.ada.status(), 'INTERACTING')
    desk.outside.skip(301_000)
    await eventually('the time is over', async () => (await read(seat)).acw === 'complete')
    assert.equal((await read(seat)).wrapup?.code, codeId)
  })

  test('one that the agent asks for exists only when he does', async () => {
    await prompt('AGENT_REQUESTED', 300_000)
    const without = await desk.talk(desk.ada, 'unasked')
    await leave(without)
    assert.equal((await read(without)).acw, 'notApplicable')
    const seat = await desk.talk(desk.ada, 'asked')
    await desk.ada.api.patchConversationsAftercallworkConversationIdParticipantCommunication(
      seat.conversationId,
      seat.participantId,
      seat.communicationId,
      { afterCallWorkRequired: true },
    )
    await leave(seat)
    assert.equal((await read(seat)).acw, 'pending')
    desk.outside.skip(301_000)
    await eventually('the time is over', async () => (await read(seat)).acw === 'complete')
  })

  test('a teardown ends the after-call work too, and a customer cannot be wrapped up', async () => {
    await prompt('MANDATORY')
    const seat = await desk.talk(desk.ada, 'torn')
    const { participants } = await desk.admin.getConversation(seat.conversationId)
    const customer = participants?.find(({ purpose }) => purpose === 'customer')
    const wrong = desk.admin.patchConversationParticipant(seat.conversationId, customer?.id ?? '', {
      wrapup: { code: codeId },
    } as never)
    assert.equal((await refusal(wrong)).status, 400)
    await desk.admin.postConversationDisconnect(seat.conversationId)
    assert.equal((await read(seat)).wrapup?.code, 'ININ-WRAP-UP-SKIPPED')
    assert.equal(await desk.ada.status(), 'IDLE')
  })
})
