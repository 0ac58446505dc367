import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { SendError } from '../errors.ts'
import {
  failureOf,
  formEncode,
  hubSignature,
  isAccepted,
  isHubSigned,
  readJson,
  retryAfterMs,
  sameSecret,
  urlBelow,
} from './http.ts'

const nowMs = Date.parse('2026-01-05T10:00:00Z')
const reply = (status: number, body = '', headers: Record<string, string> = {}) => ({
  status,
  headers,
  body,
})

test('the status alone decides what a reply means', () => {
  const table: readonly (readonly [number, string, string])[] = [
    [301, 'rejected', 'GeneralError'],
    [400, 'rejected', 'GeneralError'],
    [404, 'rejected', 'GeneralError'],
    [408, 'rejected', 'GeneralError'],
    [429, 'throttled', 'RateLimited'],
    [500, 'uncertain', 'ServerError'],
    [502, 'uncertain', 'ServerError'],
    [503, 'unavailable', 'ServerError'],
    [504, 'uncertain', 'ServerError'],
  ]
  for (const [status, failure, reason] of table) {
    const error = failureOf(reply(status), nowMs)
    assert.deepEqual([error.failure, error.reason], [failure, reason], String(status))
    assert.equal(error.providerCode, String(status))
    assert.equal(isAccepted(reply(status)), false)
  }
  assert.ok(isAccepted(reply(200)) && isAccepted(reply(202)) && isAccepted(reply(204)))
})

test("the provider's own code, words and reason replace those of the status", () => {
  const error = failureOf(reply(400), nowMs, {
    message: 'No body.',
    providerCode: 'E614',
    reason: 'InvalidMessageStructure',
  })
  assert.equal(error.message, 'No body.')
  assert.equal(error.providerCode, 'E614')
  assert.equal(error.reason, 'InvalidMessageStructure')
})

test('Retry-After is read as seconds or as a date, and rubbish as nothing', () => {
  assert.equal(retryAfterMs('7', nowMs), 7000)
  assert.equal(retryAfterMs(' 0 ', nowMs), 0)
  assert.equal(retryAfterMs('1.5', nowMs), 1500)
  assert.equal(retryAfterMs('Mon, 05 Jan 2026 10:01:00 GMT', nowMs), 60_000)
  assert.equal(retryAfterMs('Mon, 05 Jan 2026 09:00:00 GMT', nowMs), 0)
  for (const rubbish of [undefined, '', 'soon', '-5', '1e9', '99999999999', 'NaN']) {
    assert.equal(retryAfterMs(rubbish, nowMs), undefined, String(rubbish))
  }
})

test('a JSON object is read whatever the content type, and a byte order mark is skipped', () => {
  assert.deepEqual(readJson(reply(200, '{"id":1}', { 'content-type': 'text/html' })), { id: 1 })
  assert.deepEqual(readJson(reply(200, '\ufeff{"id":1}')), { id: 1 })
})

test('an accepted reply that holds no JSON object leaves it uncertain whether it was taken', () => {
  for (const body of ['', 'OK', '[]', 'null', '"x"', '{"id":']) {
    assert.throws(
      () => readJson(reply(200, body)),
      (error) => error instanceof SendError && error.failure === 'uncertain',
      body,
    )
  }
})

test('form fields survive the way to a form reader', () => {
  fc.assert(
    fc.property(fc.string(), fc.string({ unit: 'grapheme' }), (plain, text) => {
      const read = new URLSearchParams(formEncode({ 'a b': plain, text }))
      assert.deepEqual(
        [...read],
        [
          ...new URLSearchParams([
            ['a b', plain],
            ['text', text],
          ]),
        ],
      )
    }),
  )
  assert.equal(formEncode({ to: '+1 2', body: 'ü&=' }), 'to=%2B1+2&body=%C3%BC%26%3D')
})

test('a path joins a base URL whether or not that ends in slashes', () => {
  assert.equal(urlBelow('https://api.example', '/v1'), 'https://api.example/v1')
  assert.equal(urlBelow('https://api.example/x//', '/v1'), 'https://api.example/x/v1')
})

test('the signature is the Base64 HMAC-SHA256 of the exact bytes', () => {
  const body = Buffer.from('The quick brown fox jumps over the lazy dog')
  const signature = 'sha256=97yD9DBThCSxMpjmqm+xQ+9NWaFJRhdZl0edvC0aPNg=' // made with openssl
  assert.equal(hubSignature('key', body), signature)
  assert.ok(isHubSigned(signature, 'key', body))
  assert.ok(!isHubSigned(signature, 'kez', body))
  assert.ok(!isHubSigned(signature, 'key', Buffer.concat([body, Buffer.from('\n')])))
})

test('a signature in hexadecimal, without its prefix or under no secret is none', () => {
  const body = Buffer.from('{}')
  const [prefix = '', base64 = ''] = hubSignature('key', body).split('=', 2)
  const hex = Buffer.from(base64, 'base64').toString('hex')
  for (const header of [`${prefix}=${hex}`, base64, '', undefined, 'sha1=x']) {
    assert.ok(!isHubSigned(header, 'key', body), String(header))
  }
  assert.ok(!isHubSigned(hubSignature('', body), '', body))
})

test('secrets are equal only to themselves, and an empty one to nothing', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), fc.string(), (secret, other) => {
      assert.ok(sameSecret(secret, secret))
      assert.equal(sameSecret(other, secret), other === secret)
    }),
  )
  assert.ok(!sameSecret('', ''))
  assert.ok(!sameSecret(undefined, undefined))
})
