import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventually, startHouse } from '../house.ts'

test('new sends are refused with 429 and Retry-After while too much waits, and taken again after', async (t) => {
  const house = await startHouse({ argv: ['--backlog-max', '20'] })
  t.after(() => house.close())
  const sender = `/api/signalbox/senders/${house.credentials.sender.id}`
  await house.call('PUT', sender, { body: { rate: { segmentsPerSecond: 0.01 } } })
  const send = (handset: number) =>
    house.call('POST', '/api/v2/conversations/messages/agentless', {
      body: {
        fromAddress: house.credentials.sender.address,
        toAddress: `+120255502${handset}`,
        toAddressMessengerType: 'sms',
        textBody: 'hello',
      },
    })
  const answers = []
  for (let index = 10; index < 40; index += 1) answers.push(await send(index))
  const refused = answers.filter(({ status }) => status === 429)
  assert.ok(refused.length >= 8, `${refused.length} of 30 were refused`)
  assert.equal(refused[0]?.headers.get('retry-after'), '10')
  assert.equal(refused[0]?.body.code, 'too.many.requests.retry.after')
  assert.match(refused[0]?.body.message, /\[10\] seconds/)
  const accepted = answers.filter(({ status }) => status === 200).length
  assert.equal(accepted + refused.length, 30)

  await house.call('PUT', sender, { body: { rate: null } })
  await eventually('a send is taken again', async () => (await send(99)).status === 200)
})
