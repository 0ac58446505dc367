import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { onBothStores } from '../stores.ts'
import { startTaskBed, type TaskBed } from './task-bed.ts'
import { tasks } from './tasks.ts'

test('there are thirty tasks', () => {
  assert.ok(tasks.length >= 30, `${tasks.length}`)
})

onBothStores('an agent with tools can', (database) => {
  describe('do what it is asked to', () => {
    let opened: TaskBed | undefined
    before(async () => {
      opened = await startTaskBed(await database())
    })
    after(() => opened?.close())
    for (const task of tasks) {
      test(task.title, async () => {
        assert.ok(opened !== undefined)
        await task.run(opened)
      })
    }
  })
})
