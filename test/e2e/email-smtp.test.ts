import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import platformClient from 'purecloud-platform-client-v2'
import { startMailServer, startScriptedServer } from '../../src/connectors/smtp/stand-in.ts'
import { eventually } from '../house.ts'
import { aMail, type MailHouse, ours, startMailHouse } from '../mail-house.ts'

const { RoutingApi } = platformClient

let mail: MailHouse
before(async () => {
  mail = await startMailHouse()
})
after(() => mail.house.close())

/** Makes mail of our domain leave through a server on this machine. */
async function leaveThrough(port: number): Promise<void> {
  const account = await mail.house.call('POST', '/api/signalbox/accounts', {
    body: {
      name: `Port ${port}`,
      connector: 'smtp',
      settings: { host: '127.0.0.1', port, tls: 'none' },
    },
  })
  assert.equal(account.status, 201, JSON.stringify(account.body))
  const answer = await mail.house.call(
    'PATCH',
    '/api/v2/routing/email/domains/support.example.com',
    { body: { customSMTPServer: { id: account.body.id } } },
  )
  assert.equal(answer.status, 200)
}

const agentless = (to: string) =>
  mail.admin.postConversationsEmailsAgentless({
    senderType: 'Outbound',
    fromAddress: { email: ours },
    toAddresses: [{ email: to }],
    subject: 'News',
    textBody: 'Hello',
  })

async function deliveryOf(emailId: string) {
  const { body } = await mail.house.call('GET', '/api/signalbox/deliveries?pageSize=100')
  return body.entities.find((one: { messageId: string }) => one.messageId === emailId)
}

test('a mail that the server puts off leaves at the next attempt, once', async () => {
  let refusals = 1
  const server = await startMailServer({
    onMail: () => (refusals-- > 0 ? '451 4.3.0 Try again later' : undefined),
  })
  await leaveThrough(server.port)
  const sent = await agentless('alice@example.net')
  await eventually('the mail is taken', async () => server.taken.length > 0)
  const delivery = await eventually('it is settled', async () => {
    const one = await deliveryOf(sent.id ?? '')
    return one.state === 'sent' ? one : undefined
  })
  assert.equal(delivery.attemptCount, 2)
  assert.equal(server.taken.length, 1)
  const { body } = await mail.house.call('GET', `/api/signalbox/deliveries/${delivery.id}`)
  const [first, second] = body.attempts
  assert.match(first.exchange.responseBody, /451 4\.3\.0 Try again later/)
  assert.match(second.exchange.requestBody, /MAIL FROM:<help@support\.example\.com>/)
  await server.close()
})

test('a mail that the server refuses fails for good, and its conversation says why', async () => {
  const server = await startMailServer({ onRecipient: () => '550 5.1.1 No such user' })
  await leaveThrough(server.port)
  const sent = await agentless('nobody@example.net')
  const failed = await eventually('errorInfo is shown', async () => {
    const { participants = [] } = await mail.admin.getConversationsEmail(sent.conversationId)
    return participants.find(({ errorInfo }) => errorInfo !== undefined)
  })
  assert.match(failed.errorInfo?.message ?? '', /550 5\.1\.1 No such user/)
  await server.close()
})

test('a mail whose fate is unknown is not sent again by itself', async () => {
  const server = await startScriptedServer([
    '220 mail.example.org',
    '250 mail.example.org',
    '250 Ok',
    '250 Ok',
    '354 Go on',
  ])
  await leaveThrough(server.port)
  const sent = await agentless('alice@example.net')
  const delivery = await eventually('it is settled', async () => {
    const one = await deliveryOf(sent.id ?? '')
    return ['queued', 'sending'].includes(one.state) ? undefined : one
  })
  assert.deepEqual([delivery.state, delivery.attemptCount], ['uncertain', 1])
  await server.close()
})

test('the listener refuses who is not ours, too many recipients, and what is too large', async () => {
  await assert.rejects(mail.send({ from: 'a@example.net', to: 'a@elsewhere.example', text: 'x' }), {
    responseCode: 550,
  })
  await assert.rejects(
    mail.send({ from: 'a@example.net', to: 'nobody@support.example.com', text: 'x' }),
    { responseCode: 550 },
  )
  await new RoutingApi(await mail.house.sdk()).postRoutingEmailDomainRoutes('support.example.com', {
    pattern: '*',
    fromName: 'Everything else',
    queue: { id: mail.house.credentials.queue.id },
  })
  const crowd = Array.from({ length: 51 }, (_, index) => `u${index}@support.example.com`)
  const info = await mail.send({ from: 'a@example.net', to: crowd, text: 'x', messageId: '<x@y>' })
  assert.match(JSON.stringify(info), /"rejected":\["u50@support\.example\.com"\]/)
  await assert.rejects(
    mail.send({ from: 'a@example.net', to: ours, text: 'x'.repeat(3 * 1024 * 1024 + 1) }),
    { responseCode: 552 },
  )
})

test('a mail to two addresses of ours is taken for each of their routes', async () => {
  await mail.send({
    from: 'zoe@example.net',
    to: [ours, 'sales@support.example.com'],
    subject: 'Both',
    text: 'x',
    messageId: '<both@example.net>',
  })
  const first = await mail.post(
    aMail({ from: 'zoe@example.net', id: '<re@example.net>', inReplyTo: '<both@example.net>' }),
  )
  const second = await mail.post(
    aMail({
      from: 'zoe@example.net',
      id: '<re2@example.net>',
      inReplyTo: '<both@example.net>',
      to: 'sales@support.example.com',
    }),
  )
  assert.notEqual(first, second)
  const view = await mail.admin.getConversationsEmailMessages(second)
  assert.equal(view.entities?.length, 2)
})
