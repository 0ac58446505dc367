import { eventually } from '../house.ts'
import { type Ground, type Leg, legOf } from './ground.ts'

/** A customer's open message, from its coming in to its wrap-up: every message operation of the catalogue. */
export async function messageScenario(ground: Ground): Promise<void> {
  await ground.program.getConversationsMessagingIntegrations({ pageSize: 10 })
  const leg = await arrive(ground, 'alice')
  await ground.agent.getConversationsMessages()
  await ground.agent.getConversationsMessage(leg.conversationId)
  await answer(ground, leg)
  await ground.agent.patchConversationsMessageParticipantAttributes(
    leg.conversationId,
    leg.participantId,
    { body: { attributes: { tier: 'gold' } } },
  )
  await ground.agent.postConversationsMessageCommunicationTyping(
    leg.conversationId,
    leg.communicationId,
    { typing: { type: 'On', duration: 2000 } },
  )
  const mediaId = await upload(ground, leg)
  await converse(ground, leg, mediaId)
  await ground.supervisor.postConversationsMessageParticipantMonitor(
    leg.conversationId,
    leg.participantId,
  )
  await end(ground, leg)
  await transferAndEnd(ground)
  await reachOut(ground)
}

/** A customer writes; the place of the agent whom it alerts. */
async function arrive(ground: Ground, customer: string): Promise<Leg> {
  const { conversationId = '' } = await ground.program.postConversationsMessageInboundOpenMessage(
    ground.house.credentials.integration.id,
    { channel: channelOf(customer), text: 'Where is my order?' },
    { prefetchConversationId: true },
  )
  return legOf(ground, { conversationId, userId: ground.agentId, medium: 'messages' })
}

function channelOf(customer: string) {
  return {
    messageId: crypto.randomUUID(),
    from: { id: customer, idType: 'Opaque' },
    time: new Date().toISOString(),
  }
}

function answer({ agent }: Ground, { conversationId, participantId }: Leg): Promise<unknown> {
  return agent.patchConversationsMessageParticipant(conversationId, participantId, {
    body: { state: 'connected' },
  })
}

/** Uploads a small picture by the address that is promised, and reads it back; its id. */
async function upload({ agent }: Ground, leg: Leg): Promise<string> {
  const { conversationId, communicationId } = leg
  const bytes = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2])
  const promised = await agent.postConversationsMessageCommunicationMessagesMediaUploads(
    conversationId,
    communicationId,
    { fileName: 'photo.png', contentLengthBytes: bytes.length },
  )
  const put = await fetch(promised.uploadUrl ?? '', { method: 'PUT', body: bytes })
  if (!put.ok) throw new Error(`The upload was answered ${put.status}.`)
  const id = promised.id ?? ''
  await agent.getConversationsMessageCommunicationMessagesMediaMediaId(
    conversationId,
    communicationId,
    id,
  )
  await agent.getConversationsMessageCommunicationMessagesMedia(conversationId, communicationId, {
    status: 'valid',
    pageSize: 5,
  })
  return id
}

