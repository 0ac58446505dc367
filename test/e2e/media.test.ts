import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, test } from 'node:test'
import { type Desk, refusal, type Seated, startDesk } from '../skipping-desk.ts'
import { onBothStores } from '../stores.ts'

/** A small picture: the signature of PNG and some bytes. */
function picture(length = 400_000): Uint8Array {
  const bytes = Uint8Array.from({ length }, (_, index) => index % 253)
  bytes.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return bytes
}

onBothStores('media by the official SDK', (database) => {
  let desk: Desk
  let seat: Seated

  before(async () => {
    desk = await startDesk(await database())
    seat = await desk.talk(desk.ada, 'alice')
  })
  after(() => desk.house.close())

  const begin = (body: {
    readonly fileName: string
    readonly contentLengthBytes: number
    readonly contentMd5?: string
  }) =>
    desk.ada.api.postConversationsMessageCommunicationMessagesMediaUploads(
      seat.conversationId,
      seat.communicationId,
      body,
    )
  const put = (uploadUrl: string | undefined, bytes: Uint8Array) =>
    fetch(uploadUrl ?? '', { method: 'PUT', body: Buffer.from(bytes) })
  const read = (mediaId: string | undefined) =>
    desk.ada.api.getConversationsMessageCommunicationMessagesMediaMediaId(
      seat.conversationId,
      seat.communicationId,
      mediaId ?? '',
    )
  const send = (body: object) =>
    desk.ada.api.postConversationsMessageCommunicationMessages(
      seat.conversationId,
      seat.communicationId,
      body as never,
    )

  test('a picture is uploaded, checked, sent and downloaded by the link that was sent', async () => {
    const bytes = picture()
    const contentMd5 = createHash('md5').update(bytes).digest('base64')
    const upload = await begin({
      fileName: 'p.png',
      contentLengthBytes: bytes.length,
      contentMd5,
    })
    assert.equal((await read(upload.id)).status, 'uploading')
    assert.equal((await refusal(send({ textBody: '', mediaIds: [upload.id] }))).status, 400)
    const answer = await fetch(upload.uploadUrl ?? '', {
      method: 'PUT',
      body: Buffer.from(bytes),
      headers: upload.uploadHeaders ?? {},
    })
    assert.equal(answer.status, 200)
    const medium = await read(upload.id)
    assert.deepEqual(
      [medium.status, medium.mediaType, medium.contentLengthBytes],
      ['valid', 'image/png', bytes.length],
    )
    assert.equal((await put(upload.uploadUrl, bytes)).status, 409, 'once only')

    const sent = await send({ textBody: '', mediaIds: [upload.id] })
    const [content] = sent.normalizedMessage?.content ?? []
    assert.equal(content?.contentType, 'Attachment')
    assert.equal(content?.attachment?.mediaType, 'Image')
    assert.equal(content?.attachment?.filename, 'p.png')
    assert.equal(sent.normalizedMessage?.type, 'Text')
    const link = content?.attachment?.url ?? ''
    const download = await fetch(link)
    assert.equal(download.headers.get('content-type'), 'image/png')
    assert.match(download.headers.get('content-disposition') ?? '', /^attachment/)
    assert.deepEqual(Buffer.from(await download.arrayBuffer()), Buffer.from(bytes))
    assert.equal((await fetch(link.replace('signature=', 'signature=x'))).status, 403)
    assert.equal((await fetch(link.replace(/expires=\d/, 'expires=9'))).status, 403)
    const second = await begin({ fileName: 'q.png', contentLengthBytes: 10 })
    await put(second.uploadUrl, picture(10))
    assert.equal(
      (await refusal(send({ textBody: '', mediaIds: [upload.id, second.id] }))).status,
      400,
      'one attachment for each message',
    )
  })

  test('what is not what was declared is invalid', async () => {
    const wrongs = [
      [await begin({ fileName: 'short.png', contentLengthBytes: 50 }), picture(49)],
      [
        await begin({ fileName: 'md5.png', contentLengthBytes: 50, contentMd5: 'wrong' }),
        picture(50),
      ],
      [await begin({ fileName: 'fake.jpg', contentLengthBytes: 50 }), picture(50)],
      [await begin({ fileName: 'a.pdf', contentLengthBytes: 4 }), Buffer.from('%PDF')],
    ] as const
    for (const [upload, bytes] of wrongs) {
      assert.equal((await put(upload.uploadUrl, bytes)).status, 400)
      assert.equal((await read(upload.id)).status, 'invalid')
    }
    const invalid = await desk.ada.api.getConversationsMessageCommunicationMessagesMedia(
      seat.conversationId,
      seat.communicationId,
      { status: 'invalid', pageSize: 3 },
    )
    assert.equal(invalid.total, 4)
    assert.equal(invalid.entities?.length, 3)
    assert.equal(
      (await refusal(begin({ fileName: '.x', contentLengthBytes: 1 }))).code,
      'bad.request',
    )
    const large = begin({ fileName: 'x.png', contentLengthBytes: 25_000_001 })
    assert.equal((await refusal(large)).status, 413)
  })

  test('an upload address is over after a time', async () => {
    const upload = await begin({ fileName: 'late.png', contentLengthBytes: 50 })
    desk.outside.skip(16 * 60_000)
    assert.equal((await put(upload.uploadUrl, picture(50))).status, 403)
    assert.equal((await read(upload.id)).status, 'uploading')
  })

  test('a profile of one’s own decides what goes out', async () => {
    const api = desk.sam.api
    const profile = await api.postConversationsMessagingSupportedcontent({
      name: 'Documents',
      mediaTypes: { allow: { outbound: [{ type: 'application/pdf' }] } },
    } as never)
    const id = profile.id ?? ''
    const { id: integrationId } = desk.house.credentials.integration
    await api.patchConversationsMessagingIntegrationsOpenIntegrationId(integrationId, {
      name: 'Demo',
      supportedContent: { id },
    })
    const upload = await begin({ fileName: 'a.pdf', contentLengthBytes: 4 })
    assert.equal((await put(upload.uploadUrl, Buffer.from('%PDF'))).status, 200)
    const sent = await send({ textBody: '', mediaIds: [upload.id] })
    assert.equal(sent.normalizedMessage?.content?.[0]?.attachment?.mediaType, 'File')

    const inUse = api.deleteConversationsMessagingSupportedcontentSupportedContentId(id)
    assert.equal((await refusal(inUse)).status, 409)
    await api.patchConversationsMessagingSupportedcontentSupportedContentId(id, {
      name: 'Nothing',
      mediaTypes: { allow: { outbound: [] } },
    } as never)
    const read = await api.getConversationsMessagingSupportedcontentSupportedContentId(id)
    assert.deepEqual(read.mediaTypes?.allow?.outbound, [])
    await api.putConversationsMessagingSupportedcontentDefault({ id })
    assert.equal((await api.getConversationsMessagingSupportedcontentDefault()).id, id)
    await api.putConversationsMessagingSupportedcontentDefault({ id: 'webMessagingDefault' })
    await api.patchConversationsMessagingIntegrationsOpenIntegrationId(integrationId, {
      name: 'Demo',
      supportedContent: { id: 'webMessagingDefault' },
    })
    await api.deleteConversationsMessagingSupportedcontentSupportedContentId(id)
    assert.equal((await api.getConversationsMessagingSupportedcontent()).total, 1)
  })

  test('a reply names the message that it answers', async () => {
    const { participants } = await desk.ada.api.getConversation(seat.conversationId)
    const asked = participants?.[0]?.messages?.[0]?.messages?.[0]?.messageId ?? ''
    const reply = (inReplyToMessageId: string) =>
      desk.ada.api.postConversationsMessageCommunicationSocialmediaMessages(
        seat.conversationId,
        seat.communicationId,
        { inReplyToMessageId, textBody: 'Thank you' },
      )
    const sent = await reply(asked)
    assert.equal(sent.normalizedMessage?.text, 'Thank you')
    assert.equal((await refusal(reply('0'.repeat(32)))).status, 404)
  })

  test('typing is told twelve times a minute', async () => {
    const type = () =>
      desk.ada.api.postConversationsMessageCommunicationTyping(
        seat.conversationId,
        seat.communicationId,
        { typing: { type: 'On' } },
      )
    for (let told = 0; told < 12; told += 1) await type()
    assert.equal((await refusal(type())).code, 'too.many.requests.retry.after')
    desk.outside.skip(61_000)
    await type()
  })

  test('the older way of uploading takes a form or bare bytes, and says then what came', async () => {
    const begun = () =>
      desk.ada.api.postConversationsMessageCommunicationMessagesMedia(
        seat.conversationId,
        seat.communicationId,
      )
    const first = await begun()
    assert.equal(first.status, 'uploading')
    const form = new FormData()
    form.set('file', new Blob([Buffer.from(picture(100))], { type: 'image/png' }), 'p.png')
    const posted = await fetch(first.uploadUrl ?? '', { method: 'POST', body: form })
    assert.equal(posted.status, 200, await posted.text())
    const { name, mediaType, contentLengthBytes, status } = await read(first.id)
    assert.deepEqual(
      [name, mediaType, contentLengthBytes, status],
      ['p.png', 'image/png', 100, 'valid'],
    )
    const second = await begun()
    const headers = { 'content-type': 'image/png' }
    const bare = await fetch(second.uploadUrl ?? '', {
      method: 'POST',
      body: Buffer.from(picture(50)),
      headers,
    })
    assert.equal(bare.status, 200, await bare.text())
    assert.equal((await read(second.id)).name, 'file.png')
    const third = await begun()
    const wrong = await fetch(third.uploadUrl ?? '', {
      method: 'POST',
      body: 'no picture',
      headers,
    })
    assert.equal(wrong.status, 400)
    assert.equal((await read(third.id)).status, 'invalid')
    const empty = new FormData()
    empty.set('note', 'no file')
    const fourth = await begun()
    const noFile = await fetch(fourth.uploadUrl ?? '', { method: 'POST', body: empty })
    assert.equal(noFile.status, 400)
  })
})
