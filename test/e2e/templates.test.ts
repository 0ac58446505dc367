import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import platformClient from 'purecloud-platform-client-v2'
import { eventually } from '../house.ts'
import { type Desk, refusal, startDesk } from '../skipping-desk.ts'

const { ResponseManagementApi } = platformClient

let desk: Desk
let api: InstanceType<typeof ResponseManagementApi>
let responseId: string
let libraryId: string

before(async () => {
  desk = await startDesk()
  api = new ResponseManagementApi(await desk.house.sdkAs(2))
  libraryId = (await api.postResponsemanagementLibraries({ name: 'Shipping' })).id ?? ''
  const response = await api.postResponsemanagementResponses({
    name: 'Order',
    libraries: [{ id: libraryId }],
    texts: [{ content: 'Hi {{name}}, order {{order}} left.', contentType: 'text/plain' }],
    substitutions: [{ id: 'name', defaultValue: 'customer' }, { id: 'order' }],
    responseType: 'MessagingTemplate',
    messagingTemplate: {
      whatsApp: {
        name: 'order',
        language: 'en_US',
        header: { type: 'text', content: 'Shop' },
        messageFooter: { content: 'Bye' },
      },
    },
  })
  responseId = response.id ?? ''
})
after(() => desk.house.close())

test('libraries and responses are listed, searched, changed and deleted', async () => {
  const listed = await api.getResponsemanagementResponses(libraryId)
  assert.deepEqual(
    listed.entities?.map(({ name }) => name),
    ['Order'],
  )
  const read = await api.getResponsemanagementResponse(responseId)
  assert.equal(read.libraries[0]?.name, 'Shipping')
  assert.equal(read.createdBy?.id, desk.sam.id)
  const found = await api.postResponsemanagementResponsesQuery({ queryPhrase: 'ORDER {{' })
  assert.equal(found.results?.total, 1)
  const none = await api.postResponsemanagementResponsesQuery({
    queryPhrase: 'order',
    filters: [{ name: 'libraryId', operator: 'EQUALS', values: ['another'] }],
  })
  assert.equal(none.results?.total, 0)

  const other = await api.postResponsemanagementResponses({
    name: 'Bye',
    libraries: [{ id: libraryId }],
    texts: [{ content: 'Bye' }],
  })
  const changed = await api.putResponsemanagementResponse(other.id ?? '', {
    ...other,
    texts: [{ content: 'Good bye' }],
  })
  assert.equal(changed.texts?.[0]?.content, 'Good bye')
  const stale = api.putResponsemanagementResponse(other.id ?? '', other)
  assert.equal((await refusal(stale)).status, 409)
  const full = api.deleteResponsemanagementLibrary(libraryId)
  assert.equal((await refusal(full)).status, 409)
  await api.deleteResponsemanagementResponse(other.id ?? '')
  assert.equal((await refusal(api.getResponsemanagementResponse(other.id ?? ''))).status, 404)
  const homeless = api.postResponsemanagementResponses({ name: 'x', libraries: [{ id: 'none' }] })
  assert.equal((await refusal(homeless)).status, 400)

  const empty = await api.postResponsemanagementLibraries({ name: 'Empty' })
  const renamed = await api.putResponsemanagementLibrary(empty.id ?? '', { name: 'Void' })
  assert.equal(renamed.version, 2)
  const named = await api.getResponsemanagementLibraries({ libraryPrefix: 'voi' })
  assert.equal(named.total, 1)
  await api.deleteResponsemanagementLibrary(empty.id ?? '')
})

