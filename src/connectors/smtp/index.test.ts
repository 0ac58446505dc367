import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import PostalMime from 'postal-mime'
import { SendError } from '../../errors.ts'
import type { OutboundMessage } from '../connector.ts'
import { connectorContract } from '../contract.ts'
import { createTestIo } from '../test-io.ts'
import { smtp } from './index.ts'
import { type MailServerBehavior, startMailServer, startScriptedServer } from './stand-in.ts'

const mail: OutboundMessage<'email'> = {
  kind: 'email',
  deliveryId: 'd-1',
  attempt: 1,
  messageId: '<d1@example.com>',
  inReplyTo: '<theirs@example.net>',
  references: ['<first@example.net>', '<theirs@example.net>'],
  from: { email: 'support@example.com', name: 'Süpport, Team' },
  to: [{ email: 'alice@example.net', name: 'Alice' }],
  cc: [{ email: 'bob@example.net' }],
  bcc: [{ email: 'carol@example.net' }],
  subject: 'Grüße 👋 — your order',
  text: '“On its way” ✓\n.\n..\n',
  html: '<p>On its way <img src="cid:logo"></p>',
  timeMs: Date.UTC(2026, 0, 5, 10),
  files: [
    {
      name: 'läbel.png',
      mime: 'image/png',
      inline: true,
      contentId: 'logo',
      content: Buffer.from([1, 2, 3]),
    },
    { name: 'a.pdf', mime: 'application/pdf', inline: false, content: Buffer.from('%PDF') },
  ],
}

const settingsFor = (port: number) => ({ host: '127.0.0.1', port, tls: 'none' as const })

connectorContract('The SMTP connector', {
  connector: smtp,
  settings: () => settingsFor(25),
  anOutbound: () => mail,
  calls: [],
})

async function scene(t: TestContext, behavior: MailServerBehavior = {}) {
  const server = await startMailServer(behavior)
  const io = createTestIo()
  t.after(async () => {
    await io.close()
    await server.close()
  })
  return {
    server,
    io,
    send: (message = mail, settings = {}) =>
      smtp.send(message, { ...settingsFor(server.port), ...settings }, io),
  }
}

async function failureOf(sending: Promise<unknown>) {
  const error = await sending.then(
    () => assert.fail('it should fail'),
    (cause: unknown) => cause,
  )
  assert.ok(error instanceof SendError, String(error))
  return error
}

test('a mail arrives whole: texts in any script, files, and whom it goes to', async (t) => {
  const { send, server } = await scene(t)
  assert.deepEqual(await send(), { providerIds: ['4XyZ1B2c3D'] })
  const [taken] = server.taken
  assert.deepEqual(taken?.recipients, ['alice@example.net', 'bob@example.net', 'carol@example.net'])
  assert.equal(taken?.from, 'support@example.com')
  const read = await PostalMime.parse(taken?.raw ?? '')
  assert.equal(read.subject, mail.subject)
  assert.equal(read.text?.replace(/\r\n/g, '\n').trimEnd(), mail.text.trimEnd())
  assert.deepEqual(read.from, { address: 'support@example.com', name: 'Süpport, Team' })
  assert.equal(read.messageId, mail.messageId)
  assert.equal(read.inReplyTo, mail.inReplyTo)
  assert.equal(read.references, '<first@example.net> <theirs@example.net>')
  assert.equal(read.bcc, undefined, 'nobody is told of those in Bcc')
  assert.deepEqual(
    read.attachments.map(({ filename, disposition, contentId }) => [
      filename,
      disposition,
      contentId,
    ]),
    [
      ['läbel.png', 'inline', '<logo>'],
      ['a.pdf', 'attachment', undefined],
    ],
  )
})

test('a repeat carries the same Message-ID', async (t) => {
  const { send, server } = await scene(t)
  await send()
  await send({ ...mail, attempt: 2 })
  const ids = await Promise.all(
    server.taken.map(async ({ raw }) => (await PostalMime.parse(raw)).messageId),
  )
  assert.deepEqual(ids, [mail.messageId, mail.messageId])
})

