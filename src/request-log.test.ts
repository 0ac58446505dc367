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

test('masks secrets in address, headers and bodies of what is read', () => {
  const log = new RequestLog()
  log.add(
    'acme',
    aRequest({
      url: '/api/v2/conversations?token=planted-secret',
      requestHeaders: {
        'content-type': 'application/json',
        authorization: 'Bearer planted-secret',
        'x-api-key': 'planted-secret',
      },
      requestBody: '{"client_secret":"planted-secret","nested":{"password":"planted-secret"}}',
      responseBody: '{"outboundNotificationWebhookSignatureSecretToken":"planted-secret"}',
    }),
  )
  assert.doesNotMatch(JSON.stringify(log.after('acme', 0)), /planted-secret/)
})

test('tells each organization only of its own requests, and only of those after a number', () => {
  const log = new RequestLog()
  log.add('acme', aRequest({ id: 'first' }))
  log.add('other', aRequest({ id: 'theirs' }))
  log.add('acme', aRequest({ id: 'second' }))
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
  for (let at = 0; at < 1100; at += 1) log.add('acme', aRequest({ id: `request-${at}` }))
  assert.equal(log.after('acme', 0).requests.length, 1000)
  const requestBody = JSON.stringify({ text: 'x'.repeat(60_000) })
  for (let at = 0; at < 1000; at += 1) log.add('acme', aRequest({ id: `long-${at}`, requestBody }))
  assert.ok(log.after('acme', 0).requests.length < 300)
})
