import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startHouse } from '../house.ts'

test('the request log tells of a request as it comes, waits for one, and leaves the console out', async (t) => {
  const house = await startHouse()
  t.after(() => house.close())
  await house.call('GET', '/api/v2/routing/queues', { headers: { 'x-signalbox-console': '1' } })
  const before = await house.call('GET', '/api/signalbox/requests')
  assert.deepEqual(before.body.entities, [])
  const waiting = house.call('GET', `/api/signalbox/requests?after=${before.body.last}&waitMs=5000`)
  await house.call('GET', '/api/v2/nothing-there')
  const { body } = await waiting
  assert.equal(body.entities.length, 1)
  const [request] = body.entities
  assert.equal(request.direction, 'in')
  assert.ok(request.status >= 400)
  const one = await house.call('GET', `/api/signalbox/requests/${request.id}`)
  assert.equal(one.body.url, '/api/v2/nothing-there')
  const none = await house.call('GET', '/api/signalbox/requests?status=2xx')
  assert.deepEqual(none.body.entities, [])
})

test('the request log says who has called', async (t) => {
  const house = await startHouse()
  t.after(() => house.close())
  await house.call('GET', '/api/v2/routing/queues', { token: await house.userToken(0) })
  const { body } = await house.call('GET', '/api/signalbox/requests?text=routing')
  const [request] = body.entities
  assert.equal(request.userId, house.credentials.users[0]?.id)
  assert.ok(request.clientId !== undefined)
})

test("a supervisor lists everybody's conversations, an agent may not", async (t) => {
  const house = await startHouse()
  t.after(() => house.close())
  const { sender } = house.credentials
  const text = { from: '+12025550117', to: sender.address, text: 'Hello' }
  await house.call('POST', '/api/signalbox/handset/messages', { body: text })
  const all = await house.call('GET', '/api/signalbox/conversations')
  assert.equal(all.body.total, 1)
  const [view] = all.body.entities
  assert.equal(view.conversation.address, '+12025550117')
  assert.deepEqual(
    view.messages.map((one: { textBody: string }) => one.textBody),
    ['Hello'],
  )
  const refused = await house.call('GET', '/api/signalbox/conversations', {
    token: await house.userToken(0),
  })
  assert.equal(refused.status, 403)
})

test('a message whose delivery did not fail is not sent again', async (t) => {
  const house = await startHouse()
  t.after(() => house.close())
  const sent = await house.call('POST', '/api/v2/conversations/messages/agentless', {
    body: {
      fromAddress: house.credentials.sender.address,
      toAddress: '+12025550117',
      toAddressMessengerType: 'sms',
      textBody: 'Once is enough',
    },
  })
  const again = await house.call('POST', `/api/signalbox/messages/${sent.body.id}/resend`)
  assert.equal(again.status, 409)
  const unknown = await house.call('POST', '/api/signalbox/messages/nobody/resend')
  assert.equal(unknown.status, 404)
})
