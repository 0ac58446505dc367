import { type Ground, type Leg, legOf } from './ground.ts'

/** Internal messages, cobrowse sessions, social posts, video conversations and faxes: the rest of the catalogue. */
export async function channelScenario(ground: Ground): Promise<void> {
  await internalMessages(ground)
  await cobrowse(ground)
  await social(ground)
  await video(ground)
  await fax(ground)
}

/** The agent asks the supervisor beside a conversation. */
async function internalMessages(ground: Ground): Promise<void> {
  const { agent, agentId, supervisor, supervisorId, program, house } = ground
  const { conversationId = '' } = await program.postConversationsMessageInboundOpenMessage(
    house.credentials.integration.id,
    {
      channel: {
        messageId: crypto.randomUUID(),
        from: { id: 'puzzled', idType: 'Opaque' },
        time: new Date().toISOString(),
      },
      text: 'May I?',
    },
    { prefetchConversationId: true },
  )
  const leg = await legOf(ground, { conversationId, userId: agentId, medium: 'messages' })
  await connect(ground, leg, 0)
  const consult = await agent.postConversationParticipantInternalmessagesUsersCommunications(
    conversationId,
    leg.participantId,
    { targetUserId: supervisorId },
  )
  const id = consult.conversation.id ?? ''
  await supervisor.getConversationsInternalmessages()
  await agent.postConversationCommunicationInternalmessages(id, consult.communicationId, {
    text: 'May we?',
  })
  await supervisor.getConversationsInternalmessage(id)
  await program.postConversationDisconnect(conversationId)
}

async function cobrowse(ground: Ground): Promise<void> {
  const leg = await open(ground, 'cobrowsesessions', {
    customerId: 'visitor',
    sessionId: 's-1',
    viewerUrl: 'https://cobrowse.example/s-1',
  })
  await ground.agent.getConversationsCobrowsesessions()
  await ground.agent.getConversationsCobrowsesession(leg.conversationId)
  await ground.program.postConversationDisconnect(leg.conversationId)
}

async function social(ground: Ground): Promise<void> {
  const { agent, wrapupCodeId: code } = ground
  const { conversationId, participantId, communicationId } = await open(ground, 'socials', {
    customerId: 'jo',
    socialMediaId: 'post-8',
    socialMediaHub: 'example',
    socialUserName: '@jo',
    previewText: 'Nobody answers.',
  })
  const leg = [conversationId, participantId, communicationId] as const
  await ground.program.postConversationDisconnect(conversationId)
  await agent.postConversationsSocialParticipantCommunicationWrapup(...leg, { body: { code } })
  await agent.getConversationsSocialParticipantCommunicationWrapup(...leg, { provisional: false })
}

async function video(ground: Ground): Promise<void> {
  const { agent, program, wrapupCodeId: code } = ground
  const meeting = await program.postConversationsVideosMeetings({ ephemeral: true })
  await program.getConversationsVideosMeeting(meeting.id ?? '')
  const { conversationId, participantId, communicationId } = await open(ground, 'videos', {
    customerId: 'vic',
    meetingId: meeting.id,
  })
  const leg = [conversationId, participantId, communicationId] as const
  await program.postConversationDisconnect(conversationId)
  await agent.postConversationsVideoParticipantCommunicationWrapup(...leg, { body: { code } })
  await agent.getConversationsVideoParticipantCommunicationWrapup(...leg, { provisional: false })
}

async function fax({ agent }: Ground): Promise<void> {
  await agent.postConversationsFaxes({
    name: 'offer.pdf',
    addresses: ['+12025550190'],
    contentType: 'application/pdf',
  })
}

const mediumOf = {
  cobrowsesessions: 'cobrowsesessions',
  socials: 'socialExpressions',
  videos: 'videos',
} as const

/** Brings a conversation about that the vendor offers no public call for; the place of the agent who answers it. */
async function open(
  ground: Ground,
  path: keyof typeof mediumOf,
  body: Readonly<Record<string, unknown>>,
): Promise<Leg> {
  const answer = await ground.house.call('POST', `/api/signalbox/conversations/${path}`, { body })
  if (answer.status !== 201) throw new Error(`${path} was answered ${answer.status}.`)
  const conversationId = String(answer.body.id)
  const wanted = { conversationId, userId: ground.agentId, medium: mediumOf[path] }
  const leg = await legOf(ground, wanted)
  await connect(ground, leg, 0)
  return leg
}

/** A user answers, by the operation that knows every medium. */
async function connect({ house }: Ground, leg: Leg, userIndex: number): Promise<void> {
  const { conversationId, participantId } = leg
  const path = `/api/v2/conversations/${conversationId}/participants/${participantId}`
  const token = await house.userToken(userIndex)
  const { status } = await house.call('PATCH', path, { token, body: { state: 'connected' } })
  if (status !== 202) throw new Error(`Answering was answered ${status}.`)
}
