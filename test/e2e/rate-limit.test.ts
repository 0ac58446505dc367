import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startHouse } from '../house.ts'
import { skippingOutside } from '../skipping-clock.ts'

test('with rateLimit on, a token gets 300 answers a minute with their headers, then 429', async (t) => {
  const outside = skippingOutside()
  const house = await startHouse({ argv: ['--rate-limit', 'on'], outside })
  t.after(() => house.close())
  const token = await house.userToken(0)
  const ask = () => house.call('GET', '/api/v2/users/me', { token })
  outside.skip(60_000 - (outside.clock.now() % 60_000)) // so that the minute does not end meanwhile
  const first = await ask()
  assert.equal(first.status, 200)
  assert.equal(first.headers.get('inin-ratelimit-count'), '1')
  assert.equal(first.headers.get('inin-ratelimit-allowed'), '300')
  const reset = Number(first.headers.get('inin-ratelimit-reset'))
  assert.ok(reset >= 1 && reset <= 60)
  for (let more = 2; more <= 300; more++) assert.equal((await ask()).status, 200)
  const refused = await ask()
  assert.equal(refused.status, 429)
  assert.equal(refused.headers.get('inin-ratelimit-count'), '301')
  const seconds = refused.headers.get('retry-after') ?? ''
  assert.equal(refused.body.code, 'too.many.requests.retry.after')
  assert.ok(refused.body.message.includes(`[${seconds}]`))
  assert.deepEqual(refused.body.limit, {
    key: 'token.rate.per.minute',
    namespace: 'platform.api',
    value: 300,
  })
  assert.equal((await house.call('GET', '/api/signalbox/status')).status, 200)
  const another = await house.call('GET', '/api/v2/users/me', { token: await house.userToken(1) })
  assert.equal(another.status, 200)
  outside.skip(Number(seconds) * 1000)
  assert.equal((await ask()).status, 200)
})

test('with rateLimit on, an organization has 300 agentless mails a minute', async (t) => {
  const outside = skippingOutside()
  const house = await startHouse({ argv: ['--rate-limit', 'on'], outside })
  t.after(() => house.close())
  const tokens = [await house.userToken(0), await house.userToken(1)]
  outside.skip(60_000 - (outside.clock.now() % 60_000))
  const send = (index: number) =>
    house.call('POST', '/api/v2/conversations/emails/agentless', {
      token: tokens[index % 2] ?? '',
      body: {
        senderType: 'Outbound',
        fromAddress: { email: 'news@not-ours.example' },
        toAddresses: [{ email: 'bob@example.org' }],
        subject: 'News',
        textBody: 'News',
      },
    })
  // From a foreign domain each is refused, which counts, and costs the test no mails.
  for (let index = 0; index < 300; index++) assert.equal((await send(index)).status, 400)
  const refused = await send(300)
  assert.equal(refused.status, 429)
  const { key, namespace } = refused.body.limit
  assert.deepEqual([key, namespace], ['signalbox.agentless.mails.per.minute', 'email'])
})

test('with no settings nobody is counted', async (t) => {
  const house = await startHouse()
  t.after(() => house.close())
  const { status, headers } = await house.call('GET', '/api/v2/organizations/me')
  assert.deepEqual([status, headers.get('inin-ratelimit-count')], [200, null])
})
