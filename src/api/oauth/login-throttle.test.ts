import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LoginThrottle } from './login-throttle.ts'

function fail(throttle: LoginThrottle, email: string, address: string, times: number): void {
  for (let done = 0; done < times; done++) {
    assert.equal(throttle.begin({ email, address }), undefined)
  }
}

test('the sixth failure of a user at one address has to wait, elsewhere he need not', () => {
  const throttle = new LoginThrottle(() => 0)
  fail(throttle, 'ada@x.example', '192.0.2.1', 5)
  assert.equal(throttle.begin({ email: 'ADA@x.example', address: '192.0.2.1' }), 900)
  assert.equal(throttle.begin({ email: 'ada@x.example', address: '192.0.2.2' }), undefined)
})

test('an address that tries many users has to wait for all of them', () => {
  const throttle = new LoginThrottle(() => 0)
  for (let user = 0; user < 30; user++) fail(throttle, `u${user}@x.example`, '192.0.2.1', 1)
  assert.equal(throttle.begin({ email: 'new@x.example', address: '192.0.2.1' }), 900)
})

test('a user guessed at from many addresses has to wait', () => {
  const throttle = new LoginThrottle(() => 0)
  for (let host = 0; host < 50; host++) fail(throttle, 'ada@x.example', `192.0.2.${host}`, 1)
  assert.equal(throttle.begin({ email: 'ada@x.example', address: '198.51.100.1' }), 900)
})

test('success forgives the earlier failures of the pair, and counts as none itself', () => {
  const throttle = new LoginThrottle(() => 0)
  for (let logins = 0; logins < 100; logins++) {
    const attempt = { email: 'ada@x.example', address: '192.0.2.1' }
    assert.equal(throttle.begin(attempt), undefined)
    throttle.succeeded(attempt)
  }
})

test('failures are forgotten after fifteen minutes', () => {
  let nowMs = 0
  const throttle = new LoginThrottle(() => nowMs)
  fail(throttle, 'ada@x.example', '192.0.2.1', 5)
  nowMs = 15 * 60_000 - 1
  assert.equal(throttle.begin({ email: 'ada@x.example', address: '192.0.2.1' }), 1)
  nowMs += 1
  assert.equal(throttle.begin({ email: 'ada@x.example', address: '192.0.2.1' }), undefined)
})
