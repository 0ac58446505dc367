import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { feedText } from './feed-text.ts'
import { BatchLayout, BatchReader, type FinishedWork } from './sqlite-batch.ts'
import { insert } from './statement.ts'

const table = { name: 'things', numbers: [], keys: [['id']] }
const add = insert(table, ['organization_id', 'id', 'size', 'body'])

const value = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 300 }),
  fc.constantFrom('', 'queued', 'Zürich', '\u{1f600}', 0, 1),
  fc.maxSafeInteger(),
  fc.constant(null),
)
const write = fc
  .tuple(value, value, value, value)
  .map((params) => ({ statement: add, params, key: '' }))
const work = fc.record({
  organizationId: fc.uuid(),
  writes: fc.array(write, { maxLength: 5 }),
  feed: fc.array(
    fc.record({
      timeMs: fc.nat(),
      event: fc.record({ type: fc.constant('campaign' as const), campaignId: fc.string() }),
    }),
    { maxLength: 2 },
  ),
})

test('what is laid out is read as it was, batch after batch in the same memory', () => {
  const layout = new BatchLayout()
  let reader: BatchReader | undefined
  fc.assert(
    fc.property(fc.array(work, { maxLength: 20 }), (works) => {
      const finished: readonly FinishedWork[] = works
      const batch = layout.of(finished)
      if (batch.memory !== undefined) reader = new BatchReader(batch.memory)
      assert.ok(reader, 'the first batch says where it is')
      reader.begin()
      assert.equal(batch.transactions, works.length)
      for (const { organizationId, writes, feed } of works) {
        assert.equal(reader.transaction(), writes.length)
        for (const { params } of writes) {
          assert.equal(reader.number(), 0)
          assert.deepEqual(reader.values(0, 4), params)
        }
        const told = reader.feed()
        assert.equal(told?.count ?? 0, feed.length)
        if (told === undefined) continue
        assert.equal(told.organizationId, organizationId)
        assert.equal(told.moments, feedText(feed)?.moments)
      }
    }),
  )
})

test('a batch may be larger than the memory that there is', () => {
  const layout = new BatchLayout()
  const body = 'ü'.repeat(700_000)
  const writes = Array.from({ length: 30_000 }, (_, index) => ({
    statement: add,
    params: ['o', String(index), index, index % 10_000 === 0 ? body : null],
    key: '',
  }))
  layout.of([])
  const { memory } = layout.of([{ organizationId: 'o', writes, feed: [] }])
  assert.ok(memory, 'it says where it is now')
  const reader = new BatchReader(memory)
  assert.equal(reader.transaction(), writes.length)
  for (const { params } of writes) {
    assert.equal(reader.number(), 0)
    assert.deepEqual(reader.values(0, 4), params)
  }
})
