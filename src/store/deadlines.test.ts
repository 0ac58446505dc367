import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { Deadlines } from './deadlines.ts'

test('work has its value or its error as long as it takes no longer than it may', async () => {
  const deadlines = new Deadlines(10_000)
  assert.equal(await deadlines.within(Promise.resolve('done')), 'done')
  await assert.rejects(deadlines.within(Promise.reject(new Error('of its own'))), /of its own/)
})

test('each work has all its time and is ended after it', async () => {
  const timeMs = 60
  const deadlines = new Deadlines(timeMs)
  const ended: string[] = []
  const stuck = async (name: string) => {
    const startMs = performance.now()
    await assert.rejects(
      deadlines.within(new Promise(() => {})),
      /waited for something other than its store/,
    )
    ended.push(name)
    return performance.now() - startMs
  }
  const tookMs = [stuck('first')]
  await wait(timeMs / 2)
  tookMs.push(stuck('second'))
  await Promise.all(tookMs)
  tookMs.push(stuck('third')) // when there was none any more
  for (const took of await Promise.all(tookMs)) assert.ok(took >= timeMs - 2, `${took} ms`)
  assert.deepEqual(ended, ['first', 'second', 'third'])
})
