import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RequestLog, type SeenRequest } from './request-log.ts'

function aRequest(given: Partial<SeenRequest> = {}): SeenRequest {
  return {
    id: 'request-1',
    direction: 'in',
    startedMs: 1000,
    endedMs: 1005,
    method: 'POST',
    url: '/api/v2/conversations/messages',
    requestHeaders: { 'content-type': 'application/json' },
    requestBody: '{}',
    status: 200,
    responseHeaders: { 'content-type': 'application/json' },
    responseBody: '{}',
    ...given,
  }
}

function add(log: RequestLog, organizationId: string, given: Partial<SeenRequest> = {}): boolean {
  const seen = aRequest(given)
  const sequence = log.admit(seen.status, seen.endedMs)
  if (sequence !== undefined) log.add(organizationId, sequence, seen)
  return sequence !== undefined
}

test('masks secrets in address, headers and bodies of what is read', () => {
  const log = new RequestLog()
  add(log, 'acme', {
    url: '/api/v2/conversations?token=planted-secret',
    requestHeaders: {
      'content-type': 'application/json',
      authorization: 'Bearer planted-secret',
      'x-api-key': 'planted-secret',
    },
    requestBody: '{"client_secret":"planted-secret","nested":{"password":"planted-secret"}}',
    responseBody: '{"outboundNotificationWebhookSignatureSecretToken":"planted-secret"}',
  })
  assert.doesNotMatch(JSON.stringify(log.after('acme', 0)), /planted-secret/)
})

test('tells each organization only of its own requests, and only of those after a number', () => {
  const log = new RequestLog()
  add(log, 'acme', { id: 'first' })
  add(log, 'other', { id: 'theirs' })
  add(log, 'acme', { id: 'second' })
  const { requests, last } = log.after('acme', 1)
  assert.deepEqual(
    requests.map(({ id }) => id),
    ['second'],
  )
  assert.equal(last, 3)
  assert.equal(log.get('acme', 'theirs'), undefined)
  assert.equal(log.get('acme', 'second')?.method, 'POST')
})

test('keeps the last thousand, and less when their bodies are long', () => {
  const log = new RequestLog()
  for (let at = 0; at < 1100; at += 1) add(log, 'acme', { id: `request-${at}`, endedMs: at * 100 })
  assert.equal(log.after('acme', 0).requests.length, 1000)
  const requestBody = JSON.stringify({ text: 'x'.repeat(60_000) })
  for (let at = 0; at < 1000; at += 1)
    add(log, 'acme', { id: `long-${at}`, requestBody, endedMs: at * 100 })
  assert.ok(log.after('acme', 0).requests.length < 300)
})

test('under load keeps a share of what succeeds, and whatever fails', () => {
  const log = new RequestLog()
  const kept = Array.from({ length: 1000 }, (_, at) =>
    add(log, 'acme', { endedMs: 5000 + (at % 1000), status: at % 10 === 9 ? 429 : 200 }),
  )
  assert.equal(kept.filter(Boolean).length, 300)
  const { requests, last } = log.after('acme', 0)
  assert.equal(requests.filter(({ status }) => status === 429).length, 100)
  assert.equal(last, 1000, 'those that are left out are counted')
  assert.ok(add(log, 'acme', { endedMs: 6000 }), 'the next second has a share of its own')
})