const refusals: readonly [string, string, string, string][] = [
  ['451 4.3.0 Try again later', 'unavailable', '451 4.3.0', 'ServerError'],
  ['450 4.7.1 Rate limit exceeded', 'throttled', '450 4.7.1', 'RateLimited'],
  ['550 5.1.1 No such user', 'rejected', '550 5.1.1', 'InvalidDestination'],
  ['554 5.7.1 Looks like spam', 'rejected', '554 5.7.1', 'DataFiltered'],
  ['552 5.3.4 Too big', 'rejected', '552 5.3.4', 'InvalidMediaContentLength'],
]

for (const [answer, failure, providerCode, reason] of refusals) {
  test(`${answer} means ${failure}, for the recipient as for the mail`, async (t) => {
    for (const behavior of [{ onRecipient: () => answer }, { onMail: () => answer }]) {
      const { send, server } = await scene(t, behavior)
      const error = await failureOf(send())
      assert.deepEqual(
        [error.failure, error.providerCode, error.reason],
        [failure, providerCode, reason],
      )
      assert.equal(server.taken.length, 0)
    }
  })
}

test('where one of several recipients is refused the others get the mail', async (t) => {
  const { send, server, io } = await scene(t, {
    onRecipient: (address) => (address.startsWith('bob') ? '550 5.1.1 No such user' : undefined),
  })
  await send()
  assert.deepEqual(server.taken[0]?.recipients, ['alice@example.net', 'carol@example.net'])
  assert.match(io.dialogues[0]?.received ?? '', /550 5\.1\.1 No such user/)
})

test('the dialogue is recorded without the mail and without the password', async (t) => {
  const login = { user: 'robot', password: 'a-secret-password' }
  const { send, io } = await scene(t, { login })
  await send(mail, login)
  const [dialogue] = io.dialogues
  assert.match(dialogue?.sent ?? '', /MAIL FROM:<support@example.com>[\s\S]*DATA/)
  assert.match(dialogue?.received ?? '', /354 [\s\S]*250 .*queued as 4XyZ1B2c3D/)
  const whole = JSON.stringify(dialogue)
  assert.ok(!whole.includes('On its way'))
  assert.ok(!whole.includes(login.password))
  assert.ok(!whole.includes(Buffer.from(`\0robot\0${login.password}`).toString('base64')))
})

test('a refused login is the operator’s to put right', async (t) => {
  const { send } = await scene(t, { login: { user: 'robot', password: 'right' } })
  const error = await failureOf(send(mail, { user: 'robot', password: 'wrong-one' }))
  assert.equal(error.failure, 'misconfigured')
  assert.ok(!error.message.includes('wrong-one'))
})

test('a server that offers no TLS where it must, or one nobody vouches for, gets no mail', async (t) => {
  const bare = await scene(t)
  assert.equal((await failureOf(bare.send(mail, { tls: 'starttls' }))).failure, 'misconfigured')
  const unknown = await scene(t, { tls: true })
  assert.equal((await failureOf(unknown.send(mail, { tls: 'starttls' }))).failure, 'misconfigured')
  assert.equal(bare.server.taken.length + unknown.server.taken.length, 0)
})

const greeting = ['220 mail.example.org', '250 mail.example.org']
const envelope = ['250 Ok', '250 Ok', '250 Ok', '250 Ok']
const breaks: readonly [string, readonly string[], string][] = [
  ['before the greeting', [], 'unreachable'],
  ['after EHLO', greeting, 'unreachable'],
  ['after the recipients', [...greeting, ...envelope], 'unreachable'],
  ['after the mail', [...greeting, ...envelope, '354 Go on'], 'uncertain'],
]
for (const [when, lines, failure] of breaks) {
  test(`a connection that is cut ${when} means ${failure}`, async (t) => {
    const server = await startScriptedServer(lines)
    const io = createTestIo()
    t.after(async () => {
      await io.close()
      await server.close()
    })
    const error = await failureOf(smtp.send(mail, settingsFor(server.port), io))
    assert.equal(error.failure, failure, error.message)
  })
}

test('a refused connection means unreachable', async (t) => {
  const { server, io } = await scene(t)
  await server.close()
  const error = await failureOf(smtp.send(mail, settingsFor(server.port), io))
  assert.equal(error.failure, 'unreachable')
})
