import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import platformClient from 'purecloud-platform-client-v2'
import { eventually } from '../house.ts'
import { type Agent, type Desk, startDesk } from '../skipping-desk.ts'
import { onBothStores } from '../stores.ts'

const { RoutingApi } = platformClient

onBothStores('routing in depth', (database) => {
  let desk: Desk
  let routing: InstanceType<typeof RoutingApi>

  before(async () => {
    desk = await startDesk(await database())
    routing = new RoutingApi(await desk.house.sdk())
  })
  after(() => desk.house.close())
  afterEach(async () => {
    for (const agent of [desk.ada, desk.alan]) {
      for (const { id = '' } of await activeOf(agent))
        await desk.admin.postConversationDisconnect(id)
      await agent.work('OFF_QUEUE')
    }
    await desk.queue({})
  })

  async function activeOf(agent: Agent) {
    return (await agent.api.getConversationsMessages()).entities ?? []
  }

  test('an agent takes as many messages as the utilization says, parked ones not counted', async () => {
    const usual = await routing.getRoutingUtilization()
    assert.equal(usual.utilization?.['message']?.maximumCapacity, 4)
    const media = { message: { maximumCapacity: 2 } }
    const set = await routing.putRoutingUtilization({ utilization: media })
    assert.equal(set.utilization?.['message']?.maximumCapacity, 2)
    const first = await desk.talk(desk.ada, 'one')
    await desk.talk(desk.ada, 'two')
    const third = await desk.customer('three')
    assert.equal((await activeOf(desk.ada)).length, 2)
    await desk.ada.api.patchConversationsMessageParticipantParkingstate(
      first.conversationId,
      first.participantId,
      { state: 'parked' },
    )
    await desk.seat(desk.ada, third, 'alerting')
    await routing.deleteRoutingUtilization()
    const back = await routing.getRoutingUtilization()
    assert.equal(back.utilization?.['message']?.maximumCapacity, 4)
  })

  test('a conversation that comes back asks for the agent who had it', async () => {
    const seat = await desk.talk(desk.ada, 'loyal')
    await desk.alan.work('IDLE')
    await desk.ada.api.patchConversationsMessageParticipant(
      seat.conversationId,
      seat.participantId,
      {
        body: { state: 'disconnected' },
      },
    )
    desk.outside.skip(1000)
    assert.equal(await desk.customer('loyal', 'One more thing'), seat.conversationId)
    await desk.seat(desk.ada, seat.conversationId, 'alerting')
  })

  test('where the queue does not want that, whoever has been idle longest is asked', async () => {
    await desk.queue({ lastAgentRoutingMode: 'Disabled' })
    const seat = await desk.talk(desk.ada, 'fickle')
    await desk.alan.work('IDLE')
    desk.outside.skip(1000)
    await desk.ada.api.patchConversationsMessageParticipant(
      seat.conversationId,
      seat.participantId,
      {
        body: { state: 'disconnected' },
      },
    )
    await desk.customer('fickle', 'One more thing')
    await desk.seat(desk.alan, seat.conversationId, 'alerting')
  })

  test('an agent is given skills, and a conversation that needs one waits for it', async () => {
    const skill = await routing.postRoutingSkills({ name: 'German' })
    const skillId = skill.id ?? ''
    const { running, credentials } = desk.house
    const store = running.database.store(credentials.organization.id)
    const id = await desk.customer('hans')
    const waiting = await store.conversations.get(id)
    assert.ok(waiting?.waiting !== undefined)
    await store.conversations.save({
      ...waiting,
      version: waiting.version + 1,
      waiting: { ...waiting.waiting, skillIds: [skillId] },
    })
    await desk.ada.work('IDLE')
    assert.deepEqual(await activeOf(desk.ada), [])
    await routing.postUserRoutingskills(desk.ada.id, { id: skillId, proficiency: 4 })
    await desk.seat(desk.ada, id, 'alerting')
    const skills = await routing.getUserRoutingskills(desk.ada.id)
    assert.deepEqual(
      skills.entities?.map(({ name, proficiency }) => [name, proficiency]),
      [['German', 4]],
    )
    await routing.deleteUserRoutingskill(desk.ada.id, skillId)
    await routing.deleteRoutingSkill(skillId)
    assert.equal((await routing.getRoutingSkills({ name: 'German' })).total, 0)
  })

  test('an agent who lets it ring for the queue’s seconds is not responding, and the next is asked', async () => {
    await desk.queue({ mediaSettings: { message: { alertingTimeoutSeconds: 45 } } })
    await desk.ada.work('IDLE')
    const id = await desk.customer('patient')
    await desk.seat(desk.ada, id, 'alerting')
    desk.outside.skip(44_000)
    await desk.alan.work('IDLE')
    await desk.seat(desk.ada, id, 'alerting')
    desk.outside.skip(1_000)
    await desk.seat(desk.alan, id, 'alerting')
    assert.equal(await desk.ada.status(), 'NOT_RESPONDING')
    await desk.seat(desk.ada, id, 'disconnected')
  })

  test('a queue that answers by itself connects the agent at once', async () => {
    await desk.queue({ mediaSettings: { message: { enableAutoAnswer: true } } })
    await desk.ada.work('IDLE')
    await desk.seat(desk.ada, await desk.customer('swift'), 'connected')
  })

  test('a conversation in which nobody writes ends, unless it is parked', async () => {
    await desk.queue({
      mediaSettings: {
        message: {
          enableInactivityTimeout: true,
          inactivityTimeoutSettings: { timeoutSeconds: 600 },
        },
      },
    })
    const silent = await desk.talk(desk.ada, 'silent')
    const parked = await desk.talk(desk.ada, 'parked')
    await desk.ada.api.patchConversationsMessageParticipantParkingstate(
      parked.conversationId,
      parked.participantId,
      { state: 'parked' },
    )
    desk.outside.skip(500_000)
    await desk.customer('silent', 'Still here')
    desk.outside.skip(500_000)
    await desk.seat(desk.ada, silent.conversationId, 'connected')
    desk.outside.skip(101_000)
    const ended = await eventually('it ends', async () => {
      const conversation = await desk.admin.getConversation(silent.conversationId)
      return conversation.endTime !== undefined && conversation
    })
    const types = ended.participants?.map(({ messages }) => messages?.at(-1)?.disconnectType)
    assert.deepEqual(types, ['inactivity', 'transfer', 'inactivity'])
    await desk.seat(desk.ada, parked.conversationId, 'parked')
  })
})
