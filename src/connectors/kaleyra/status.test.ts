import assert from 'node:assert/strict'
import { test } from 'node:test'
import { meaningOfStatus } from './status.ts'

test('every documented status and trace code has its receipt', () => {
  const table: readonly (readonly [string, string, string, boolean, string?])[] = [
    ['SUBMITTED', '', 'Sent', false],
    ['ENROUTE', '', 'Sent', false],
    ['Sent', '', 'Sent', false],
    ['SENT - NO DLR', '', 'Sent', true],
    ['DELIVRD', '', 'Delivered', true],
    ['Delivered', '', 'Delivered', true],
    ['EXPIRED', '', 'Failed', true, 'MessageExpired'],
    ['Undelivered', 'EXPIRED', 'Failed', true, 'MessageExpired'],
    ['Failed', 'SERVER-ERR', 'Failed', true, 'ServerError'],
    ...rows('Undelivered', 'InvalidDestination', 'INV-NUMBER INVALID-SUB'),
    ...rows(
      'Undelivered',
      'GeneralError',
      'ABSENT-SUB MOB-OFF HANDSET-BUSY HANDSET-ERR MEM-EXEC NET-ERR FAILED REJECTED',
    ),
    ...rows('Undelivered', 'MessageNotAllowed', 'BARRED SERIES-BLK SNDRID-NOT-ALLOTED'),
    ...rows('Undelivered', 'ServerError', 'SERVER-ERR'),
    ...rows('NOT-SENT', 'RecipientOptedOut', 'OPT-OUT NOT-OPTIN'),
    ...rows(
      'NOT-SENT',
      'MessageNotAllowed',
      'CON-DND DND-NUMB BLACKLIST NOT-ALLOWED BLOCKED-COUNTRY SERIES-BLOCK KYC-NOT-APPROVED SENDER-ID-NOT-FOUND OUTPUT-REJ',
    ),
    ...rows('NOT-SENT', 'DataFiltered', 'SPAM TEMPLATE-NOT-FOUND INV-TEMPLATE-MATCH'),
    ...rows('NOT-SENT', 'InvalidDestination', 'KLR-INV-NUMBER INV-MOB-PATTRN'),
    ...rows('NOT-SENT', 'InvalidMessageStructure', 'REJECTED-MULTIPART'),
    ...rows('NOT-SENT', 'GeneralError', 'NO-CREDITS'),
  ]
  for (const [word, trace, status, final, reason] of table) {
    const expected = reason === undefined ? { status, final } : { status, final, reason }
    assert.deepEqual(meaningOfStatus(word, trace), expected, `${word} ${trace}`)
  }
})

test('case, blanks and hyphens do not count', () => {
  const expected = { status: 'Failed', final: true, reason: 'RecipientOptedOut' }
  assert.deepEqual(meaningOfStatus('not sent', 'opt_out'), expected)
  assert.deepEqual(meaningOfStatus('NotSent', 'OptOut'), expected)
  assert.equal(meaningOfStatus('UnDelivered', 'X')?.status, 'Failed')
})

test('a code that is not documented leaves a failure general, and a success a success', () => {
  assert.equal(meaningOfStatus('Undelivered', 'E9999')?.reason, 'GeneralError')
  assert.deepEqual(meaningOfStatus('Delivered', 'SPAM'), { status: 'Delivered', final: true })
})

test('a status that is not documented means nothing', () => {
  for (const word of ['', '0', 'Lost', 'constructor']) {
    assert.equal(meaningOfStatus(word, 'SPAM'), undefined)
  }
})

function rows(status: string, reason: string, traces: string) {
  return traces.split(' ').map((trace) => [status, trace, 'Failed', true, reason] as const)
}
