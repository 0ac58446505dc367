import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { SqliteCheckpointer } from './sqlite-checkpointer.ts'

test('the log is moved into the file while the writer goes on, and the thread ends when asked', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-checkpoint-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'a.db')
  const writer = new DatabaseSync(file)
  t.after(() => writer.close())
  writer.exec('pragma journal_mode = wal')
  writer.exec('pragma wal_autocheckpoint = 0')
  writer.exec('create table things (name text)')
  const insert = writer.prepare('insert into things (name) values (?)')
  for (let index = 0; index < 50; index += 1) insert.run('x'.repeat(2000))
  const bare = new DatabaseSync(`file:${file}?immutable=1`, { readOnly: true })
  assert.throws(() => bare.prepare('select count(*) from things').get(), /no such table/)
  bare.close()

  const checkpointer = new SqliteCheckpointer(file, () => {})
  checkpointer.committed(10_000)
  insert.run('while it works')
  let moved = 0
  for (let lap = 0; lap < 100 && moved < 50; lap += 1) {
    await wait(20)
    // Read as if there were no log: only what has been moved is seen.
    const reader = new DatabaseSync(`file:${file}?immutable=1`, { readOnly: true })
    try {
      moved = Number(reader.prepare('select count(*) as total from things').get()?.['total'])
    } catch {
      moved = 0
    }
    reader.close()
  }
  assert.ok(moved >= 50)
  await checkpointer.close()
  await checkpointer.close()
})

test('a thread that cannot open the file does no harm', async () => {
  const checkpointer = new SqliteCheckpointer('/nonexistent/folder/a.db', () => {})
  checkpointer.committed(10_000)
  await wait(200)
  checkpointer.committed(20_000)
  await checkpointer.close()
})
