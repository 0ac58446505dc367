import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import PostalMime from 'postal-mime'
import platformClient from 'purecloud-platform-client-v2'
import { eventually } from '../house.ts'
import { aMail, type MailHouse, ours, refused, startMailHouse, take } from '../mail-house.ts'
import { onBothStores } from '../stores.ts'

const { UsersApi } = platformClient

onBothStores('e-mail with the official SDK', (database) => {
  let mail: MailHouse
  before(async () => {
    mail = await startMailHouse(await database())
  })
  after(() => mail.house.close())

  test('goes from a customer to an agent and back, and threads', async () => {
    const { house, agent, agentId } = mail
    await mail.send({
      from: '"Alice B" <alice@example.net>',
      to: ours,
      cc: 'bob@example.net',
      subject: 'Grüße — my order',
      text: 'Where is it? 👋',
      html: '<p>Where is it? 👋</p>',
      messageId: '<a1@example.net>',
      attachments: [{ filename: 'Rechnung ü.pdf', content: Buffer.from([1, 2, 255]) }],
    })
    const list = await eventually('the conversation is listed', async () => {
      const { entities = [] } = await agent.getConversationsEmails()
      return entities.length > 0 ? entities : undefined
    })
    const conversationId = list[0]?.id ?? ''
    assert.equal(list[0]?.name, 'Alice B')
    assert.deepEqual((await agent.getConversationsMessages()).entities, [])
    const { participantId, communicationId } = await take(mail, conversationId)
    assert.ok(communicationId.length > 0)
    assert.deepEqual(
      await refused(
        agent.patchConversationsEmailParticipant(conversationId, participantId, {
          state: 'connected',
        }),
      ),
      [400, 'postino.error.answer.not.alerting'],
    )
    const previews = (await agent.getConversationsEmailMessages(conversationId)).entities ?? []
    assert.equal(previews[0]?.textBodyPreview?.trim(), 'Where is it? 👋')
    const received = await agent.getConversationsEmailMessage(conversationId, previews[0]?.id ?? '')
    assert.equal(received.htmlBody?.trim(), '<p>Where is it? 👋</p>')
    assert.deepEqual(received.cc, [{ email: 'bob@example.net' }])
    const [file] = received.attachments ?? []
    assert.deepEqual([file?.name, file?.contentLength], ['Rechnung ü.pdf', 3])
    const bytes = await fetch(`${house.url}${file?.contentUri}`, {
      headers: { authorization: `Bearer ${house.adminToken}` },
    })
    assert.deepEqual([...new Uint8Array(await bytes.arrayBuffer())], [1, 2, 255])

    const draft = await agent.getConversationsEmailMessagesDraft(conversationId)
    assert.deepEqual(draft.to, [{ email: 'alice@example.net', name: 'Alice B' }])
    assert.deepEqual(draft.from, { email: ours, name: 'Example Support' })
    assert.equal(draft.subject, 'RE: Grüße — my order')
    const sent = await agent.postConversationsEmailMessages(conversationId, {
      ...draft,
      textBody: `On its way ✓${draft.textBody}`,
      htmlBody: '<p>On its way ✓</p>',
    })
    assert.equal(sent.from.email, ours)
    const captured = await mail.captured('alice@example.net')
    const read = await PostalMime.parse(captured.raw)
    assert.equal(read.inReplyTo, '<a1@example.net>')
    assert.equal(read.references, '<a1@example.net>')
    assert.match(read.text ?? '', /^On its way ✓/)

    // The customer answers: the same conversation, whoever has the mail server.
    const answer = aMail({
      from: 'Alice B <alice@example.net>',
      id: '<a2@example.net>',
      inReplyTo: captured.messageId,
      text: 'Thank you',
    })
    assert.equal(await mail.post(answer), conversationId)
    assert.equal(await mail.post(answer), conversationId, 'a repeat is taken once')
    const all = (await agent.getConversationsEmailMessages(conversationId)).entities ?? []
    assert.deepEqual(
      all.map(({ textBodyPreview }) => textBodyPreview?.trim().split('\n')[0]),
      ['Where is it? 👋', 'On its way ✓', 'Thank you'],
    )
    const view = await agent.getConversationsEmail(conversationId)
    const mine = view.participants?.find(({ user }) => user?.id === agentId)
    assert.equal(mine?.messagesSent, 1)
    assert.equal(mine?.subject, 'Grüße — my order')

    await agent.postConversationsEmailParticipantCommunicationWrapup(
      conversationId,
      participantId,
      communicationId,
      { body: { code: await wrapupCode(conversationId, participantId), notes: 'Told her' } },
    )
    await agent.patchConversationsEmail(conversationId, {
      state: 'disconnected',
      startTime: '',
      participants: [],
    })
    const wrapup = await agent.getConversationsEmailParticipantWrapup(conversationId, participantId)
    assert.equal(wrapup.notes, 'Told her')
    assert.deepEqual((await agent.getConversationsEmails()).entities, [])

    // Within thirty days her next mail opens it again, for the queue.
    const later = aMail({
      from: 'alice@example.net',
      id: '<a3@example.net>',
      inReplyTo: '<a2@example.net>',
    })
    assert.equal(await mail.post(later), conversationId)
    const again = await take(mail, conversationId)
    assert.notEqual(again.participantId, participantId)
    await agent.patchConversationsEmailParticipant(conversationId, again.participantId, {
      state: 'disconnected',
    })
    assert.notEqual(
      await mail.post(aMail({ from: 'alice@example.net', id: '<other@example.net>' })),
      conversationId,
      'a mail that answers nothing is a thread of its own',
    )
    await endAll()
  })

  async function wrapupCode(conversationId: string, participantId: string): Promise<string> {
    const codes = await mail.agent.getConversationsEmailParticipantWrapupcodes(
      conversationId,
      participantId,
    )
    return codes[0]?.id ?? ''
  }

  async function endAll(): Promise<void> {
    const { entities = [] } = await mail.agent.getConversationsEmails()
    for (const { id = '' } of entities) {
      const body = { state: 'disconnected', startTime: '', participants: [] }
      await mail.admin.patchConversationsEmail(id, body)
    }
  }

  test('one agent takes one e-mail at a time, and parking one makes room for the next', async () => {
    const first = await mail.post(aMail({ from: 'carol@example.net', id: '<c1@example.net>' }))
    const second = await mail.post(aMail({ from: 'dave@example.net', id: '<d1@example.net>' }))
    const { participantId } = await take(mail, first)
    const waiting = await mail.admin.getConversationsEmail(second)
    assert.ok(!waiting.participants?.some(({ purpose }) => purpose === 'agent'))
    await mail.agent.patchConversationsEmailParticipantParkingstate(first, participantId, {
      state: 'parked',
    })
    await take(mail, second)
    await endAll()
  })

  test('an agentless mail is answered 200, and that it failed shows on the participant', async () => {
    const sent = await mail.admin.postConversationsEmailsAgentless({
      senderType: 'Outbound',
      fromAddress: { email: ours },
      toAddresses: [{ email: 'erin@nowhere.invalid' }],
      subject: 'Your code',
      textBody: '1234',
    })
    const failed = await eventually('errorInfo is shown', async () => {
      const { participants = [] } = await mail.admin.getConversationsEmail(sent.conversationId)
      return participants.find(({ errorInfo }) => errorInfo !== undefined)
    })
    assert.equal(failed.purpose, 'api')
    assert.equal(failed.errorInfo?.code, 'InvalidDestination')
    const timeline = await mail.house.call('GET', `/api/signalbox/messages/${sent.id}/timeline`)
    assert.equal(timeline.status, 200, JSON.stringify(timeline.body))
    const told = timeline.body.steps.map(({ text }: { text: string }) => text).join('\n')
    assert.match(told, /to be sent by e-mail from help@support\.example\.com to erin@/)
    assert.match(told, /Queued as e-mail through Embedded mailbox/)
    assert.match(told, /The message is now delivery-failed; it was queued\./)
    assert.deepEqual(
      await refused(
        mail.admin.postConversationsEmailsAgentless({
          senderType: 'Outbound',
          fromAddress: { email: 'somebody@elsewhere.example' },
          toAddresses: [{ email: 'erin@example.net' }],
        }),
      ),
      [400, 'email.error.domain.not.verified'],
    )
  })

  test('an external conversation is routed, signalled and not answered here', async () => {
    const { admin, agent, house } = mail
    const queueId = house.credentials.queue.id
    const opened = await admin.postConversationsEmails({
      queueId,
      provider: 'Other Mail',
      fromAddress: 'frank@example.net',
      subject: 'From elsewhere',
      textBody: 'Hello',
      attributes: { tier: 'gold' },
    })
    const id = opened.id ?? ''
    const customer = opened.participants?.find(({ purpose }) => purpose === 'customer')
    assert.deepEqual([customer?.provider, customer?.attributes], ['Other Mail', { tier: 'gold' }])
    await take(mail, id)
    const reply = { from: { email: ours }, to: [{ email: 'frank@example.net' }], textBody: 'Hi' }
    assert.deepEqual(await refused(agent.postConversationsEmailMessages(id, reply)), [
      400,
      'email.error.external.provider',
    ])
    await endAll()
    const again = await admin.postConversationsEmailInboundmessages(id, {
      queueId,
      provider: 'Other Mail',
    })
    assert.equal(again.id, id)
    await take(mail, id)
    await endAll()
    const wrong = async (body: object) =>
      (await refused(admin.postConversationsEmails({ provider: 'Other Mail', ...body })))[1]
    assert.equal(
      await wrong({ provider: '', queueId }),
      'postino.error.notnull.createconversationrequest.provider',
    )
    assert.equal(await wrong({}), 'postino.error.notnull.createconversationrequest.queueid')
    assert.equal(
      await wrong({ provider: 'PureCloud Email', queueId }),
      'email.error.external.provider',
    )
    assert.equal(await wrong({ queueId: 'none' }), 'email.error.invalid.queue')
    assert.equal(await wrong({ flowId: 'none' }), 'bad.request')
    const signal = { flowId: 'none', provider: 'Other Mail' }
    assert.deepEqual(await refused(admin.postConversationsEmailInboundmessages(id, signal)), [
      400,
      'bad.request',
    ])
    const routes = `/api/v2/routing/email/domains/${ours.split('@')[1]}/routes`
    const body = { pattern: 'flow', flow: { id: 'none' } }
    assert.equal((await house.call('POST', routes, { body })).status, 400)
    assert.equal(await wrong({ queueId, fromAddress: 'no address' }), 'email.error.invalid.email')
  })

  test('an agent writes first on behalf of a queue that has an address, and reconnects later', async () => {
    const { agent, house, routeId } = mail
    const queueId = house.credentials.queue.id
    const opening = {
      queueId,
      provider: 'PureCloud Email',
      direction: 'OUTBOUND',
      toAddress: 'grace@example.net',
      subject: 'Good news',
      textBody: 'It is here',
    }
    const wrong = async (body: object) =>
      (await refused(agent.postConversationsEmails({ ...opening, ...body })))[1]
    assert.equal(await wrong({}), 'email.outbound.queue.address.required')
    assert.equal(
      (
        await refused(
          agent.postConversationsEmails({ provider: 'PureCloud Email', direction: 'OUTBOUND' }),
        )
      )[1],
      'email.outbound.queue.required',
    )
    const queue = (await house.call('GET', `/api/v2/routing/queues/${queueId}`)).body
    const changed = await house.call('PUT', `/api/v2/routing/queues/${queueId}`, {
      body: { ...queue, outboundEmailAddress: { route: { id: routeId } } },
    })
    assert.equal(changed.status, 200, JSON.stringify(changed.body))
    const { id = '' } = await agent.postConversationsEmails(opening)
    const draft = await agent.getConversationsEmailMessagesDraft(id)
    assert.deepEqual(draft.to, [{ email: 'grace@example.net' }])
    await agent.postConversationsEmailMessages(id, draft)
    const { raw } = await mail.captured('grace@example.net')
    assert.match(raw, /^Subject: Good news\r$/m)
    assert.equal((await refused(agent.postConversationsEmailReconnect(id)))[0], 409)
    await endAll()
    await agent.postConversationsEmailReconnect(id)
    const back = await agent.getConversationsEmail(id)
    assert.equal(back.participants?.findLast(({ user }) => user !== undefined)?.state, 'connected')
    await endAll()
  })

  test('gives settings, and leaves the agent idle when all is over', async () => {
    const id = await mail.post(aMail({ from: 'heidi@example.net', id: '<h1@example.net>' }))
    const settings = await mail.agent.getConversationsEmailSettings(id)
    assert.equal(settings.sendingSizeLimit, 40 * 1024 * 1024)
    await endAll()
    const users = new UsersApi(await mail.house.sdkAs(0))
    assert.equal((await users.getUserRoutingstatus(mail.agentId)).status, 'IDLE')
  })
})
