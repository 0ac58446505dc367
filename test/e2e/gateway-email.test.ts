import assert from 'node:assert/strict'
import { test } from 'node:test'
import platformClient from 'purecloud-platform-client-v2'
import { deskOf } from '../desk.ts'
import { eventually, startHouse } from '../house.ts'
import { startGateway } from '../stand-ins/gateway.ts'

const channelId = 'mail.example.com'

test('mail of a gateway’s domain comes to agents with its files, and leaves by the gateway', async (t) => {
  const channel = { channelId, webhookSecret: 'key-of-the-webhook', apiSecret: 'key-of-the-api' }
  const gateway = await startGateway(channel)
  const house = await startHouse({ argv: ['--allow-private-networks', '127.0.0.0/8'] })
  t.after(async () => {
    await house.close()
    await gateway.close()
  })
  const { ccid } = house.credentials.digitalChannels
  const made = await house.call('POST', `/nexus/v3/provisioning/services/${ccid}/Async`, {
    body: {
      data: { channels: [{ channelId, webhook: { url: gateway.url } }] },
      secret: {
        channels: [
          {
            channelId,
            webhook: { secret: channel.webhookSecret },
            api: { secret: channel.apiSecret },
          },
        ],
      },
    },
  })
  assert.equal(made.status, 201, JSON.stringify(made.body))
  const domains = '/api/v2/routing/email/domains'
  const domain = { id: channelId, customSMTPServer: { id: `nexus-async-${channelId}` } }
  assert.ok((await house.call('POST', domains, { body: domain })).status < 300)
  const route = { pattern: 'help', fromName: 'Help', queue: { id: house.credentials.queue.id } }
  const routed = await house.call('POST', `${domains}/${channelId}/routes`, { body: route })
  assert.ok(routed.status < 300, JSON.stringify(routed.body))

  const peer = { url: house.url, ccid }
  const bytes = Buffer.from('%PDF-1.7 and so on')
  const url = await gateway.upload(peer, { name: 'bill.pdf', type: 'application/pdf', bytes })
  const message = {
    id: 'gm-1',
    channel: {
      from: { id: 'zoe@customer.example', nickname: 'Zoë' },
      to: [{ id: `help@${channelId}` }],
    },
    messageId: '<m1@customer.example>',
    subject: 'My bill',
    text: 'Here it is.',
    content: [{ contentType: 'Attachment', attachment: { url } }],
  }
  for (const _time of [1, 2]) {
    assert.equal((await gateway.post(peer, 'messages', { messages: [message] })).status, 200)
  }
  const ada = await deskOf(house, 0)
  await ada.setRouting('IDLE')
  const agent = new platformClient.ConversationsApi(await house.sdkAs(0))
  const [conversation] = await eventually('the mail alerts her', async () => {
    const { entities = [] } = await agent.getConversationsEmails()
    return entities.length > 0 && entities
  })
  const conversationId = conversation?.id ?? ''
  const { entities: mails = [] } = await agent.getConversationsEmailMessages(conversationId)
  assert.equal(mails.length, 1, 'the repeat is no second mail')
  const mail = await agent.getConversationsEmailMessage(conversationId, mails[0]?.id ?? '')
  assert.deepEqual([mail.subject, mail.textBody?.trim()], ['My bill', 'Here it is.'])
  assert.equal(mail.attachments?.[0]?.contentLength, bytes.length)
  const sent = await house.call('POST', '/api/v2/conversations/emails/agentless', {
    body: {
      senderType: 'Outbound',
      fromAddress: { email: `help@${channelId}` },
      toAddresses: [{ email: 'zoe@customer.example' }],
      subject: 'Re: My bill',
      textBody: 'Thank you.',
    },
  })
  assert.equal(sent.status, 200, JSON.stringify(sent.body))
  const text = await eventually('the gateway takes the mail', async () => gateway.texts[0])
  assert.equal(text.text, 'Thank you.')
  assert.deepEqual(gateway.complaints, [])
})
