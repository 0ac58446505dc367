import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import platformClient from 'purecloud-platform-client-v2'
import { startStandIn } from '../../src/connectors/stand-in.ts'
import { eventually, type House, startHouse } from '../house.ts'
import { refusal, startDesk } from '../skipping-desk.ts'
import { onBothStores } from '../stores.ts'

const { ConversationsApi } = platformClient
const page = Buffer.from('%PDF-1.4\n% A page.\n%%EOF\n')

onBothStores('faxes by the official SDK', (database) => {
  let house: House
  let api: InstanceType<typeof ConversationsApi>
  let agent: InstanceType<typeof ConversationsApi>

  before(async () => {
    const url = await database()
    house = await startHouse({
      argv: ['--allow-private-networks', '127.0.0.0/8'],
      ...(url === undefined ? {} : { database: url }),
    })
    api = new ConversationsApi(await house.sdk())
    agent = new ConversationsApi(await house.sdkAs(0))
  })
  after(() => house.close())

  const begin = (addresses: readonly string[], more: object = {}) =>
    agent.postConversationsFaxes({
      addresses: [...addresses],
      contentType: 'application/pdf',
      workspace: { name: 'Faxes' },
      ...more,
    })
  const put = (url = '', bytes: Buffer = page) =>
    fetch(url, { method: 'PUT', body: new Uint8Array(bytes) })
  const faxOf = async (id = '') => (await house.call('GET', `/api/signalbox/fax/${id}`)).body
  const settled = (id: string | undefined) =>
    eventually('the fax is settled', async () => {
      const fax = await faxOf(id)
      const isFinal = ({ status }: { status: string }) => status.startsWith('delivery-')
      return fax.recipients.every(isFinal) ? fax : undefined
    })

  test('a document is uploaded, goes to every number, and each one’s fate is told', async () => {
    const fax = await begin(['+12025550111', '(202) 555-0112', '+12025550000'], {
      coverSheet: { notes: 'For Ms. Lee', locale: 'en-US' },
    })
    assert.equal(fax.uploadMethodType, 'SINGLE_PUT')
    const waiting = await faxOf(fax.id)
    assert.deepEqual(
      waiting.recipients.map(({ address, status }: Record<string, string>) => [address, status]),
      [
        ['+12025550111', 'waiting'],
        ['+12025550112', 'waiting'],
        ['+12025550000', 'waiting'],
      ],
    )
    assert.equal((await put(fax.uploadDestinationUri)).status, 200)
    assert.equal((await put(fax.uploadDestinationUri)).status, 409)
    const told = await settled(fax.id)
    assert.deepEqual(
      told.recipients.map(({ status }: { status: string }) => status),
      ['delivery-success', 'delivery-success', 'delivery-failed'],
    )
    assert.equal(told.recipients[2].error.code, 'InvalidDestination')
    const document = await fetch(told.document.url)
    assert.deepEqual(Buffer.from(await document.arrayBuffer()), page)

    const { participants, endTime } = await api.getConversation(fax.id ?? '')
    assert.ok(endTime !== undefined)
    assert.deepEqual(
      participants.map(({ purpose, userId }) => [purpose, userId]),
      [
        ['customer', undefined],
        ['external', undefined],
        ['external', undefined],
        ['user', house.credentials.users[0]?.id],
      ],
    )
    const [leg] = participants[0]?.messages ?? []
    assert.equal(leg?.messages?.[0]?.messageStatus, 'delivery-success')
    const other = participants[1]?.messages?.[0]?.toAddress
    assert.equal(other?.addressNormalized, '+12025550112')

    const timeline = await house.call(
      'GET',
      `/api/signalbox/messages/${told.recipients[2].messageId}/timeline`,
    )
    assert.equal(timeline.body.status, 'delivery-failed')
    assert.ok(timeline.body.steps.some(({ kind }: { kind: string }) => kind === 'receipt'))
  })

  test('an earlier document is faxed again without an upload', async () => {
    const first = await begin(['+12025550113'])
    await put(first.uploadDestinationUri)
    const { document } = await settled(first.id)
    const again = await begin(['+12025550114'], { documentId: document.id, contentType: null })
    assert.equal(again.uploadDestinationUri, undefined)
    assert.equal((await settled(again.id)).recipients[0].status, 'delivery-success')
    assert.equal((await refusal(begin(['+12025550114'], { documentId: 'none' }))).status, 400)
  })

  test('what cannot be faxed is refused, and the conversation is over', async () => {
    assert.equal((await refusal(begin(['Bob']))).status, 400)
    assert.equal((await refusal(begin([]))).status, 400)
    const text = begin(['+12025550115'], { contentType: 'text/plain' })
    assert.equal((await refusal(text)).status, 400)
    const fax = await begin(['+12025550115'])
    const refused = await put(fax.uploadDestinationUri, Buffer.from('Not a PDF.'))
    assert.equal(refused.status, 400)
    const over = await api.getConversation(fax.id ?? '')
    assert.ok(over.endTime !== undefined)
    assert.equal(over.participants[0]?.messages?.[0]?.disconnectType, 'error')
  })

  test('a gateway that is set gets the document, and its reports move the fax', async (t) => {
    const gateway = await startStandIn(() => ({ status: 200, body: '{"id":"fx-9"}' }))
    t.after(() => gateway.close())
    const token = 'token-of-the-callback'
    const account = await house.call('POST', '/api/signalbox/accounts', {
      body: {
        name: 'Fax service',
        connector: 'fax-gateway',
        allowPrivateNetwork: true,
        settings: {
          url: `${gateway.url}/in`,
          user: 'u',
          password: 'secret-p',
          callbackToken: token,
        },
      },
    })
    assert.equal(account.status, 201, JSON.stringify(account.body))
    const set = await house.call('PUT', '/api/signalbox/fax', {
      body: { accountId: account.body.id, sender: '+12025550100' },
    })
    assert.deepEqual(set.body, { accountId: account.body.id, sender: '+12025550100' })
    const wrong = await house.call('PUT', '/api/signalbox/fax', {
      body: { accountId: house.credentials.account.id },
    })
    assert.equal(wrong.status, 400)
    const removal = await house.call('DELETE', `/api/signalbox/accounts/${account.body.id}`)
    assert.equal(removal.status, 409)

    const fax = await begin(['+12025550116'])
    await put(fax.uploadDestinationUri)
    await eventually('it is sent', async () => {
      return (await faxOf(fax.id)).recipients[0].status === 'sent'
    })
    const [seen] = gateway.seen
    assert.ok(seen?.body.includes(page))
    assert.ok((await api.getConversation(fax.id ?? '')).endTime !== undefined)
    const report = (status: string, key: string) =>
      fetch(`${account.body.callbackUrl}/status?token=${key}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ id: 'fx-9', status, code: 'busy' }),
      })
    assert.equal((await report('delivered', 'not-the-token-of-it')).status, 401)
    assert.equal((await report('failed', token)).status, 200)
    const failed = (await faxOf(fax.id)).recipients[0]
    assert.equal(failed.status, 'delivery-failed')
    assert.equal((await report('delivered', token)).status, 200)
    const told = (await faxOf(fax.id)).recipients[0]
    assert.deepEqual([told.status, told.error], ['delivery-success', undefined])
    const deliveries = await house.call(
      'GET',
      `/api/signalbox/deliveries?accountId=${account.body.id}`,
    )
    const { id } = deliveries.body.entities[0]
    const transcript = await house.call('GET', `/api/signalbox/deliveries/${id}`)
    assert.ok(!JSON.stringify(transcript.body).includes('secret-p'))
    assert.ok(!JSON.stringify(transcript.body).includes(token))
  })
})

onBothStores('faxes whose document never comes', (database) => {
  test('are over when their upload address is', async (t) => {
    const desk = await startDesk(await database())
    t.after(() => desk.house.close())
    const fax = await desk.admin.postConversationsFaxes({
      addresses: ['+12025550117'],
      contentType: 'image/tiff',
    })
    desk.outside.skip(14 * 60_000)
    assert.equal((await desk.admin.getConversation(fax.id ?? '')).endTime, undefined)
    desk.outside.skip(2 * 60_000)
    const over = await eventually('the fax is over', async () => {
      const conversation = await desk.admin.getConversation(fax.id ?? '')
      return conversation.endTime === undefined ? undefined : conversation
    })
    assert.equal(over.participants[0]?.messages?.[0]?.disconnectType, 'timeout')
    const late = await fetch(fax.uploadDestinationUri ?? '', { method: 'PUT', body: 'II*' })
    assert.equal(late.status, 403)
  })
})
