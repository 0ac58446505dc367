import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { places } from './places.ts'

interface Thing {
  readonly id: string
  readonly name?: string
  readonly startMs: number
  readonly endMs?: number
  readonly rare?: readonly string[]
}

const thing: fc.Arbitrary<Thing> = fc.record(
  {
    id: fc.string(),
    name: fc.string(),
    startMs: fc.nat(),
    endMs: fc.nat(),
    rare: fc.array(fc.string()),
  },
  { requiredKeys: ['id', 'startMs'] },
)

const things = places<Thing>({
  names: ['name', 'startMs', 'endMs'],
  times: ['startMs', 'endMs'],
  elsewhere: ['id'],
})

test('what is packed, written as JSON and unpacked is as it was, but for what is kept elsewhere', () => {
  fc.assert(
    fc.property(thing, fc.nat(), (one, sinceMs) => {
      const written = JSON.stringify(things.pack(one, sinceMs))
      const { id, ...rest } = one
      assert.deepEqual({ ...things.unpack(JSON.parse(written), sinceMs) }, rest)
      assert.ok(!written.includes(id) || id.length < 8)
    }),
  )
})

test('usual members have no names, and absent ones at the end no room', () => {
  assert.deepEqual(things.pack({ id: '1', startMs: 1005 }, 1000), [null, 5])
  assert.deepEqual(things.pack({ id: '1', startMs: 5, rare: ['a'] }), [
    null,
    5,
    null,
    { rare: ['a'] },
  ])
})
