import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Desk, deskOf } from '../desk.ts'
import { eventually, type House, startHouse } from '../house.ts'
import { onBothStores } from '../stores.ts'

const customer = '+12025550101'
const numbersPath = '/api/v2/messaging/sms/provisioning/tollfreenumbers/'

onBothStores('SMS aggregation between two servers', (database) => {
  let premise: House
  let cloud: House
  let ada: Desk
  let number: string

  before(async () => {
    const argv = ['--allow-private-networks', '127.0.0.0/8']
    const start = async () => {
      const url = await database()
      return startHouse({ argv, ...(url === undefined ? {} : { database: url }) })
    }
    premise = await start()
    cloud = await start()
    ada = await deskOf(premise, 0)
    await ada.setRouting('IDLE')
  })
  after(async () => {
    await premise.close()
    await cloud.close()
  })

  const ccid = () => premise.credentials.digitalChannels.ccid
  const keyed = (method: string, path: string, body?: unknown) =>
    premise.call(method, `/nexus/v3/provisioning${path}`, {
      headers: {
        authorization: '',
        'x-api-key': premise.credentials.digitalChannels.apiKey,
        'x-ccid': ccid(),
      },
      ...(body === undefined ? {} : { body }),
    })
  const service = (name: string, body: unknown) =>
    keyed('POST', `/services/${ccid()}/${name}`, body)

  /** The integration's own token, by the guide's request. */
  async function token(): Promise<string> {
    const { id, secret } = cloud.credentials.client
    const reply = await fetch(`${cloud.url}/oauth/token`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: 'grant_type=client_credentials',
    })
    const { access_token } = JSON.parse(await reply.text())
    return String(access_token)
  }

  async function handsetTexts() {
    const handset = encodeURIComponent(customer)
    const { body } = await cloud.call('GET', `/api/signalbox/handset/messages?handset=${handset}`)
    return body.entities
  }

  test('option 3: the three services, a number of the pool, and its section', async () => {
    const { id: clientId, secret: clientSecret } = cloud.credentials.client
    const idp = { url: cloud.url, secret: { clientId, clientSecret }, data: {} }
    assert.equal((await service('PurecloudIDP', idp)).status, 201)
    const sms = { url: 'N/A', secret: {}, data: { tokenProvider: 'Purecloud' } }
    assert.equal((await service('SMS', sms)).status, 201)
    assert.equal(
      (await service('PorticoSMS', { url: cloud.url, secret: {}, data: {} })).status,
      201,
    )
    const listed = await keyed('GET', `/services/${ccid()}`)
    assert.ok(!JSON.stringify(listed.body).includes(clientSecret))
    const bearer = await token()
    const available = await cloud.call('GET', `${numbersPath}available`, { token: bearer })
    number = available.body[0].tollfreeNumber
    const order = {
      tollfreeNumber: number,
      comment: 'Premise',
      moUrl: `${premise.url}/nexus/v3/sms/message`,
      drUrl: `${premise.url}/nexus/v3/sms/receipt`,
      webhookUsername: ccid(),
      webhookPassword: premise.credentials.digitalChannels.apiKey,
      emailAddress: 'sms.admin@acme.test.com',
    }
    const ordered = await cloud.call('POST', numbersPath, { token: bearer, body: [order] })
    assert.equal(ordered.status, 200, JSON.stringify(ordered.body))
    const { webhookPassword: _password, ...shown } = order
    assert.deepEqual(ordered.body, [shown])
    const owned = await cloud.call('GET', numbersPath, { token: bearer })
    assert.deepEqual(owned.body, [shown])
    const left = await cloud.call('GET', `${numbersPath}available`, { token: bearer })
    assert.ok(!JSON.stringify(left.body).includes(number), 'it is not free any more')
    const section = await keyed('PUT', `/senderids/${ccid()}/chat.SMS_Main_Corporate`, {
      channelId: number,
      channelType: 'sms',
      endpoint: 'chat.Support',
      interactionSubtype: 'SMS',
      interactionType: 'Inbound',
      media: 'chat',
      cxcOnly: false,
    })
    assert.equal(section.status, 200, JSON.stringify(section.body))
    assert.equal(section.body.data.accountId, 'nexus-portico', 'Portico is the default')
  })

  test('a text crosses both servers to an agent, and his reply and its receipt come back', async () => {
    const body = { from: customer, to: `+${number}`, text: 'Hello across' }
    const sent = await cloud.call('POST', '/api/signalbox/handset/messages', { body })
    assert.ok(sent.status < 300, JSON.stringify(sent.body))
    const seat = await ada.answer()
    const messageId = await ada.reply(seat, 'Hello back')
    const text = await eventually('the handset gets the reply', async () => {
      const texts = await handsetTexts()
      return texts.find((one: { text: string }) => one.text === 'Hello back')
    })
    assert.equal(text.sender, `+${number}`)
    await eventually('the receipt is there', async () => {
      const path = `/api/v2/conversations/messages/${messageId}/details`
      return (await premise.call('GET', path)).body.status === 'delivery-success'
    })
    await ada.leave(seat)
  })

  test('a failure comes back with its reason', async () => {
    const carrier = { report: 'failed', code: '34' }
    await cloud.call('PUT', '/api/signalbox/handset/carrier', { body: carrier })
    const { body } = await premise.call('POST', '/api/v2/conversations/messages/agentless', {
      body: {
        fromAddress: `+${number}`,
        toAddress: '+12025550109',
        toAddressMessengerType: 'sms',
        textBody: 'Never arrives',
      },
    })
    const details = await eventually('it has failed', async () => {
      const answer = await premise.call('GET', `/api/v2/conversations/messages/${body.id}/details`)
      return answer.body.status === 'delivery-failed' && answer.body
    })
    assert.match(JSON.stringify(details), /8\/|5\//)
    await cloud.call('PUT', '/api/signalbox/handset/carrier', { body: { report: 'delivered' } })
  })

  test('the same id is sent once, and a number that nobody ordered sends nothing', async () => {
    const bearer = await token()
    const text = {
      message_id: 'twice',
      phone_number: customer.slice(1),
      sender: number,
      message: 'Only once',
    }
    const send = (body: object) =>
      cloud.call('POST', '/api/v2/messaging/sms/messages', { token: bearer, body })
    assert.equal((await send(text)).body.result_code, '0')
    assert.equal((await send(text)).body.result_code, '7')
    assert.equal((await send({ ...text, sender: '18005550100' })).body.result_code, '5')
    await eventually('it arrives', async () => {
      const texts = await handsetTexts()
      return texts.some((one: { text: string }) => one.text === 'Only once')
    })
    const texts: readonly { text: string }[] = await handsetTexts()
    assert.equal(texts.filter((one) => one.text === 'Only once').length, 1)
  })

  test('a text that the aggregation posts again, as form or JSON, is taken once', async () => {
    const { apiKey } = premise.credentials.digitalChannels
    const authorization = `Basic ${Buffer.from(`${ccid()}:${apiKey}`).toString('base64')}`
    const fields = {
      type: 'MO',
      message_id: 'mo-again',
      shortcode: number,
      phone_number: '12025550107',
      message: 'Again and again',
    }
    const post = (body: string, type: string) =>
      fetch(`${premise.url}/nexus/v3/sms/message`, {
        method: 'POST',
        headers: { authorization, 'content-type': type },
        body,
      })
    const form = new URLSearchParams(fields).toString()
    for (const [body, type] of [
      [form, 'application/x-www-form-urlencoded'],
      [JSON.stringify(fields), 'application/json'],
      [form, 'application/x-www-form-urlencoded'],
    ] as const) {
      assert.equal((await post(body, type)).status, 200)
    }
    const seat = await ada.answer()
    const { body } = await premise.call(
      'GET',
      `/api/v2/conversations/messages/${seat.conversationId}`,
    )
    const texts = body.participants.flatMap((one: { messages: object[] }) => one.messages)
    assert.equal(texts.length, 1)
    await ada.leave(seat)
  })

  test('a number that is given back is free again, and texts for it are for nobody', async () => {
    const gone = await cloud.call('DELETE', `${numbersPath}${number}`, { token: await token() })
    assert.equal(gone.status, 204)
    const listed = await cloud.call('GET', numbersPath, { token: await token() })
    assert.deepEqual(listed.body, [])
  })

  test('a half of the account goes when nothing uses it, and the other half stays until it goes', async () => {
    const remove = (path: string) => keyed('DELETE', path)
    const read = async (name: string) => (await keyed('GET', `/services/${ccid()}/${name}`)).status
    assert.equal((await remove(`/services/${ccid()}/PorticoSMS`)).status, 409)
    assert.equal((await remove(`/senderids/${ccid()}/chat.SMS_Main_Corporate`)).status, 204)
    assert.equal((await remove(`/services/${ccid()}/PurecloudIDP`)).status, 204)
    assert.deepEqual([await read('PurecloudIDP'), await read('PorticoSMS')], [404, 200])
    const account = await premise.call('GET', '/api/signalbox/accounts/nexus-portico')
    assert.deepEqual(account.body.secretsSet, ['callbackSecret'])
    assert.equal((await remove(`/services/${ccid()}/PorticoSMS`)).status, 204)
    const gone = await premise.call('GET', '/api/signalbox/accounts/nexus-portico')
    assert.equal(gone.status, 404)
  })
})
