import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aUser } from './contract/samples.ts'
import { KnownRecords } from './known-records.ts'

test('a record that many ask for at once is read once, and anew after a change', async () => {
  const known = new KnownRecords(true)
  const user = aUser('Ada')
  const place = { organizationId: 'acme', kind: 'user', by: 'id', name: user.id } as const
  let reads = 0
  const read = async () => {
    reads += 1
    return user
  }
  const first = [known.read(place, read), known.read(place, read)]
  assert.equal(reads, 1)
  known.forget()
  const second = known.read(place, read)
  assert.equal(reads, 2, 'what was asked before the change may be out of date')
  assert.deepEqual(await Promise.all([...first, second]), [user, user, user])
  assert.deepEqual(known.find(place), { record: user, untilMs: Object(known.find(place)).untilMs })
})
