import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Desk, deskOf } from '../desk.ts'
import { eventually, type House, startHouse } from '../house.ts'
import { type GatewayStandIn, startGateway } from '../stand-ins/gateway.ts'
import { type MgageStandIn, startMgageStandIn } from '../stand-ins/mgage.ts'
import { onBothStores } from '../stores.ts'

const customer = '+12025550101'

onBothStores('Digital Channels', (database) => {
  let house: House
  let ada: Desk
  let mgage: MgageStandIn
  let gateway: GatewayStandIn
  const channel = {
    channelId: '16504661149',
    webhookSecret: 'key-of-the-webhook',
    apiSecret: 'key-of-the-api',
  }

  before(async () => {
    const url = await database()
    const argv = ['--allow-private-networks', '127.0.0.0/8']
    house = await startHouse({ argv, ...(url === undefined ? {} : { database: url }) })
    ada = await deskOf(house, 0)
    await ada.setRouting('IDLE')
    mgage = await startMgageStandIn({ username: 'acme', password: 'mgage-password' })
    gateway = await startGateway(channel)
  })
  after(async () => {
    await house.close()
    await mgage.close()
    await gateway.close()
  })

  const keyed = (method: string, path: string, body?: unknown, change: object = {}) => {
    const { apiKey, ccid } = house.credentials.digitalChannels
    return house.call(method, `/nexus/v3/provisioning${path}`, {
      headers: { authorization: '', 'x-api-key': apiKey, 'x-ccid': ccid, ...change },
      ...(body === undefined ? {} : { body }),
    })
  }
  const ccid = () => house.credentials.digitalChannels.ccid
  const service = (method: string, name: string, body?: unknown) =>
    keyed(method, `/services/${ccid()}/${name}`, body)
  const section = (method: string, name: string, body?: unknown) =>
    keyed(method, `/senderids/${ccid()}/${name}`, body)

  /** Posts a form as a provider does that was given the contact centre's id and a key. */
  async function postForm(kind: 'message' | 'receipt', form: URLSearchParams, password?: string) {
    const { apiKey } = house.credentials.digitalChannels
    const pair = Buffer.from(`${ccid()}:${password ?? apiKey}`).toString('base64')
    const reply = await fetch(`${house.url}/nexus/v3/sms/${kind}`, {
      method: 'POST',
      headers: { authorization: `Basic ${pair}` },
      body: form,
    })
    return reply.status
  }

  async function statusOf(messageId: string, wanted: string) {
    return eventually(`the message is ${wanted}`, async () => {
      const { body } = await house.call(
        'GET',
        `/api/v2/conversations/messages/${messageId}/details`,
      )
      return body.status === wanted && body
    })
  }

  test('says where the guide’s own mGageSMS body is no JSON, and takes it with the comma', async () => {
    const secret = '"secret": {\n\n"username": "acme",\n"password": "mgage-password"         } }'
    const wrong = `{\n\n"url": "${mgage.url}"\n"data": { },\n${secret}`
    const refused = await service('POST', 'mGageSMS', wrong)
    assert.equal(refused.status, 400)
    assert.match(refused.body.message, /line 4, column 1: a comma is missing at the end of line 3/)
    assert.equal(refused.body.status.code, 'INVALID_PARAMETER')
    assert.doesNotMatch(JSON.stringify(refused.body), /mgage-password/)
    const made = await service(
      'POST',
      'mGageSMS',
      wrong.replace(`"${mgage.url}"`, `"${mgage.url}",`),
    )
    assert.equal(made.status, 201)
    assert.deepEqual(made.body.data, { service: 'mGageSMS', url: mgage.url, data: {} })
    const again = await service('POST', 'mGageSMS', { url: mgage.url, data: {}, secret: {} })
    assert.equal(again.status, 200, 'a second one replaces it, and keeps its secrets')
  })

  test('option 1: from provisioning to an agent’s reply and its receipt, by mGage', async () => {
    const sms = { url: 'N/A', data: { provider: 'mGage' }, secret: {} }
    assert.equal((await service('POST', 'SMS', sms)).status, 201)
    const options = {
      channelId: '24273',
      channelType: 'sms',
      endpoint: 'chat.Support',
      interactionSubtype: 'SMS',
      interactionType: 'Inbound',
      media: 'chat',
      cxcOnly: false,
    }
    const written = await section('PUT', 'chat.SMS_Main_Corporate', options)
    assert.equal(written.status, 200)
    assert.deepEqual(written.body.data.options, options)
    const mo = mgage.message(customer, '24273', 'Hello')
    assert.equal(await postForm('message', mo), 200)
    assert.equal(await postForm('message', mo), 200, 'a repeat is taken quietly')
    const seat = await ada.answer()
    const messageId = await ada.reply(seat, 'How can I help?')
    const sent = await eventually('mGage takes the reply', async () => mgage.sent[0])
    assert.deepEqual([sent.from, sent.to, sent.body], ['24273', customer, 'How can I help?'])
    assert.equal(await postForm('receipt', mgage.status(sent, '200')), 200)
    await statusOf(messageId, 'delivery-success')
    await ada.leave(seat)
    assert.deepEqual(mgage.complaints, [])
    const { body } = await house.call(
      'GET',
      `/api/v2/conversations/messages/${seat.conversationId}`,
    )
    const texts = body.participants.flatMap((one: { messages: object[] }) => one.messages)
    assert.equal(texts.length, 2, 'the repeat left no second message')
  })

  test('option 2: the same by a gateway of the customer’s own, with its headers and a picture', async () => {
    const hook = { channelId: channel.channelId, webhook: { url: gateway.url } }
    const domain = { channelId: 'mail.example.com', webhook: { url: gateway.url } }
    const keys = { webhook: { secret: channel.webhookSecret }, api: { secret: channel.apiSecret } }
    const made = await service('POST', 'Async', {
      data: { channels: [hook, domain] },
      secret: {
        channels: [
          { channelId: channel.channelId, ...keys },
          { channelId: 'mail.example.com', ...keys },
        ],
      },
    })
    assert.equal(made.status, 201, JSON.stringify(made.body))
    assert.deepEqual(
      made.body.data.data.channels
        .map(({ channelId }: { channelId: string }) => channelId)
        .toSorted(),
      ['16504661149', 'mail.example.com'],
    )
    assert.doesNotMatch(JSON.stringify(made.body), /key-of/)
    const written = await section('PUT', 'chat.Gateway', {
      channelId: channel.channelId,
      endpoint: 'chat.Support',
      provider: 'Async',
      'header:custom-header-for-async-1': '12345',
    })
    assert.equal(written.status, 200, JSON.stringify(written.body))
    assert.equal(written.body.data.options['header:custom-header-for-async-1'], '***')
    const peer = { url: house.url, ccid: ccid() }
    const bytes = Buffer.from('89504e470d0a1a0a0000000d', 'hex')
    const url = await gateway.upload(peer, { name: 'a.png', type: 'image/png', bytes })
    assert.match(url, /^genesys:\/\/nexus\//)
    const message = {
      id: 'gw-in-1',
      channel: { from: { id: customer }, time: '2026-01-02T03:04:05.000Z' },
      type: 'Text',
      text: 'A picture',
      content: [{ contentType: 'Attachment', attachment: { url } }],
    }
    const taken = await gateway.post(peer, 'messages', { messages: [message] })
    assert.deepEqual([taken.status, JSON.parse(taken.text).data.messageIds], [200, ['gw-in-1']])
    const seat = await ada.answer()
    gateway.failNext(503)
    const messageId = await ada.reply(seat, 'Thank you')
    const text = await eventually(
      'the gateway takes the reply',
      async () => gateway.texts[0],
      30_000,
    )
    assert.deepEqual([text.to, text.text], [customer, 'Thank you'])
    assert.equal(text.headers['custom-header-for-async-1'], '12345')
    const receipts = [{ messageId: text.messageId, status: 'Delivered', isFinalReceipt: true }]
    assert.equal((await gateway.post(peer, 'receipts', { receipts })).status, 200)
    await statusOf(messageId, 'delivery-success')
    assert.deepEqual(gateway.complaints, [])
    const path = `/api/v2/conversations/messages/${seat.conversationId}`
    const { body } = await house.call('GET', path)
    const [first] = body.participants.flatMap((one: { messages: object[] }) => one.messages)
    const shown = await house.call('GET', `${path}/messages/${first.messageId}`)
    const media = JSON.stringify(shown.body)
    const link = /http[^"]*\/media\/[^"]*/.exec(media)?.[0] ?? ''
    const fetched = Buffer.from(await (await fetch(link)).arrayBuffer())
    assert.deepEqual(fetched, bytes)
    const cached = '/api/v2/conversations/messages/cachedmedia'
    const copies = await house.call('GET', cached)
    const copy = copies.body.entities[0]
    assert.deepEqual([copies.body.total, copy.contentLengthBytes], [1, bytes.length])
    const found = await house.call('GET', `${cached}?url=${encodeURIComponent(copy.url)}`)
    assert.equal(found.body.entities[0].id, copy.id)
    assert.equal((await fetch(copy.downloadUrl)).status, 200)
    assert.equal((await house.call('DELETE', `${cached}/${copy.id}`)).status, 204)
    assert.equal((await house.call('GET', `${cached}/${copy.id}`)).status, 404)
    await ada.leave(seat)
  })

  test('a call that the channel’s key did not sign is refused, for messages and for files', async (t) => {
    const forger = await startGateway({ ...channel, apiSecret: 'a-guess' })
    t.after(() => forger.close())
    const peer = { url: house.url, ccid: ccid() }
    assert.equal((await forger.post(peer, 'messages', { messages: [] })).status, 401)
    const file = { name: 'a.png', type: 'image/png', bytes: Buffer.from('x') }
    await assert.rejects(forger.upload(peer, file), /answered 401/)
    const lost = await forger.post({ ...peer, ccid: 'nobody' }, 'messages', {})
    assert.equal(lost.status, 404)
  })

  test('replies to a number for campaigns are kept, and reach no agent', async () => {
    const written = await section('PUT', 'chat.Campaigns', {
      channelId: '24274',
      endpoint: 'chat.Support',
      cxcOnly: 'true',
    })
    assert.equal(written.body.data.options.cxcOnly, true)
    assert.equal(await postForm('message', mgage.message(customer, '24274', 'YES')), 200)
    const { body } = await house.call('GET', '/api/v2/conversations')
    assert.equal(body.total ?? body.conversations?.length ?? 0, 0)
    const list = await ada.conversations.getConversationsMessages()
    assert.deepEqual(list.entities, [])
  })

  test('a sender that cannot prove itself learns nothing but that', async () => {
    const mo = mgage.message(customer, '24273', 'Forged')
    assert.equal(await postForm('message', mo, 'a-guess'), 401)
    const { apiKey } = house.credentials.digitalChannels
    const other = Buffer.from(`nobody:${apiKey}`).toString('base64')
    const reply = await fetch(`${house.url}/nexus/v3/sms/message`, {
      method: 'POST',
      headers: { authorization: `Basic ${other}` },
      body: mo,
    })
    assert.equal(reply.status, 401)
    const noBasic = await fetch(`${house.url}/nexus/v3/sms/${ccid()}/${apiKey}/message`, {
      method: 'POST',
      body: mgage.message(customer, '99999', 'For nobody'),
    })
    assert.equal(noBasic.status, 200, 'by the path, for posters that cannot do Basic')
  })

  test('a service in use stays; provider and endpoint must be there', async () => {
    assert.equal((await service('DELETE', 'mGageSMS')).status, 409)
    assert.equal((await service('DELETE', 'SMS')).status, 409)
    const given = { channelId: '24280', endpoint: 'chat.Support' }
    const portico = await section('PUT', 'chat.X', { ...given, provider: 'Portico' })
    assert.equal(portico.status, 400)
    assert.match(portico.body.message, /create PurecloudIDP and PorticoSMS first/)
    const nowhere = await section('PUT', 'chat.X', { ...given, endpoint: 'chat.Nobody' })
    assert.equal(nowhere.body.status.code, 'INVALID_ENDPOINT')
    const taken = await section('PUT', 'chat.X', { ...given, channelId: '24273' })
    assert.equal(taken.status, 409)
    assert.equal((await section('PUT', 'chat.with space', given)).status, 400)
    assert.equal((await service('GET', 'PorticoSMS')).status, 404)
    assert.equal((await service('POST', 'Twilio', {})).status, 404)
  })

  test('a tenant key opens its own contact centre, as far as its permissions go, until revoked', async () => {
    const made = await keyed('POST', '/apikeys', {
      name: 'Reader',
      tenant: ccid(),
      permissions: ['nexus:provisioning:view'],
    })
    assert.equal(made.status, 201)
    const own = { 'x-api-key': made.body.data.apikey }
    const read = (change: object) =>
      keyed('GET', `/services/${ccid()}`, undefined, { ...own, ...change })
    assert.equal((await read({})).status, 200)
    assert.equal((await read({ 'x-ccid': 'another' })).status, 403)
    assert.equal((await read({ 'x-ccid': '' })).body.status.code, 'INVALID_CONTACT_CENTER')
    const write = await keyed('POST', `/services/${ccid()}/SMS`, {}, own)
    assert.deepEqual([write.status, write.body.code], [403, 'missing.permissions'])
    const rise = await keyed(
      'POST',
      '/apikeys',
      { name: 'x', tenant: '*', permissions: ['nexus:cluster:*'] },
      own,
    )
    assert.equal(rise.status, 403)
    const listed = await keyed('GET', '/apikeys')
    assert.doesNotMatch(JSON.stringify(listed.body), new RegExp(made.body.data.apikey))
    assert.equal((await keyed('DELETE', `/apikeys/${made.body.data.id}`)).status, 204)
    assert.equal((await read({})).status, 401)
  })

  test('a tenant key that may make keys makes no cluster key', async () => {
    const made = await keyed('POST', '/apikeys', { name: 'Maker', permissions: ['nexus:*'] })
    const own = { 'x-api-key': made.body.data.apikey }
    const rise = { name: 'x', tenant: '*', permissions: ['nexus:cluster:*'] }
    assert.equal((await keyed('POST', '/apikeys', rise, own)).status, 403)
    const sly = { name: 'x', permissions: ['nexus:cluster:*'] }
    assert.equal((await keyed('POST', '/apikeys', sly, own)).status, 400)
  })

  test('a file of sections is planned, applied whole or not at all, and then is no drift', async () => {
    const apply = (body: object) => keyed('POST', `/senderids/${ccid()}/apply`, body)
    const sections = {
      'chat.SMS_Main_Corporate': { channelId: '24273', endpoint: 'chat.Support' },
      'chat.New': { channelId: 24281, endpoint: 'chat.Support', cxcOnly: true },
    }
    const planned = await apply({ sections, dryRun: true })
    const actions = (answer: typeof planned) =>
      Object.fromEntries(
        answer.body.data.changes.map((one: { section: string; action: string }) => [
          one.section,
          one.action,
        ]),
      )
    assert.deepEqual(actions(planned), {
      'chat.SMS_Main_Corporate': 'keep',
      'chat.New': 'create',
      'chat.Campaigns': 'leave',
      'chat.Gateway': 'leave',
    })
    assert.equal((await section('GET', 'chat.New')).status, 404, 'a plan changes nothing')
    const wrong = { ...sections, 'chat.Wrong': { channelId: '24282', endpoint: 'chat.Nobody' } }
    assert.equal((await apply({ sections: wrong })).status, 400)
    assert.equal((await section('GET', 'chat.New')).status, 404, 'all or nothing')
    const pruned = await apply({
      sections,
      prune: true,
      providers: { Async: { 'header:x-company': 'ACME' } },
    })
    assert.equal(actions(pruned)['chat.Gateway'], 'remove')
    const after = await apply({
      sections,
      dryRun: true,
      providers: { Async: { 'header:x-company': 'ACME' } },
    })
    assert.deepEqual(Object.values(actions(after)), ['keep', 'keep', 'keep'])
  })
})
