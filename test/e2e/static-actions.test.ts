import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import platformClient from 'purecloud-platform-client-v2'
import { newSecretlessClient } from '../clients.ts'
import { customerWrites } from '../customer.ts'
import { deskOf } from '../desk.ts'
import { type House, startHouse } from '../house.ts'
import { onBothStores } from '../stores.ts'

const { IntegrationsApi } = platformClient
const path = '/api/v2/integrations/actions'

onBothStores('static actions', (database) => {
  let house: House
  before(async () => {
    const url = await database()
    house = await startHouse(url === undefined ? {} : { database: url })
  })
  after(() => house.close())

  const execute = (slug: string, body: object, token?: string) =>
    house.call('POST', `${path}/static_-_${slug}/execute`, {
      body,
      ...(token === undefined ? {} : { token }),
    })

  test('are there with the platform integration', async () => {
    const api = new IntegrationsApi(await house.sdk())
    const { entities = [] } = await api.getIntegrationsActions({ category: 'Platform' })
    assert.deepEqual(entities.map(({ id }) => id?.replace('static_-_', '')).toSorted(), [
      'get-conversation',
      'get-customer-participant-data',
      'get-queue-statistics',
      'park-conversation',
      'resume-conversation',
      'send-agentless-message',
    ])
    const one = await api.getIntegrationsAction('static_-_get-conversation', { expand: 'contract' })
    const { integrationId = '' } = one
    const { body: platform } = await house.call('GET', `/api/v2/integrations/${integrationId}`)
    assert.equal(platform.integrationType.id, 'purecloud-data-actions')
    const { entities: others = [] } = await api.getIntegrations({
      integrationType: 'purecloud-data-actions',
    })
    assert.equal(others[0]?.id, integrationId)
  })

  test('can neither be changed nor deleted nor drafted', async () => {
    const id = `${path}/static_-_get-conversation`
    const answers = [
      await house.call('PATCH', id, { body: { version: 1, name: 'Mine' } }),
      await house.call('DELETE', id),
      await house.call('POST', `${id}/draft`),
    ]
    for (const { status, body } of answers) {
      assert.equal(status, 400)
      assert.match(body.message, /read-only/)
    }
  })

  test('send a text, and find the conversation that came of it', async () => {
    const sent = await execute('send-agentless-message', {
      fromAddress: house.credentials.sender.address,
      toAddress: '+12025550143',
      messengerType: 'sms',
      text: 'She said "hi"\n',
    })
    assert.equal(sent.status, 200, JSON.stringify(sent.body))
    const { conversationId } = sent.body
    const found = await execute('get-conversation', { conversationId })
    assert.equal(found.body.id, conversationId)
  })

  test('tell the participant data of a customer as one text', async () => {
    const { conversationId } = await customerWrites(house, { customer: 'cust-1' })
    const { body } = await house.call('GET', `/api/v2/conversations/${conversationId}`)
    const customer = body.participants.find(
      (one: { purpose: string }) => one.purpose === 'customer',
    )
    const attributes = { tier: 'gold "A"' }
    const base = `/api/v2/conversations/${conversationId}/participants/${customer.id}/attributes`
    await house.call('PATCH', base, { body: { attributes } })
    const told = await execute('get-customer-participant-data', { conversationId })
    assert.equal(told.body.participantId, customer.id)
    assert.deepEqual(JSON.parse(told.body.attributes), attributes)
  })

  test('park a conversation and take it back, and count what waits', async () => {
    const queueId = house.credentials.queue.id
    const waiting = await execute('get-queue-statistics', { queueId })
    assert.deepEqual([waiting.body.waiting, waiting.body.membersIdle], [1, 0])
    const desk = await deskOf(house, 1)
    await desk.setRouting('IDLE')
    const { conversationId, participantId } = await desk.answer()
    const parked = await execute('park-conversation', { conversationId, participantId })
    assert.deepEqual([parked.status, parked.body], [200, {}], JSON.stringify(parked.body))
    const resumed = await execute('resume-conversation', { conversationId, participantId })
    assert.equal(resumed.status, 200, JSON.stringify(resumed.body))
    const again = await execute('get-queue-statistics', { queueId })
    assert.deepEqual([again.body.waiting, again.body.membersJoined > 0], [0, true])
  })

  test('do only what who executes them may do', async () => {
    const token = await newSecretlessClient(house, ['integrations:action:execute'])
    const refused = await execute('get-queue-statistics', { queueId: 'none' }, token)
    assert.deepEqual([refused.status, refused.body.errors[0].status], [400, 403])
    assert.match(refused.body.message, /routing:queue:view/)
    const tested = await house.call('POST', `${path}/static_-_get-queue-statistics/test`, {
      body: { queueId: 'none' },
    })
    assert.equal(tested.body.success, false)
    assert.match(tested.body.error.errors[0].message, /no queue with the id none/)
  })
})
