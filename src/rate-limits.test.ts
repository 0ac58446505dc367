import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AppError } from './errors.ts'
import type { Principal } from './principal.ts'
import { RateLimits, type RateWindow } from './rate-limits.ts'

const minuteMs = 1_790_000_040_000 // a whole minute

function caller(tokenHash: string, given: Partial<Principal> = {}): Principal {
  return {
    organizationId: 'org',
    clientId: 'app',
    permissions: [],
    scopes: [],
    tokenHash,
    tokenExpiresMs: 0,
    ...given,
  }
}

function take(limits: RateLimits, principal: Principal) {
  let window: RateWindow | undefined
  try {
    limits.take(principal, (told) => {
      window = told
    })
    return { window, refused: undefined }
  } catch (error) {
    assert.ok(error instanceof AppError)
    return { window, refused: error }
  }
}

test('a token has 300 requests a minute, and then is told when the next minute begins', () => {
  let nowMs = minuteMs + 12_500
  const limits = new RateLimits(() => nowMs)
  for (let count = 1; count <= 300; count++) {
    const { window, refused } = take(limits, caller('a'))
    assert.deepEqual([window, refused], [{ count, allowed: 300, resetSeconds: 48 }, undefined])
  }
  const { refused } = take(limits, caller('a'))
  assert.equal(refused?.code, 'too.many.requests.retry.after')
  assert.equal(refused?.retryAfterSeconds, 48)
  assert.match(refused?.message ?? '', /\[48\] seconds/)
  assert.deepEqual(refused?.limit, {
    key: 'client.credentials.token.rate.per.minute',
    namespace: 'platform.api',
    value: 300,
  })
  assert.equal(take(limits, caller('b')).refused, undefined, 'another token is not concerned')
  nowMs = minuteMs + 60_000
  assert.deepEqual(take(limits, caller('a')).window, { count: 1, allowed: 300, resetSeconds: 60 })
})

test('many tokens of one user in one app have 3000 requests a minute together', () => {
  const limits = new RateLimits(() => minuteMs)
  const requests = Array.from({ length: 3001 }, (_, index) =>
    take(limits, caller(`token ${index % 20}`, { userId: 'ada' })),
  )
  assert.ok(requests.slice(0, 3000).every(({ refused }) => refused === undefined))
  assert.equal(requests[3000]?.refused?.limit?.key, 'org.app.user.rate.per.minute')
  assert.equal(take(limits, caller('token 0', { userId: 'alan' })).refused, undefined)
})

test('an organization sends 300 agentless mails a minute, however many tokens it has', () => {
  let nowMs = minuteMs
  const limits = new RateLimits(() => nowMs)
  const send = (index: number, organizationId = 'org') =>
    limits.takeOperation(
      caller(`token ${index % 20}`, { organizationId }),
      'postConversationsEmailsAgentless',
    )
  for (let index = 0; index < 300; index++) send(index)
  assert.throws(
    () => send(300),
    (error) => error instanceof AppError && error.limit?.namespace === 'email',
  )
  send(0, 'another')
  limits.takeOperation(caller('token 1'), 'postConversationsMessagesAgentless')
  nowMs += 60_000
  send(301)
})
