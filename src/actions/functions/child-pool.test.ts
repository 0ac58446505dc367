import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createChildPool } from './child-pool.ts'
import type { FunctionChild } from './function-child.ts'

/** Children that are no processes, and what was done to each. */
function stand(isFrozenWhenIdle = false) {
  const done: string[] = []
  let started = 0
  const start = async (): Promise<FunctionChild> => {
    started += 1
    const pid = started
    let isUsable = true
    const { promise: ended, resolve } = Promise.withResolvers<void>()
    return {
      pid,
      ended,
      isUsable: () => isUsable,
      send() {},
      listen() {},
      freeze: () => void done.push(`freeze ${pid}`),
      thaw: () => void done.push(`thaw ${pid}`),
      kill() {
        if (isUsable) done.push(`kill ${pid}`)
        isUsable = false
        resolve()
      },
    }
  }
  const options = { childrenMax: 2, waitingMax: 1, idleMs: 60_000, runsMax: 3, isFrozenWhenIdle }
  return { done, pool: createChildPool(options), source: (key: string) => ({ key, start }) }
}

const run =
  (isChildSpent = false) =>
  async ({ pid }: FunctionChild) => ({ pid, isChildSpent })

test('a child is used again for its key until it is spent or has had its runs', async () => {
  const { pool, source, done } = stand(true)
  const a = source('a')
  for (const pid of [1, 1, 1, 2]) assert.equal((await pool.use(a, run())).pid, pid)
  assert.deepEqual(done.splice(0), [
    'freeze 1',
    'thaw 1',
    'freeze 1',
    'thaw 1',
    'kill 1',
    'freeze 2',
  ])
  assert.equal((await pool.use(a, run(true))).pid, 2)
  assert.equal((await pool.use(a, run())).pid, 3)
  await pool.close()
})

test('the longest idle child makes room for another key', async () => {
  const { pool, source, done } = stand()
  for (const key of ['a', 'b', 'c']) await pool.use(source(key), run())
  assert.deepEqual(done, ['kill 1'])
  assert.equal((await pool.use(source('b'), run())).pid, 2)
  await pool.close()
})

test('runs wait for a place, and too many are refused', async () => {
  const { pool, source } = stand()
  const gate = Promise.withResolvers<void>()
  const slow = async ({ pid }: FunctionChild) => {
    await gate.promise
    return { pid, isChildSpent: false }
  }
  const busy = [pool.use(source('a'), slow), pool.use(source('a'), slow)]
  const waiting = pool.use(source('a'), run())
  await assert.rejects(pool.use(source('a'), run()), { code: 'too.many.requests.retry.after' })
  gate.resolve()
  await Promise.all([...busy, waiting])
  await pool.close()
  await assert.rejects(pool.use(source('a'), run()), { code: 'service.unavailable' })
})

test('a failed start gives its place back', async () => {
  const { pool, source } = stand()
  const broken = { key: 'x', start: () => Promise.reject(new Error('no')) }
  for (let round = 0; round < 3; round += 1) await assert.rejects(pool.use(broken, run()), /no/)
  assert.equal((await pool.use(source('a'), run())).pid, 1)
  await pool.close()
})
