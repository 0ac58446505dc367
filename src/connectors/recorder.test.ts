import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SendError } from '../errors.ts'
import { secretMask } from '../redact.ts'
import type { OutboundReply, OutboundRequest } from './connector.ts'
import { recordingFetch } from './recorder.ts'

const request: OutboundRequest = {
  method: 'POST',
  url: 'https://provider.example/v1/send?api-key=pl4nted&to=1',
  headers: { 'Content-Type': 'application/json', 'api-key': 'pl4nted' },
  body: '{"password":"pl4nted","text":"hi","account":"AC-own-secret"}',
}

const reply: OutboundReply = {
  status: 202,
  headers: { 'content-type': 'application/x-www-form-urlencoded', 'set-cookie': 'pl4nted' },
  body: 'id=7&token=pl4nted',
}

/** A recorder whose clock moves 5 ms at each look and whose ids count. */
function recorderFor(fetch: (request: OutboundRequest) => Promise<OutboundReply>) {
  let now = 1000
  let made = 0
  return recordingFetch(
    { fetch },
    {
      ids: { uuid: () => `id-${++made}` },
      clock: { now: () => (now += 5) },
      secrets: ['AC-own-secret'],
    },
  )
}

test('an exchange is recorded as it went, with every secret masked', async () => {
  const { fetch, exchanges } = recorderFor(async (given) => {
    assert.equal(given, request) // what is sent is not masked
    return reply
  })
  assert.equal(await fetch(request), reply)
  assert.deepEqual(exchanges(), [
    {
      id: 'id-1',
      startedMs: 1005,
      endedMs: 1010,
      method: 'POST',
      url: `https://provider.example/v1/send?api-key=${secretMask}&to=1`,
      requestHeaders: { 'Content-Type': 'application/json', 'api-key': secretMask },
      requestBody: `{"password":"${secretMask}","text":"hi","account":"${secretMask}"}`,
      status: 202,
      responseHeaders: {
        'content-type': 'application/x-www-form-urlencoded',
        'set-cookie': secretMask,
      },
      responseBody: `id=7&token=${secretMask}`,
    },
  ])
})

test('a request without an answer is recorded with the reason, and the error goes on', async () => {
  const error = new SendError('uncertain', 'No answer from AC-own-secret.')
  const { fetch, exchanges } = recorderFor(async () => {
    throw error
  })
  await assert.rejects(fetch(request), error)
  const [exchange] = exchanges()
  assert.equal(exchange?.error, `No answer from ${secretMask}.`)
  assert.equal(exchange?.status, undefined)
})

test('exchanges are kept in the order in which they ended', async () => {
  const { fetch, exchanges } = recorderFor(async ({ url }) => ({ ...reply, body: url }))
  await fetch({ method: 'GET', url: 'https://a.example/', headers: {} })
  const before = exchanges()
  await fetch({ method: 'GET', url: 'https://b.example/', headers: {} })
  assert.equal(before.length, 1)
  assert.deepEqual(
    exchanges().map(({ url, requestBody }) => [url, requestBody]),
    [
      ['https://a.example/', ''],
      ['https://b.example/', ''],
    ],
  )
})
