import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTokenCache } from './token-cache.ts'

/** A cache on a clock that the test moves, and a provider that counts the tokens it gave. */
function setUp(expiresInMs = 3_600_000) {
  const state = { nowMs: 1000, made: 0 }
  const token = createTokenCache(() => state.nowMs)
  const make = async () => {
    state.made += 1
    return { token: `t${state.made}`, expiresInMs }
  }
  return { state, token, make }
}

test('a token is kept until a minute before it ends', async () => {
  const { state, token, make } = setUp()
  assert.equal(await token('a', make), 't1')
  state.nowMs += 3_540_000 - 1
  assert.equal(await token('a', make), 't1')
  state.nowMs += 1
  assert.equal(await token('a', make), 't2')
})

test('a short token is kept for nine tenths of its life', async () => {
  const { state, token, make } = setUp(10_000)
  await token('a', make)
  state.nowMs += 8_999
  assert.equal(await token('a', make), 't1')
  state.nowMs += 1
  assert.equal(await token('a', make), 't2')
})

test('keys have tokens of their own', async () => {
  const { token, make } = setUp()
  assert.equal(await token('a', make), 't1')
  assert.equal(await token('b', make), 't2')
  assert.equal(await token('a', make), 't1')
})

test('many that need a token at once cause one fetch', async () => {
  const { state, token, make } = setUp()
  const all = await Promise.all(Array.from({ length: 20 }, () => token('a', make)))
  assert.deepEqual(new Set(all), new Set(['t1']))
  const renewed = await Promise.all(Array.from({ length: 20 }, () => token('a', make, true)))
  assert.deepEqual(new Set(renewed), new Set(['t2']))
  assert.equal(state.made, 2)
})

test('renew drops the token that is kept', async () => {
  const { token, make } = setUp()
  await token('a', make)
  assert.equal(await token('a', make, true), 't2')
  assert.equal(await token('a', make), 't2')
})

test('a fetch that failed reaches all who waited and is not remembered', async () => {
  const { token, make } = setUp()
  const fail = async () => {
    throw new Error('provider is down')
  }
  const both = await Promise.allSettled([token('a', fail), token('a', make)])
  assert.deepEqual(
    both.map(({ status }) => status),
    ['rejected', 'rejected'],
  )
  const failAtOnce = () => {
    throw new Error('not even asked')
  }
  await assert.rejects(token('a', failAtOnce), /not even asked/)
  assert.equal(await token('a', make), 't1')
})
