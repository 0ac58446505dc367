/** A program that writes as fast as it can and prints what was acknowledged, until it is killed. */
import { openVault } from '../../vault.ts'
import { openSqlite } from '../sqlite.ts'
import { anEvent } from './samples.ts'

const [file = ''] = process.argv.slice(2)
const database = await openSqlite({ file, vault: openVault(Buffer.alloc(32, 7)) })
const store = database.store('one')
let next = 0

async function writer(): Promise<never> {
  for (;;) {
    next += 1
    const key = String(next)
    await store.transaction(async (store) => {
      await store.answers.add('load', key, 'x'.repeat(300), 1)
      await store.feed.append(anEvent(key), 1)
    })
    process.stdout.write(`${key}\n`)
  }
}

await Promise.all(Array.from({ length: 32 }, writer))
