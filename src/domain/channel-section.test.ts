import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isEndpointName, isSectionName, readSection } from './channel-section.ts'

const whole = {
  channelId: '16504661149',
  channelType: 'sms',
  endpoint: 'chat.Support',
  interactionSubtype: 'SMS',
  interactionType: 'Inbound',
  media: 'chat',
  cxcOnly: 'false',
  provider: 'Async',
}

function faultsOf(change: object): readonly string[] {
  const read = readSection({ ...whole, ...change })
  return read.ok ? [] : read.faults.map(({ option }) => option)
}

test('reads every option of the guide, with cxcOnly as a text or not', () => {
  const options = {
    channelId: '16504661149',
    endpoint: 'chat.Support',
    cxcOnly: false,
    provider: 'Async',
    headers: {},
  }
  assert.deepEqual(readSection(whole), { ok: true, options })
  assert.deepEqual(readSection({ ...whole, cxcOnly: false }), { ok: true, options })
})

test('options with one value may be left out, and so may provider and cxcOnly', () => {
  const read = readSection({ channelId: 24273, endpoint: 'chat.Support' })
  const options = { channelId: '24273', endpoint: 'chat.Support', cxcOnly: false, headers: {} }
  assert.deepEqual(read, { ok: true, options })
})

test('names each option that is not as it must be, all at once', () => {
  assert.deepEqual(faultsOf({ channelId: ' ' }), ['channelId'])
  assert.deepEqual(faultsOf({ endpoint: 'Support' }), ['endpoint'])
  assert.deepEqual(faultsOf({ channelType: 'whatsapp', media: 'voice' }), ['channelType', 'media'])
  assert.deepEqual(faultsOf({ cxcOnly: 'yes', provider: 'portico' }), ['cxcOnly', 'provider'])
  assert.deepEqual(faultsOf({ channelID: '1' }), ['channelID'])
})

test('header options are headers that HTTP allows and that nothing depends on', () => {
  const read = readSection({ ...whole, 'header:custom-header-for-async-1': 12345 })
  assert.deepEqual(read.ok && read.options.headers, { 'custom-header-for-async-1': '12345' })
  for (const [name, value] of [
    ['Content-Type', 'text/plain'],
    ['X-Hub-Signature', 'sha1=0'],
    ['x-b3-traceid', '0'],
    ['HOST', 'elsewhere'],
    ['with space', '1'],
    ['', '1'],
    ['ok', 'two\r\nlines'],
    ['ok', { not: 'a text' }],
  ] as const) {
    assert.deepEqual(faultsOf({ [`header:${name}`]: value }), [`header:${name}`], name)
  }
})

test('section names have no spaces, endpoints no control characters', () => {
  assert.ok(isSectionName('chat.SMS_Main_Corporate') && isSectionName('chat.SMS-2'))
  for (const name of ['SMS', 'chat.', 'chat.a b', 'chat.a/b', 'Chat.a']) {
    assert.ok(!isSectionName(name), name)
  }
  assert.ok(isEndpointName('chat.Customer Support'))
  for (const name of ['chat.', 'chat. a', 'Support', 'chat.a\nb']) {
    assert.ok(!isEndpointName(name), JSON.stringify(name))
  }
})

test('whatever is given is read, or is told what is wrong with it', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.anything()), (given) => {
      const read = readSection(given)
      assert.ok(read.ok || read.faults.every(({ message }) => message.endsWith('.')))
    }),
  )
})
