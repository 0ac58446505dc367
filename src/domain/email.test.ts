import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  domainOf,
  type EmailContent,
  emailSizeBytes,
  isEmailAddress,
  overLimit,
  recipientsOf,
} from './email.ts'

const mail: EmailContent = {
  from: { email: 'support@example.com' },
  to: [{ email: 'alice@example.net' }],
  cc: [],
  bcc: [],
  subject: 'Your order',
  textBody: 'It is on its way.',
  attachments: [],
}

const file = (contentLength: number) => ({
  id: 'a',
  name: 'a.pdf',
  contentType: 'application/pdf',
  contentLength,
  inlineImage: false,
  contentKey: 'k',
})

test('an address has a local part of 64 characters and a domain of 253 at the most', () => {
  const domain = `${'a.'.repeat(125)}abc`
  assert.equal(domain.length, 253)
  assert.ok(isEmailAddress(`${'x'.repeat(64)}@${domain}`))
  assert.ok(!isEmailAddress(`${'x'.repeat(65)}@example.com`))
  assert.ok(!isEmailAddress(`x@b${domain}`))
})

test('what is no address is not taken for one', () => {
  for (const text of [
    '',
    'alice',
    '@example.com',
    'a@',
    'a b@example.com',
    'a@b..c',
    'a@<b>',
    'a@-b',
  ]) {
    assert.ok(!isEmailAddress(text), text)
  }
  for (const text of [
    'a@b',
    'first.last+tag@sub.example.com',
    "o'neil@example.com",
    'ä@example.com',
  ]) {
    assert.ok(isEmailAddress(text), text)
  }
})

test('the domain is compared in lower case', () => {
  assert.equal(domainOf('Alice@Example.COM'), 'example.com')
})

test('somebody who is named twice is one recipient', () => {
  const twice = { ...mail, cc: [{ email: 'ALICE@example.net' }, { email: 'bob@example.net' }] }
  assert.deepEqual(
    recipientsOf(twice).map(({ email }) => email),
    ['alice@example.net', 'bob@example.net'],
  )
})

test('files count by what they take in Base64', () => {
  const bare = emailSizeBytes(mail)
  assert.equal(emailSizeBytes({ ...mail, attachments: [file(3)] }) - bare, 4)
  assert.equal(emailSizeBytes({ ...mail, attachments: [file(4)] }) - bare, 8)
})

test('each limit of the vendor is held, and what is at the limit passes', () => {
  const crowd = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ email: `u${index}@example.net` }))
  assert.equal(overLimit(mail), undefined)
  assert.equal(overLimit({ ...mail, to: crowd(50) }), undefined)
  assert.equal(overLimit({ ...mail, to: crowd(50), bcc: mail.to })?.field, 'to')
  assert.equal(overLimit({ ...mail, subject: 'x'.repeat(400) }), undefined)
  assert.equal(overLimit({ ...mail, subject: 'x'.repeat(401) })?.field, 'subject')
  const threeMegabytes = 'é'.repeat((3 * 1024 * 1024) / 2)
  assert.equal(overLimit({ ...mail, textBody: threeMegabytes }), undefined)
  assert.equal(overLimit({ ...mail, htmlBody: `${threeMegabytes}x` })?.field, 'htmlBody')
  const thirty = file(30 * 1024 * 1024)
  assert.equal(overLimit({ ...mail, attachments: [file(29 * 1024 * 1024)] }), undefined)
  assert.equal(overLimit({ ...mail, attachments: [thirty] })?.field, 'attachments')
})
