import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import platformClient from 'purecloud-platform-client-v2'
import { eventually } from '../house.ts'
import { type Agent, type Desk, refusal, startDesk } from '../skipping-desk.ts'
import { onBothStores } from '../stores.ts'

const { ConversationsApi, RoutingApi } = platformClient

type Medium = 'cobrowsesessions' | 'socialExpressions' | 'videos'

onBothStores('cobrowse, social and video conversations by the official SDK', (database) => {
  let desk: Desk
  let codeId: string

  before(async () => {
    desk = await startDesk(await database())
    const routing = new RoutingApi(await desk.house.sdk())
    codeId = (await routing.postRoutingWrapupcodes({ name: 'Sold' } as never)).id ?? ''
    await routing.postRoutingQueueWrapupcodes(desk.house.credentials.queue.id, [{ id: codeId }])
    await desk.queue({ acwSettings: { wrapupPrompt: 'MANDATORY', timeoutMs: 60_000 } })
  })
  after(() => desk.house.close())
  afterEach(() => desk.ada.work('OFF_QUEUE'))

  const open = async (path: string, body: object): Promise<string> => {
    const answer = await desk.house.call('POST', `/api/signalbox/conversations/${path}`, { body })
    assert.equal(answer.status, 201, JSON.stringify(answer.body))
    return answer.body.id
  }
  const seat = (agent: Agent, conversationId: string, medium: Medium) =>
    eventually(`a seat for ${agent.id}`, async () => {
      const { participants } = await desk.admin.getConversation(conversationId)
      const one = participants.findLast(({ userId }) => userId === agent.id)
      const leg = one?.[medium]?.at(-1)
      if (leg?.state === undefined || leg.state === 'disconnected') return undefined
      return { participantId: one?.id ?? '', communicationId: leg.id ?? '', state: leg.state }
    })

  test('a cobrowse session goes to the queue, and all its operations work on it', async () => {
    await desk.ada.work('IDLE')
    const id = await open('cobrowsesessions', {
      customerId: 'visitor',
      customerName: 'Vera',
      sessionId: 's-1',
      viewerUrl: 'https://cobrowse.example/s-1',
    })
    const { participantId, communicationId } = await seat(desk.ada, id, 'cobrowsesessions')
    const { api } = desk.ada
    await api.patchConversationsCobrowsesessionParticipant(id, participantId, {
      body: { state: 'connected' },
    })
    const { entities = [] } = await api.getConversationsCobrowsesessions()
    assert.deepEqual(
      entities.map((one) => one.id),
      [id],
    )
    const { participants = [] } = await api.getConversationsCobrowsesession(id)
    const roles = participants.map(({ purpose, cobrowseRole }) => [purpose, cobrowseRole])
    assert.deepEqual(roles, [
      ['customer', 'sharer'],
      ['acd', 'viewer'],
      ['agent', 'viewer'],
    ])
    assert.equal(participants[2]?.viewerUrl, 'https://cobrowse.example/s-1')
    assert.equal(participants[2]?.cobrowseSessionId, 's-1')
    await api.patchConversationsCobrowsesessionParticipantAttributes(id, participantId, {
      body: { attributes: { page: 'checkout' } },
    })
    const codes = await api.getConversationsCobrowsesessionParticipantWrapupcodes(id, participantId)
    assert.ok(codes.some(({ name }) => name === 'Sold'))
    await api.patchConversationsCobrowsesessionParticipantCommunication(
      id,
      participantId,
      communicationId,
      { state: 'disconnected' },
    )
    await api.postConversationsCobrowsesessionParticipantCommunicationWrapup(
      id,
      participantId,
      communicationId,
      { body: { code: codeId, notes: 'helped' } },
    )
    const said = await api.getConversationsCobrowsesessionParticipantWrapup(id, participantId)
    assert.deepEqual([said.code, said.notes], [codeId, 'helped'])
    const over = await api.getConversation(id)
    assert.ok(over.endTime !== undefined)
    assert.equal(over.participants[2]?.attributes?.['page'], 'checkout')
    assert.equal((await refusal(api.getConversationsMessage(id))).status, 404)
  })

  test('a social post is handed to a named user, and wrapped up by its own operations', async () => {
    const id = await open('socials', {
      customerId: 'jo',
      userId: desk.ada.id,
      socialMediaId: 'post-7',
      socialMediaHub: 'example',
      socialUserName: '@jo',
      previewText: 'Nobody answers.',
    })
    const direct = await seat(desk.ada, id, 'socialExpressions')
    assert.equal(direct.state, 'alerting')
    const { participants } = await desk.admin.getConversation(id)
    assert.equal(participants[0]?.socialExpressions?.[0]?.previewText, 'Nobody answers.')
    assert.equal(participants[0]?.socialExpressions?.[0]?.socialMediaHub, 'example')
    // Who had it from no queue has nothing to wrap up.
    const { api } = desk.ada
    const early = api.postConversationsSocialParticipantCommunicationWrapup(
      id,
      direct.participantId,
      direct.communicationId,
      { body: { code: codeId } },
    )
    assert.equal((await refusal(early)).status, 400)
    await desk.admin.postConversationDisconnect(id)
  })

  test('a social post from the queue is wrapped up, first for later and then for good', async () => {
    await desk.ada.work('IDLE')
    const id = await open('socials', {
      customerId: 'jo',
      socialMediaId: 'post-8',
      socialMediaHub: 'example',
      socialUserName: '@jo',
      previewText: 'Still nobody.',
    })
    const { participantId, communicationId } = await seat(desk.ada, id, 'socialExpressions')
    const { api } = desk.ada
    const { status } = await desk.house.call(
      'PATCH',
      `/api/v2/conversations/${id}/participants/${participantId}`,
      { token: await desk.house.userToken(0), body: { state: 'connected' } },
    )
    assert.equal(status, 202)
    await desk.admin.postConversationDisconnect(id).catch(() => undefined)
    const leg = [id, participantId, communicationId] as const
    await api.postConversationsSocialParticipantCommunicationWrapup(...leg, {
      body: { provisional: true, notes: 'later' },
    })
    const later = await api.getConversationsSocialParticipantCommunicationWrapup(...leg, {
      provisional: true,
    })
    assert.equal(later.notes, 'later')
    await api.postConversationsSocialParticipantCommunicationWrapup(...leg, {
      body: { code: codeId },
    })
    const said = await api.getConversationsSocialParticipantCommunicationWrapup(...leg)
    assert.equal(said.code, codeId)
    const other = api.getConversationsVideoParticipantCommunicationWrapup(...leg)
    assert.equal((await refusal(other)).status, 404)
  })

  const prompts = [
    ['MANDATORY', 'mandatory', 'pending'],
    ['MANDATORY_TIMEOUT', 'timeout', 'pending'],
    ['MANDATORY_FORCED_TIMEOUT', 'forcedTimeout', 'pending'],
    ['OPTIONAL', 'optional', 'notApplicable'],
    ['AGENT_REQUESTED', 'agentRequested', 'notApplicable'],
  ] as const
  const media = [
    ['cobrowsesessions', 'cobrowsesessions', {}],
    [
      'socials',
      'socialExpressions',
      { socialMediaId: 'p', socialMediaHub: 'h', socialUserName: 'u', previewText: 't' },
    ],
    ['videos', 'videos', {}],
  ] as const
  for (const [path, medium, facts] of media) {
    test(`each prompt for after-call work means on ${path} what it means elsewhere`, async () => {
      for (const [wrapupPrompt, prompt, state] of prompts) {
        await desk.queue({ acwSettings: { wrapupPrompt, timeoutMs: 60_000 } })
        await desk.ada.work('IDLE')
        const id = await open(path, { customerId: `${path} ${prompt}`, ...facts })
        const { participantId } = await seat(desk.ada, id, medium)
        const change = async (body: object) => {
          const at = `/api/v2/conversations/${id}/participants/${participantId}`
          const token = await desk.house.userToken(0)
          assert.equal((await desk.house.call('PATCH', at, { token, body })).status, 202)
        }
        const acw = async () => {
          const { participants } = await desk.admin.getConversation(id)
          const one = participants.find((own) => own.id === participantId)
          return [one?.wrapupPrompt, one?.[medium]?.[0]?.afterCallWork?.state]
        }
        await change({ state: 'connected' })
        await change({ state: 'disconnected' })
        assert.deepEqual(await acw(), [prompt, state])
        if (prompt === 'forcedTimeout' || prompt === 'timeout') {
          desk.outside.skip(61_000)
          await eventually('the time is over', async () => (await acw())[1] === 'complete')
        } else if (state === 'pending') {
          await change({ wrapup: { code: codeId } })
          assert.equal((await acw())[1], 'complete')
        }
        await desk.ada.work('OFF_QUEUE')
      }
      await desk.queue({ acwSettings: { wrapupPrompt: 'MANDATORY', timeoutMs: 60_000 } })
    })
  }

  test('a meeting id leads to its conference, in which a video conversation is held', async () => {
    const meeting = await desk.admin.postConversationsVideosMeetings({
      ephemeral: true,
      expireTimeDays: 2,
    })
    const meetingId = meeting.id ?? ''
    const read = await desk.admin.getConversationsVideosMeeting(meetingId)
    assert.equal(read.conferenceId, meeting.conferenceId)
    assert.ok(read.dateExpired !== undefined && read.ephemeral)

    await desk.ada.work('IDLE')
    const id = await open('videos', { customerId: 'vic', meetingId })
    const { participantId, communicationId } = await seat(desk.ada, id, 'videos')
    const conferenceId = meeting.conferenceId ?? ''
    const taken = await desk.house.call('POST', '/api/signalbox/conversations/videos', {
      body: { customerId: 'vic', conferenceId },
    })
    assert.equal(taken.status, 409)
    await desk.house.call('PATCH', `/api/v2/conversations/${id}/participants/${participantId}`, {
      token: await desk.house.userToken(0),
      body: { state: 'connected' },
    })
    const details = await desk.admin.getConversationsVideoDetails(conferenceId)
    assert.equal(details.conversationId, id)
    assert.equal(details.participantInfo?.activeParticipantCount, 2)
    const { participants } = await desk.admin.getConversation(id)
    assert.equal(participants.at(-1)?.videos?.[0]?.context, conferenceId)
    assert.equal(participants.at(-1)?.videos?.[0]?.peerCount, 1)
    await desk.house.call('PATCH', `/api/v2/conversations/${id}/participants/${participantId}`, {
      token: await desk.house.userToken(0),
      body: { state: 'disconnected' },
    })
    const leg = [id, participantId, communicationId] as const
    await desk.ada.api.postConversationsVideoParticipantCommunicationWrapup(...leg, {
      body: { code: codeId, tags: ['vip'] },
    })
    const said = await desk.ada.api.getConversationsVideoParticipantCommunicationWrapup(...leg)
    assert.deepEqual([said.code, said.tags], [codeId, ['vip']])
  })

  test('a user asks another beside a conversation, and both read what was written', async () => {
    const about = await desk.talk(desk.ada, 'puzzled')
    const { api } = desk.ada
    const consult = await api.postConversationParticipantInternalmessagesUsersCommunications(
      about.conversationId,
      about.participantId,
      { targetUserId: desk.sam.id },
    )
    const id = consult.conversation.id ?? ''
    const listed = await desk.sam.api.getConversationsInternalmessages()
    assert.deepEqual(
      listed.entities?.map((one) => one.id),
      [id],
    )
    const { participants = [] } = await desk.sam.api.getConversationsInternalmessage(id)
    assert.deepEqual(
      participants.map(({ user, state }) => [user?.id, state]),
      [
        [desk.ada.id, 'connected'],
        [desk.sam.id, 'alerting'],
      ],
    )
    const early = desk.sam.api.postConversationCommunicationInternalmessages(
      id,
      consult.peerCommunicationId,
      { text: 'Yes?' },
    )
    assert.equal((await refusal(early)).status, 403)
    await desk.house.call(
      'PATCH',
      `/api/v2/conversations/${id}/participants/${participants[1]?.id}`,
      { token: await desk.house.userToken(2), body: { state: 'connected' } },
    )
    await api.postConversationCommunicationInternalmessages(id, consult.communicationId, {
      text: 'May we refund?',
    })
    const yes = await desk.sam.api.postConversationCommunicationInternalmessages(
      id,
      consult.peerCommunicationId,
      { text: 'We may.' },
    )
    const foreign = api.postConversationCommunicationInternalmessages(
      id,
      consult.peerCommunicationId,
      { text: 'Not me.' },
    )
    assert.equal((await refusal(foreign)).status, 403)
    const page = await api.getConversationCommunicationInternalmessages(id, consult.communicationId)
    assert.deepEqual(
      page.entities?.map(({ sender, normalizedMessage }) => [sender?.id, normalizedMessage?.text]),
      [
        [desk.ada.id, 'May we refund?'],
        [desk.sam.id, 'We may.'],
      ],
    )
    const one = await api.getConversationCommunicationInternalmessage(
      id,
      consult.peerCommunicationId,
      yes.id ?? '',
    )
    assert.equal(one.normalizedMessage?.text, 'We may.')
    const view = await api.getConversationsInternalmessage(id)
    assert.equal(view.participants?.[0]?.messages?.length, 2)
    const generic = await api.getConversation(id)
    assert.equal(generic.participants[1]?.internalMessages?.[0]?.sourceUserId, desk.ada.id)

    // Either user's leaving ends it; the conversation that it was about goes on.
    await desk.house.call(
      'PATCH',
      `/api/v2/conversations/${id}/participants/${participants[1]?.id}`,
      { token: await desk.house.userToken(2), body: { state: 'disconnected' } },
    )
    const over = await api.getConversation(id)
    assert.ok(over.endTime !== undefined)
    assert.equal((await api.getConversationsInternalmessages()).entities?.length, 0)
    assert.equal((await api.getConversation(about.conversationId)).endTime, undefined)
    await desk.admin.postConversationDisconnect(about.conversationId)
  })

  test('a consult ends when its conversation is handed over, unless it is to be kept alive', async () => {
    for (const keepInternalMessageAlive of [true, false]) {
      const about = await desk.talk(desk.ada, `handed ${keepInternalMessageAlive}`)
      const seated = [about.conversationId, about.participantId] as const
      const consult =
        await desk.ada.api.postConversationParticipantInternalmessagesUsersCommunications(
          ...seated,
          { targetUserId: desk.sam.id },
        )
      await desk.ada.api.postConversationsMessageParticipantReplace(...seated, {
        userId: desk.alan.id,
        keepInternalMessageAlive,
      })
      const id = consult.conversation.id ?? ''
      const { endTime } = await desk.admin.getConversation(id)
      assert.equal(endTime === undefined, keepInternalMessageAlive)
      await desk.admin.postConversationDisconnect(id)
      await desk.admin.postConversationDisconnect(about.conversationId)
    }
  })

  test('an internal message that nobody answers is over', async () => {
    const about = await desk.talk(desk.ada, 'alone')
    const consult =
      await desk.ada.api.postConversationParticipantInternalmessagesUsersCommunications(
        about.conversationId,
        about.participantId,
        { targetUserId: desk.alan.id },
      )
    desk.outside.skip(31_000)
    await eventually('the consult ends', async () => {
      const { endTime } = await desk.admin.getConversation(consult.conversation.id ?? '')
      return endTime !== undefined
    })
    await desk.admin.postConversationDisconnect(about.conversationId)
  })
})

onBothStores('meeting ids', (database) => {
  let desk: Desk
  before(async () => {
    desk = await startDesk(await database())
  })
  after(() => desk.house.close())

  test('a meeting id is over when its days are', async () => {
    const brief = await desk.admin.postConversationsVideosMeetings({ ephemeral: true })
    const lasting = await desk.admin.postConversationsVideosMeetings({ ephemeral: false })
    assert.equal(lasting.dateExpired, undefined)
    desk.outside.skip(86_400_000)
    const later = new ConversationsApi(await desk.house.sdk())
    const over = later.getConversationsVideosMeeting(brief.id ?? '')
    assert.equal((await refusal(over)).status, 404)
    const still = await later.getConversationsVideosMeeting(lasting.id ?? '')
    assert.equal(still.conferenceId, lasting.conferenceId)
  })
})
