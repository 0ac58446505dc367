import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type House, startHouse } from '../house.ts'
import { onBothStores } from '../stores.ts'

const path = '/api/v2/conversations/messages/agentless'

onBothStores('national numbers of the demo, whose default country is the US', (database) => {
  let house: House
  before(async () => {
    const url = await database()
    house = await startHouse(url === undefined ? {} : { database: url })
  })
  after(() => house.close())

  async function call(method: string, path: string, body?: unknown, token = house.adminToken) {
    const answer = await house.call(method, path, {
      token,
      ...(body === undefined ? {} : { body }),
    })
    assert.ok(answer.status < 300, `${method} ${path}: ${JSON.stringify(answer.body)}`)
    return answer.body
  }

  test('are completed in agentless sends, at both ends', async () => {
    const sent = await call('POST', path, {
      fromAddress: '(202) 555-0142',
      toAddress: '202-555-0171',
      toAddressMessengerType: 'sms',
      textBody: 'Hello',
    })
    assert.deepEqual([sent.fromAddress, sent.toAddress], ['+12025550142', '+12025550171'])
  })

  test('are completed where an agent writes first', async () => {
    const queue = `/api/v2/routing/queues/${house.credentials.queue.id}`
    const outboundMessagingAddresses = { smsAddress: { id: house.credentials.sender.address } }
    await call('PUT', queue, { name: 'Support', outboundMessagingAddresses })
    const body = {
      queueId: house.credentials.queue.id,
      toAddress: '2025550172',
      toAddressMessengerType: 'sms',
    }
    const token = await house.userToken(0)
    const { id } = await call('POST', '/api/v2/conversations/messages', body, token)
    const { participants } = await call('GET', `/api/v2/conversations/messages/${id}`)
    assert.equal(participants[0].address, '+12025550172')
  })

  test('are completed in the consent ledger, so that an opt-out holds', async () => {
    await call('POST', '/api/signalbox/consents', {
      sender: '202 555 0142',
      handset: '202 555 0173',
      status: 'opted-out',
    })
    const unreadable = { sender: '+12025550142', handset: 'Ann', status: 'opted-out' }
    const refused = await house.call('POST', '/api/signalbox/consents/import', {
      body: { entries: [unreadable] },
    })
    assert.equal(refused.body.details[0].fieldName, 'entries[0].handset')
    const found = await call('GET', '/api/signalbox/consents?handset=2025550173')
    assert.deepEqual(
      found.entities.map(({ sender, handset }: { sender: string; handset: string }) => [
        sender,
        handset,
      ]),
      [['+12025550142', '+12025550173']],
    )
  })
})