test('an agent sends a template, filled in, as a Structured document', async () => {
  const seat = await desk.talk(desk.ada, 'alice')
  const send = (body: object) =>
    desk.ada.api.postConversationsMessageCommunicationMessages(
      seat.conversationId,
      seat.communicationId,
      body as never,
    )
  const order = [{ id: 'order', value: '777' }]
  const sent = await send({
    textBody: '',
    messagingTemplate: { responseId, bodyParameters: order },
  })
  assert.equal(sent.normalizedMessage?.type, 'Structured')
  assert.equal(sent.normalizedMessage?.text, 'Hi customer, order 777 left.')
  const template = sent.normalizedMessage?.content?.[0]?.template
  assert.equal(template?.id, responseId)
  assert.equal(template?.language, 'en_US')
  assert.equal(template?.body?.text, 'Hi {{name}}, order {{order}} left.')
  assert.equal(template?.header?.text, 'Shop')
  assert.equal(template?.footer?.text, 'Bye')
  assert.deepEqual(
    template?.body?.parameters?.map(({ name, text }) => [name, text]),
    [
      ['order', '777'],
      ['name', 'customer'],
    ],
  )
  const bare = await refusal(send({ textBody: '', messagingTemplate: { responseId } }))
  assert.match(bare.message, /no value for order/)
  const spare = send({
    textBody: '',
    messagingTemplate: {
      responseId,
      bodyParameters: order,
      carouselParameters: { cardParameters: [{ index: 0 }] },
    },
  })
  assert.match((await refusal(spare)).message, /no card 0/)
  const both = send({ textBody: 'Hi', messagingTemplate: { responseId, bodyParameters: order } })
  assert.equal((await refusal(both)).status, 400)
})

test('a carousel goes out with each card filled in by its own parameters', async () => {
  const api = new platformClient.ResponseManagementApi(await desk.house.sdk())
  const library = await api.postResponsemanagementLibraries({ name: 'Carousels' })
  const button = { type: 'Url', contentText: 'Buy', content: 'https://shop.example/{{sku}}' }
  const card = (header: string) => ({
    header: { type: 'Image', content: header },
    cardBodyText: { content: 'Only {{price}}', contentType: 'text/plain' },
    buttons: [button],
  })
  const response = await api.postResponsemanagementResponses({
    name: 'Lamps',
    libraries: [{ id: String(library.id) }],
    responseType: 'MessagingTemplate',
    texts: [{ content: 'Lamps for {{name}}' }],
    messagingTemplate: {
      whatsApp: {
        name: 'lamps',
        language: 'en_US',
        carousel: {
          cards: [card('https://shop.example/a.png'), card('https://shop.example/b.png')],
        },
      },
    } as never,
  })
  const seat = await desk.talk(desk.ada, 'carla')
  const values = (index: number, price: string) => ({
    index,
    bodyParameters: [{ id: 'price', value: price }],
    buttonUrlParameters: [{ id: 'sku', value: `s${index}` }],
  })
  const send = (cardParameters: readonly object[]) =>
    desk.ada.api.postConversationsMessageCommunicationMessages(
      seat.conversationId,
      seat.communicationId,
      {
        textBody: '',
        messagingTemplate: {
          responseId: response.id,
          bodyParameters: [{ id: 'name', value: 'Carla' }],
          carouselParameters: { cardParameters },
        },
      } as never,
    )
  const bare = await refusal(send([values(0, '5')]))
  assert.match(bare.message, /cards\[1\]\.price, cards\[1\]\.sku/)
  const sent = await send([values(1, '7'), values(0, '5')])
  assert.equal(sent.normalizedMessage?.text, 'Lamps for Carla')
  const template = Object(sent.normalizedMessage?.content?.[0]?.template)
  assert.deepEqual(template.carousel.cards[1], {
    header: { type: 'Media', media: { mediaType: 'File', url: 'https://shop.example/b.png' } },
    body: { text: 'Only {{price}}', parameters: [{ name: 'price', text: '7' }] },
    buttons: [
      {
        type: 'Url',
        index: 0,
        text: 'Buy',
        url: 'https://shop.example/{{sku}}',
        parameters: [{ name: 'sku', text: 's1' }],
      },
    ],
  })
})

test('a template goes out agentless, by SMS as the text that it makes', async () => {
  const sms = await desk.admin.postConversationsMessagesAgentless({
    fromAddress: desk.house.credentials.sender.address,
    toAddress: '+12025550188',
    toAddressMessengerType: 'sms',
    messagingTemplate: {
      responseId,
      parameters: [
        { id: 'order', value: '5' },
        { id: 'name', value: 'Bob' },
      ],
    },
  })
  assert.equal(sms.message?.normalizedMessage?.text, 'Hi Bob, order 5 left.')
  const text = await eventually('the text is on the handset', async () => {
    const path = '/api/signalbox/handset/messages?handset=%2B12025550188'
    return (await desk.house.call('GET', path)).body.entities?.[0]?.text
  })
  assert.equal(text, 'Hi Bob, order 5 left.')
})
