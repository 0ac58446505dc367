import { aMail, ours } from '../mail-house.ts'
import { type Ground, type Leg, legOf } from './ground.ts'

/** A customer's mail, from the inbound message to its wrap-up: every e-mail operation of the catalogue. */
export async function emailScenario(ground: Ground): Promise<void> {
  const leg = await arrive(ground)
  await writeDraft(ground, leg)
  await wrapUp(ground, leg)
  await park(ground)
  await reachOut(ground)
}

/** A mail with a file comes for the queue; the place of the agent who answers it. */
async function arrive(ground: Ground): Promise<Leg> {
  const { agent, mail } = ground
  const conversationId = await mail.post(withFile)
  const leg = await answer(ground, conversationId)
  await agent.getConversationsEmails()
  await agent.getConversationsEmail(conversationId)
  await agent.getConversationsEmailSettings(conversationId)
  await agent.patchConversationsEmailParticipantAttributes(conversationId, leg.participantId, {
    attributes: { tier: 'gold' },
  })
  return leg
}

async function answer(ground: Ground, conversationId: string): Promise<Leg> {
  const { agent, agentId: userId } = ground
  const leg = await legOf(ground, { conversationId, userId, medium: 'emails' })
  await agent.patchConversationsEmailParticipant(conversationId, leg.participantId, {
    state: 'connected',
  })
  return leg
}

/** A reply is drafted with the customer's file, which is taken out again, and sent. */
async function writeDraft({ agent }: Ground, { conversationId }: Leg): Promise<void> {
  const { entities = [] } = await agent.getConversationsEmailMessages(conversationId)
  const [received] = entities
  const id = received?.id ?? ''
  await agent.getConversationsEmailMessage(conversationId, id)
  await agent.patchConversationsEmailMessagesDraft(conversationId, {
    autoFill: true,
    body: { draftType: 'ReplyAll' },
  })
  const copied = await agent.postConversationsEmailMessagesDraftAttachmentsCopy(conversationId, {
    sourceMessage: { id },
    attachments: received?.attachments ?? [],
  })
  await agent.deleteConversationsEmailMessagesDraftAttachment(
    conversationId,
    copied.attachments?.[0]?.attachmentId ?? '',
  )
  const draft = await agent.getConversationsEmailMessagesDraft(conversationId)
  await agent.putConversationsEmailMessagesDraft(conversationId, { ...draft, textBody: 'Soon' })
  await agent.postConversationsEmailMessages(conversationId, { ...draft, textBody: 'Here it is' })
}

async function wrapUp({ agent, wrapupCodeId }: Ground, leg: Leg): Promise<void> {
  const { conversationId, participantId, communicationId } = leg
  await agent.getConversationsEmailParticipantWrapupcodes(conversationId, participantId)
  await agent.patchConversationsEmailParticipantCommunication(
    conversationId,
    participantId,
    communicationId,
    { state: 'disconnected' },
  )
  await agent.postConversationsEmailParticipantCommunicationWrapup(
    conversationId,
    participantId,
    communicationId,
    { body: { code: wrapupCodeId, notes: 'Sent it' } },
  )
  await agent.getConversationsEmailParticipantWrapup(conversationId, participantId, {
    provisional: false,
  })
  await agent.getConversationsEmailParticipantCommunicationWrapup(
    conversationId,
    participantId,
    communicationId,
    { provisional: false },
  )
}

/** A second mail is parked, taken up again, handed to the supervisor and ended; its agent comes back for a word more. */
async function park(ground: Ground): Promise<void> {
  const { agent, supervisor, supervisorId, mail } = ground
  const raw = aMail({ from: 'bob@example.net', id: '<second@example.net>' })
  const leg = await answer(ground, await mail.post(raw))
  const { conversationId, participantId } = leg
  for (const state of ['parked', 'connected']) {
    await agent.patchConversationsEmailParticipantParkingstate(conversationId, participantId, {
      state,
    })
  }
  await agent.postConversationsEmailParticipantReplace(conversationId, participantId, {
    userId: supervisorId,
  })
  const wanted = { conversationId, userId: supervisorId, medium: 'emails' } as const
  const taken = await legOf(ground, wanted)
  await supervisor.patchConversationsEmailParticipant(conversationId, taken.participantId, {
    state: 'connected',
  })
  const over = { state: 'disconnected' }
  await supervisor.patchConversationsEmail(
    conversationId,
    over as Parameters<typeof supervisor.patchConversationsEmail>[1],
  )
  await supervisor.postConversationsEmailReconnect(conversationId)
  await supervisor.patchConversationsEmail(
    conversationId,
    over as Parameters<typeof supervisor.patchConversationsEmail>[1],
  )
}

/** Mails that begin with us, or with a provider of the customer's own. */
async function reachOut({ agent, program, house }: Ground): Promise<void> {
  const queueId = house.credentials.queue.id
  const begun = await agent.postConversationsEmails({
    queueId,
    provider: 'PureCloud Email',
    direction: 'OUTBOUND',
    toAddress: 'carol@example.net',
    fromAddress: ours,
    subject: 'Hello',
    textBody: 'Good news',
  })
  await program.postConversationDisconnect(begun.id ?? '')
  const external = await program.postConversationsEmails({
    queueId,
    provider: 'Our own mail',
    direction: 'INBOUND',
    fromAddress: 'dan@example.net',
    toAddress: ours,
    subject: 'From elsewhere',
  })
  await program.postConversationsEmailInboundmessages(external.id ?? '', {
    queueId,
    provider: 'Our own mail',
    fromAddress: 'dan@example.net',
    toAddress: ours,
    subject: 'One more',
  })
  await program.postConversationDisconnect(external.id ?? '')
  await program.postConversationsEmailsAgentless({
    senderType: 'Outbound',
    fromAddress: { email: ours },
    toAddresses: [{ email: 'erin@example.net' }],
    subject: 'Receipt',
    textBody: 'Thank you',
  })
}

const withFile = `From: Alice <alice@example.net>
To: ${ours}
Cc: bob@example.net
Subject: Photo
Message-ID: <first@example.net>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain

See the photo
--b
Content-Type: application/pdf; name=a.pdf
Content-Disposition: attachment; filename=a.pdf
Content-Transfer-Encoding: base64

JVBERg==
--b--
`