/** Messages both ways, with what happens to them; the seed's `useNormalizedMessage`, which the SDK has dropped, by hand. */
async function converse(ground: Ground, leg: Leg, mediaId: string): Promise<void> {
  const { agent, program, recording, house } = ground
  const { conversationId, communicationId } = leg
  const sent = await agent.postConversationsMessageCommunicationMessages(
    conversationId,
    communicationId,
    { textBody: '', mediaIds: [mediaId] },
  )
  const messageId = sent.id ?? ''
  await agent.getConversationsMessageMessage(conversationId, messageId)
  await agent.getConversationsMessageDetails(messageId)
  await agent.postConversationsMessageCommunicationSocialmediaMessages(
    conversationId,
    communicationId,
    { inReplyToMessageId: messageId, textBody: 'And more' },
  )
  const token = await house.userToken(0)
  const path = { conversationId, communicationId, messageId }
  const raw = { path, query: 'useNormalizedMessage=true', token }
  await recording.raw(house, {
    ...raw,
    id: 'postConversationsMessageCommunicationMessages',
    body: { textBody: 'Once more' },
  })
  await recording.raw(house, { ...raw, id: 'getConversationsMessageMessage' })
  await recording.raw(house, { ...raw, id: 'getConversationsMessageDetails' })
  const integrationId = house.credentials.integration.id
  await program.postConversationsMessageInboundOpenReceipt(integrationId, {
    id: messageId,
    channel: { to: { id: 'alice' }, time: new Date().toISOString() },
    status: 'Delivered',
    isFinalReceipt: true,
  } as Parameters<typeof program.postConversationsMessageInboundOpenReceipt>[1])
  await program.postConversationsMessageInboundOpenEvent(integrationId, {
    channel: channelOf('alice'),
    events: [{ eventType: 'Typing', typing: { type: 'On', duration: 1000 } } as object],
  } as Parameters<typeof program.postConversationsMessageInboundOpenEvent>[1])
  await program.postConversationsMessageInboundOpenStructuredResponse(integrationId, {
    channel: channelOf('alice'),
    buttonResponse: { type: 'QuickReply', text: 'Yes', payload: 'yes' },
    originatingMessageId: messageId,
  } as Parameters<typeof program.postConversationsMessageInboundOpenStructuredResponse>[1])
}

/** The agent's communication is over, and is wrapped up. */
async function end({ agent, wrapupCodeId }: Ground, leg: Leg): Promise<void> {
  const { conversationId, participantId, communicationId } = leg
  await agent.getConversationsMessageParticipantWrapupcodes(conversationId, participantId)
  await agent.patchConversationsMessageParticipantCommunication(
    conversationId,
    participantId,
    communicationId,
    { state: 'disconnected' },
  )
  await agent.postConversationsMessageParticipantCommunicationWrapup(
    conversationId,
    participantId,
    communicationId,
    { body: { code: wrapupCodeId, notes: 'Told her' } },
  )
  await agent.getConversationsMessageParticipantWrapup(conversationId, participantId, {
    provisional: false,
  })
  await agent.getConversationsMessageParticipantCommunicationWrapup(
    conversationId,
    participantId,
    communicationId,
    { provisional: false },
  )
}

/** A second conversation goes to the supervisor, who ends it for everybody. */
async function transferAndEnd(ground: Ground): Promise<void> {
  const leg = await arrive(ground, 'bob')
  await answer(ground, leg)
  const { conversationId, participantId } = leg
  await ground.agent.postConversationsMessageParticipantReplace(conversationId, participantId, {
    userId: ground.supervisorId,
    transferType: 'Unattended',
  })
  const userId = ground.supervisorId
  const taken = await legOf(ground, { conversationId, userId, medium: 'messages' })
  await ground.supervisor.patchConversationsMessageParticipant(
    conversationId,
    taken.participantId,
    { body: { state: 'connected' } },
  )
  await ground.supervisor.patchConversationsMessage(conversationId, {
    state: 'disconnected',
  } as Parameters<typeof ground.supervisor.patchConversationsMessage>[1])
}

/** We write first: an agent from a queue's own number, and a program without a conversation. */
async function reachOut({ agent, program, house, recording }: Ground): Promise<void> {
  const begun = await agent.postConversationsMessages({
    queueId: house.credentials.queue.id,
    toAddress: '+12025550188',
    toAddressMessengerType: 'sms',
    useExistingConversation: false,
  })
  await eventually('the new conversation can be read', () => agent.getConversation(begun.id ?? ''))
  await program.postConversationDisconnect(begun.id ?? '')
  const agentless = {
    fromAddress: house.credentials.sender.address,
    toAddress: '+12025550189',
    toAddressMessengerType: 'sms',
    textBody: 'Your code is 1234',
  }
  await program.postConversationsMessagesAgentless(agentless)
  await recording.raw(house, {
    id: 'postConversationsMessagesAgentless',
    path: {},
    query: 'useNormalizedMessage=true',
    token: house.adminToken,
    body: agentless,
  })
}
