import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startStandIn } from '../../src/connectors/stand-in.ts'
import { eventually, startHouse } from '../house.ts'
import { skippingOutside } from '../skipping-clock.ts'

test('an uncertain text is asked about until the provider can tell, and is not sent again', async (t) => {
  let asked = 0
  const provider = await startStandIn(({ method }) => {
    if (method === 'POST') return 'cut' // it took the text, and nobody heard the answer
    asked += 1
    const data = asked < 2 ? [] : [{ message_id: 'k-1:0', status: 'DELIVRD' }]
    return { status: 200, body: JSON.stringify({ data }) }
  })
  const outside = skippingOutside()
  const house = await startHouse({ outside, argv: ['--allow-private-networks', '127.0.0.0/8'] })
  t.after(async () => {
    await house.close()
    await provider.close()
  })
  const account = await house.call('POST', '/api/signalbox/accounts', {
    body: {
      name: 'Kaleyra',
      connector: 'kaleyra',
      settings: {
        baseUrl: provider.url,
        sid: 'HX1US',
        apiKey: 'key-of-account',
        callbackSecret: 'callback-secret',
        statusBy: 'ref',
      },
    },
  })
  const sender = { address: '+12025550155', accountId: account.body.id }
  assert.equal((await house.call('POST', '/api/signalbox/senders', { body: sender })).status, 201)
  const { body } = await house.call('POST', '/api/v2/conversations/messages/agentless', {
    body: {
      fromAddress: sender.address,
      toAddress: '+12025550101',
      toAddressMessengerType: 'sms',
      textBody: 'Was it taken?',
    },
  })
  const uncertain = await eventually('the delivery is uncertain', async () => {
    const list = await house.call('GET', '/api/signalbox/deliveries?state=uncertain')
    return list.body.entities[0]
  })
  const details = await eventually('the status is pulled', async () => {
    outside.skip(15_000)
    const answer = await house.call('GET', `/api/v2/conversations/messages/${body.id}/details`)
    return answer.body.status === 'delivery-success' && answer.body
  })
  assert.equal(details.status, 'delivery-success')
  const asks = provider.seen.filter(({ method }) => method === 'GET')
  assert.equal(asks[0]?.query.get('ref'), uncertain.id)
  assert.equal(provider.seen.filter(({ method }) => method === 'POST').length, 1)
  const after = await house.call('GET', `/api/signalbox/deliveries/${uncertain.id}`)
  assert.equal(after.body.state, 'delivered')
})
