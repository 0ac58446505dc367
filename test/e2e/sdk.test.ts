import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import platformClient from 'purecloud-platform-client-v2'
import { hubSignature } from '../../src/connectors/http.ts'
import { eventually, type House, newSdk, startHouse } from '../house.ts'
import { onBothStores } from '../stores.ts'

const { ConversationsApi, OrganizationApi, TokensApi, UsersApi } = platformClient

/** A customer system's webhook: keeps what it gets, with the bytes that the signature covers. */
async function startWebhook() {
  const received: { body: Record<string, unknown>; raw: string; signature: string }[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const raw = Buffer.concat(chunks).toString('utf8')
      received.push({
        raw,
        body: JSON.parse(raw),
        signature: String(request.headers['x-hub-signature-256']),
      })
      response.writeHead(200).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/hook`,
    received,
    close: () => new Promise((resolve) => server.close(resolve)),
  }
}

onBothStores('the official SDK', (database) => {
  let house: House
  let webhook: Awaited<ReturnType<typeof startWebhook>>
  const secret = 'a-secret-of-some-length'

  before(async () => {
    webhook = await startWebhook()
    const url = await database()
    house = await startHouse({
      argv: ['--allow-private-networks', '127.0.0.0/8'],
      ...(url === undefined ? {} : { database: url }),
    })
  })
  after(async () => {
    await house.close()
    await webhook.close()
  })

  test('logs in by client credentials and reads who it is', async () => {
    const client = await house.sdk()
    const me = await new TokensApi(client).getTokensMe()
    assert.equal(me.organization?.id, house.credentials.organization.id)
    assert.equal(me.OAuthClient?.id, house.credentials.client.id)
    const organization = await new OrganizationApi(client).getOrganizationsMe()
    assert.equal(organization.id, house.credentials.organization.id)
  })

  test('gets the vendor’s 400 for users/me without a user, and the user with one', async () => {
    const failure = await new UsersApi(await house.sdk()).getUsersMe().then(
      () => assert.fail('it should be refused'),
      (error: { status: number; message: string }) => error,
    )
    assert.equal(failure.status, 400)
    assert.match(failure.message, /requires a user context/)
    const me = await new UsersApi(await house.sdkAs(0)).getUsersMe()
    assert.equal(me.id, house.credentials.users[0]?.id)
  })

  test('is refused with a wrong secret and with an unknown token', async () => {
    const client = newSdk(house.url)
    const failure = await client
      .loginClientCredentialsGrant(house.credentials.client.id, 'wrong')
      .then(
        () => assert.fail('it should be refused'),
        (error: { response: { status: number; data: { error: string } } }) => error.response,
      )
    assert.equal(failure.status, 400)
    assert.equal(failure.data.error, 'invalid_client')
    client.setAccessToken('unknown.token')
    const refused = await new TokensApi(client).getTokensMe().then(
      () => assert.fail('it should be refused'),
      (error: { status: number; code: string }) => error,
    )
    assert.deepEqual([refused.status, refused.code], [401, 'bad.credentials'])
  })

  test('creates, reads, lists, changes and deletes an Open Messaging integration', async () => {
    const api = new ConversationsApi(await house.sdk())
    const made = await api.postConversationsMessagingIntegrationsOpen({
      name: 'Made by the SDK',
      outboundNotificationWebhookUrl: webhook.url,
      outboundNotificationWebhookSignatureSecretToken: secret,
    })
    const id = made.id ?? ''
    const read = await api.getConversationsMessagingIntegrationsOpenIntegrationId(id)
    assert.equal(read.createStatus, 'Completed')
    assert.equal(read.outboundNotificationWebhookUrl, webhook.url)
    const list = await api.getConversationsMessagingIntegrationsOpen({ pageSize: 100 })
    assert.ok(list.entities?.some((one) => one.id === id))
    const changed = await api.patchConversationsMessagingIntegrationsOpenIntegrationId(id, {
      name: 'Renamed',
    })
    assert.equal(changed.name, 'Renamed')
    await api.deleteConversationsMessagingIntegrationsOpenIntegrationId(id)
    const gone = await api.getConversationsMessagingIntegrationsOpenIntegrationId(id).then(
      () => assert.fail('it should be gone'),
      (error: { status: number; code: string }) => error,
    )
    assert.deepEqual([gone.status, gone.code], [404, 'not.found'])
  })

  test('brings a customer’s message to an agent and the answer to the webhook, with its receipt', async () => {
    const admin = new ConversationsApi(await house.sdk())
    const { id: integrationId = '' } = await admin.postConversationsMessagingIntegrationsOpen({
      name: 'Story',
      outboundNotificationWebhookUrl: webhook.url,
      outboundNotificationWebhookSignatureSecretToken: secret,
    })
    const ada = await house.sdkAs(0)
    const adaId = house.credentials.users[0]?.id ?? ''
    await new UsersApi(ada).putUserRoutingstatus(adaId, { status: 'IDLE' })

    const posted = await admin.postConversationsMessageInboundOpenMessage(
      integrationId,
      {
        channel: {
          messageId: 'm-1',
          from: { id: 'alice@example.net', idType: 'Email', firstName: 'Alice', lastName: 'B' },
          time: '2026-01-05T10:00:00.000Z',
          metadata: { customAttributes: { tier: 'gold' } } as object,
        },
        text: 'My order is late',
      },
      { prefetchConversationId: true },
    )
    const conversationId = posted.conversationId ?? ''
    assert.ok(conversationId.length > 0)

    const agentApi = new ConversationsApi(ada)
    const active = await agentApi.getConversationsMessages()
    assert.deepEqual(
      active.entities?.map(({ id }) => id),
      [conversationId],
    )
    const alerting = await agentApi.getConversationsMessage(conversationId)
    const agent = alerting.participants?.find(({ purpose }) => purpose === 'agent')
    assert.equal(agent?.state, 'alerting')
    const customer = alerting.participants?.find(({ purpose }) => purpose === 'customer')
    assert.deepEqual(customer?.attributes, { tier: 'gold' })
    await agentApi.patchConversationsMessageParticipant(conversationId, agent?.id ?? '', {
      body: { state: 'connected' },
    })

    const generic = await agentApi.getConversation(conversationId)
    const communicationId =
      generic.participants?.find(({ purpose }) => purpose === 'agent')?.messages?.[0]?.id ?? ''
    const sent = await agentApi.postConversationsMessageCommunicationMessages(
      conversationId,
      communicationId,
      {
        textBody: 'On its way, “tomorrow” ✓',
      },
    )
    assert.equal(sent.direction, 'outbound')
    const arrived = await eventually('the answer reaches the webhook', async () =>
      webhook.received.find(({ body }) => body['id'] === sent.id),
    )
    assert.equal(arrived.body['text'], 'On its way, “tomorrow” ✓')
    assert.equal(arrived.body['originatingEntity'], 'Human')
    assert.equal(arrived.signature, hubSignature(secret, Buffer.from(arrived.raw)))
    const published = webhook.received.find(
      ({ body }) => body['type'] === 'Receipt' && body['id'] === 'm-1',
    )
    assert.equal(published?.body['status'], 'Published')

    await admin.postConversationsMessageInboundOpenReceipt(integrationId, {
      id: sent.id ?? '',
      channel: { to: { id: 'alice@example.net' }, time: '2026-01-05T10:00:05.000Z' },
      status: 'Delivered',
      isFinalReceipt: true,
    } as Parameters<typeof admin.postConversationsMessageInboundOpenReceipt>[1])
    const details = await agentApi.getConversationsMessageDetails(sent.id ?? '')
    assert.equal(details.status, 'delivery-success')

    await agentApi.patchConversationsMessageParticipant(conversationId, agent?.id ?? '', {
      body: { state: 'disconnected' },
    })
    const ended = await agentApi.getConversation(conversationId)
    assert.ok(ended.endTime !== undefined)
    const types = ended.participants?.map(({ purpose, messages }) => [
      purpose,
      messages?.[0]?.disconnectType,
    ])
    assert.deepEqual(types, [
      ['customer', 'peer'],
      ['acd', 'transfer'],
      ['agent', 'client'],
    ])
    assert.deepEqual((await agentApi.getConversationsMessages()).entities, [])
    await new UsersApi(ada).putUserRoutingstatus(adaId, { status: 'OFF_QUEUE' })
  })

  test('sends agentless by SMS to the handset and by open messaging to the webhook', async () => {
    const api = new ConversationsApi(await house.sdk())
    const sms = await api.postConversationsMessagesAgentless({
      fromAddress: house.credentials.sender.address,
      toAddress: '+12025550177',
      toAddressMessengerType: 'sms',
      textBody: 'Your code is 1234',
    })
    assert.equal(sms.messengerType, 'sms')
    const texts = await eventually('the text is on the handset', async () => {
      const answer = await house.call(
        'GET',
        '/api/signalbox/handset/messages?handset=%2B12025550177',
      )
      return answer.body.entities?.length > 0 && answer.body.entities
    })
    assert.equal(texts[0].text, 'Your code is 1234')
    await eventually('the receipt is applied', async () => {
      const details = await api.getConversationsMessageDetails(sms.id ?? '')
      return details.status === 'delivery-success'
    })
  })

  test('is told in the vendor’s error body what it did wrong', async () => {
    const api = new ConversationsApi(await house.sdk())
    const failure = await api
      .postConversationsMessagesAgentless({
        fromAddress: house.credentials.sender.address,
        toAddress: '+12025550177',
        toAddressMessengerType: 'sms',
        textBody: 'x'.repeat(766),
      })
      .then(
        () => assert.fail('it should be refused'),
        (error: Record<string, unknown>) => error,
      )
    assert.equal(failure['status'], 400)
    assert.equal(failure['code'], 'bad.request')
    assert.match(String(failure['message']), /766 characters.*765/)
    assert.deepEqual(failure['errors'], [])
  })
})
