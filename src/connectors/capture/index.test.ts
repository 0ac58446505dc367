import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { OutboundMessage } from '../connector.ts'
import { connectorContract } from '../contract.ts'
import { createTestIo } from '../test-io.ts'
import { createCapture, type PostedMail } from './index.ts'

const mail: OutboundMessage<'email'> = {
  kind: 'email',
  deliveryId: 'd-1',
  attempt: 1,
  messageId: '<d1@example.com>',
  references: [],
  from: { email: 'support@example.com' },
  to: [{ email: 'alice@example.net' }],
  cc: [],
  bcc: [{ email: 'bob@nowhere.invalid' }],
  subject: 'Hello',
  text: 'Grüße',
  timeMs: 0,
  files: [],
}

const kept: PostedMail[] = []
const capture = createCapture({
  async keep(posted) {
    kept.push(posted)
    return { providerId: `mailbox-${posted.deliveryId}` }
  },
})

connectorContract('The embedded mailbox', {
  connector: capture,
  settings: () => ({}),
  anOutbound: () => mail,
  calls: [],
})

test('a mail is handed to the mailbox of its account, as it would have been sent', async () => {
  const io = createTestIo()
  assert.deepEqual(await capture.send(mail, {}, io), { providerIds: ['mailbox-d-1'] })
  await io.close()
  const [posted] = kept
  assert.equal(posted?.accountKey, 'acme/main')
  assert.deepEqual(posted?.recipients, ['alice@example.net', 'bob@nowhere.invalid'])
  assert.match(posted?.raw ?? '', /^From: support@example\.com\r\nTo: alice@example\.net\r\n/)
})

test('a mail for nobody but domains that cannot exist is refused', async () => {
  const io = createTestIo()
  const to = [{ email: 'alice@nowhere.invalid' }]
  await assert.rejects(capture.send({ ...mail, to }, {}, io), {
    failure: 'rejected',
    reason: 'InvalidDestination',
  })
  await io.close()
})
