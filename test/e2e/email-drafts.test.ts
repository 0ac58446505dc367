import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { aMail, type MailHouse, ours, refused, startMailHouse, take } from '../mail-house.ts'

const withFile = `From: Alice <alice@example.net>
To: ${ours}
Cc: bob@example.net
Subject: Photo
Message-ID: <photo@example.net>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain

See the photo
--b
Content-Type: application/pdf; name=a.pdf
Content-Disposition: attachment; filename=a.pdf
Content-Transfer-Encoding: base64

JVBERg==
--b--
`

let mail: MailHouse
let id: string
before(async () => {
  mail = await startMailHouse()
  id = await mail.post(withFile)
  await take(mail, id)
})
after(() => mail.house.close())

test('a draft is begun as reply, reply to all or forward, and what was written is thrown away', async () => {
  const { agent } = mail
  const begin = (draftType: string, opts: { autoFill?: boolean; discard?: boolean }) =>
    agent.patchConversationsEmailMessagesDraft(id, { ...opts, body: { draftType } })
  const all = await begin('ReplyAll', { autoFill: true })
  assert.deepEqual(
    [all.draftType, all.state, all.cc],
    ['ReplyAll', 'Created', [{ email: 'bob@example.net' }]],
  )
  const forward = await begin('Forward', { autoFill: true })
  assert.deepEqual([forward.subject, forward.to, forward.attachments?.length], ['FW: Photo', [], 1])
  assert.equal((await agent.getConversationsEmailMessagesDraft(id)).draftType, 'Forward')
  const empty = await begin('Reply', { autoFill: false })
  assert.deepEqual([empty.subject, empty.textBody], ['', ''])
  await agent.putConversationsEmailMessagesDraft(id, { ...empty, textBody: 'Half a thought' })
  assert.equal((await agent.getConversationsEmailMessagesDraft(id)).state, 'Edited')
  await begin('Reply', { discard: true })
  assert.notEqual((await agent.getConversationsEmailMessagesDraft(id)).textBody, 'Half a thought')
})

test('files are copied into the draft, uploaded, taken out, and sent', async () => {
  const { agent } = mail
  const { entities = [] } = await agent.getConversationsEmailMessages(id)
  const source = entities[0]
  const copied = await agent.postConversationsEmailMessagesDraftAttachmentsCopy(id, {
    sourceMessage: { id: source?.id ?? '' },
    attachments: source?.attachments ?? [],
  })
  assert.deepEqual(
    copied.attachments?.map(({ name }) => name),
    ['a.pdf'],
  )
  const promised = await agent.postConversationsEmailMessagesDraftAttachmentsUploads(id, {
    name: 'ü.txt',
    contentLengthBytes: 5,
  })
  const put = (body: string) =>
    fetch(promised.url ?? '', {
      method: 'PUT',
      headers: { 'content-type': 'text/plain' },
      body,
    })
  assert.equal((await put('too long')).status, 400)
  assert.equal((await put('hello')).status, 200)
  assert.equal((await put('hello')).status, 200)
  assert.equal((await fetch(`${promised.url}x`, { method: 'PUT', body: 'hello' })).status, 404)
  const filled = await agent.getConversationsEmailMessagesDraft(id)
  assert.deepEqual(
    filled.attachments?.map(({ name }) => name),
    ['a.pdf', 'ü.txt'],
  )
  await agent.deleteConversationsEmailMessagesDraftAttachment(
    id,
    filled.attachments?.[0]?.attachmentId ?? '',
  )
  assert.equal(
    (await refused(agent.deleteConversationsEmailMessagesDraftAttachment(id, 'none')))[0],
    404,
  )
  const sent = await agent.postConversationsEmailMessages(id, {
    from: { email: ours },
    to: [{ email: 'alice@example.net' }],
    textBody: 'With a file',
    attachments: [{ attachmentId: promised.attachmentId ?? '' }],
  })
  assert.deepEqual(
    sent.attachments?.map(({ name }) => name),
    ['ü.txt'],
  )
  const { raw } = await mail.captured('alice@example.net')
  assert.ok(raw.includes(Buffer.from('hello').toString('base64')))
  const fresh = await agent.getConversationsEmailMessagesDraft(id)
  assert.equal(fresh.state, 'Created', 'what was sent is a draft no more')
})

test('a mail that cannot be sent is refused in the vendor’s codes', async () => {
  const { agent, admin } = mail
  const good = { from: { email: ours }, to: [{ email: 'alice@example.net' }], textBody: 'Hello' }
  const code = async (changes: object) =>
    (await refused(agent.postConversationsEmailMessages(id, { ...good, ...changes })))[1]
  assert.equal(await code({ textBody: '' }), 'postino.error.reply.no.body')
  assert.equal(await code({ to: [] }), 'postino.error.reply.no.to')
  assert.equal(await code({ from: {} }), 'postino.error.reply.no.sender')
  assert.equal(await code({ to: [{ email: 'nobody' }] }), 'email.error.invalid.email')
  assert.equal(
    await code({ from: { email: 'a@elsewhere.example' } }),
    'email.error.domain.not.verified',
  )
  assert.equal(await code({ subject: 'x'.repeat(401) }), 'bad.request')
  const crowd = Array.from({ length: 51 }, (_, index) => ({ email: `u${index}@example.net` }))
  assert.equal(await code({ to: crowd }), 'bad.request')
  assert.equal(await code({ attachments: [{ attachmentId: 'none' }] }), 'bad.request')
  assert.equal(
    (await refused(admin.postConversationsEmailMessages(id, good)))[1],
    'postino.error.reply.no.userid',
  )
  const waiting = await mail.post(aMail({ from: 'bob@example.net', id: '<b@example.net>' }))
  assert.equal(
    (await refused(agent.postConversationsEmailMessages(waiting, good)))[1],
    'conversation.error.forbidden.not.active.participant',
  )
  assert.equal((await refused(agent.getConversationsEmail('none')))[0], 404)
})
